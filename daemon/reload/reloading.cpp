#include "daemon/reload/reloading.h"

#include <algorithm>
#include <array>

#include "daemon/ledger/start_leaves.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

// What no address, identity, or promise in a certificate hangs on. The last two: all that begin so.
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
  auto templates = next.mail ? load_templates(next.mail->templates) : MailTemplates{};
  add_files(next, templates, changes);
  require_followed(changes, core_.config, next);
  if (next.mail) check_mail_files(*next.mail);
  if (next.sha256 != sha256_) record(next);
  // From here on nothing may fail.
  document_ = next.document;
  sha256_ = next.sha256;
  core_.crls.follow(next.crl);
  if (core_.ocsp) core_.ocsp->follow(next.ocsp);
  service_.follow(next, std::move(templates));
  return changes;
}

// What the configuration names, and may be another under the same name.
void Reloading::add_files(const Config& next, const MailTemplates& templates,
                          std::vector<ConfigChange>& changes) const {
  auto* const subscribers = service_.subscriber_jobs();
  if (!subscribers) return;
  if (next.subscribers && load_pack(*next.subscribers).sha256 != subscribers->pack().sha256)
    changes.push_back({"the policy pack (" + next.subscribers->file.string() + ")", "in force", "another"});
  if (subscribers->outbox() && next.mail && !subscribers->outbox()->has(templates))
    changes.push_back({"mail.templates, their texts", "in force", "others"});
}

void Reloading::record(const Config& next) const {
  core_.writer->write(
      [&](Writing& w) { keep_configuration(w, core_.store, next, policy::Identity::system_job("reload")); });
}

}  // namespace inkan::daemon
