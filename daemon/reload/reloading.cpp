#include "daemon/reload/reloading.h"

#include <algorithm>
#include <array>

#include "daemon/ledger/start_leaves.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

// What no address, identity, vote or promise in a certificate hangs on. The last two: all that begin so.
constexpr std::array<std::string_view, 9> k_followed = {"crl.next_update_hours",
                                                        "crl.refresh_hours",
                                                        "ocsp.max_age_s",
                                                        "ocsp.next_update_hours",
                                                        "ocsp.on_demand_per_address_per_second",
                                                        "ocsp.on_demand_per_second",
                                                        "revocation.alone",
                                                        "mail.",
                                                        "subscribers.tries_per_"};

bool is_followed(const ConfigChange& change) {
  return std::any_of(k_followed.begin(), k_followed.end(), [&](std::string_view each) {
    return each.ends_with('.') || each.ends_with('_') ? change.key.starts_with(each) : change.key == each;
  });
}

void require_followed(const std::vector<ConfigChange>& changes, const Config& old, const Config& now) {
  std::string others;
  const auto add = [&](const std::string& key) { others += (others.empty() ? "" : ", ") + key; };
  for (const auto& change : changes)
    if (!is_followed(change)) add(change.key);
  if (old.mail.has_value() != now.mail.has_value()) add("[mail]");
  if (!others.empty())
    throw Error(ErrorCode::config, now.file.string() + ": " + others +
                                       " can change at a start only: restart inkand, or take that back and "
                                       "reload again. Nothing of the file was taken over");
}

}  // namespace

std::vector<ConfigChange> Reloading::turn() {
  const Config next = Config::load(core_.config.file);
  auto changes = differences(document_, next.document);
  require_followed(changes, core_.config, next);
  auto templates = next.mail ? load_templates(next.mail->templates) : MailTemplates{};
  if (next.sha256 != sha256_) record(next);
  // From here on nothing may fail.
  document_ = next.document;
  sha256_ = next.sha256;
  core_.crls.follow(next.crl);
  if (core_.ocsp) core_.ocsp->follow(next.ocsp);
  service_.follow(next, std::move(templates));
  return changes;
}

void Reloading::record(const Config& next) const {
  core_.writer->write(
      [&](Writing& w) { keep_configuration(w, core_.store, next, policy::Identity::system_job("reload")); });
}

}  // namespace inkan::daemon
