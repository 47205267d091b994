// fill_store CONFIG COUNT: puts so many certificates more, issued over the last year, into the store of a
// daemon that is stopped, with the two leaves and the row that each has there, by the daemon's own writer.
// They are copies of the newest certificate under other serial numbers and names: what no signature is true
// of is good for measuring growth and for nothing else.
#include <algorithm>
#include <iostream>
#include <random>

#include "daemon/authority/open_authorities.h"
#include "daemon/clock.h"
#include "daemon/config.h"
#include "daemon/ledger/certificate_event.h"
#include "daemon/ledger/checkpoint_file.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/store/instance_lock.h"
#include "policy/types/json_object.h"

namespace {

using namespace inkan;
using policy::Bytes;

constexpr std::uint64_t k_certificates_per_commit = 2'000;
constexpr std::chrono::milliseconds k_year = std::chrono::hours(24 * 365);

struct Pattern {
  api::CertificateRecord record;
  std::size_t serial_at;  // in its DER
  std::int64_t profile_row;
  std::string key_id;
};

Pattern find_pattern(daemon::Store& store) {
  api::ListFilter filter;
  filter.profile = "client-auth";
  filter.limit = 1;
  const auto found = store.certificates(filter, 0, daemon::now());
  if (found.empty()) throw std::runtime_error("no client-auth certificate was issued there yet: issue one");
  Pattern pattern{found.front().second, 0, 0, ""};
  const auto serial = pattern.record.serial.content();
  const auto& der = pattern.record.der;
  pattern.serial_at = static_cast<std::size_t>(
      std::search(der.begin(), der.end(), serial.begin(), serial.end()) - der.begin());
  pattern.profile_row = store.read([](daemon::Database& database) {
    auto row = database.prepare("SELECT id FROM profiles WHERE name = 'client-auth' ORDER BY id DESC");
    if (!row.step()) throw std::runtime_error("no profile");
    return row.integer(0);
  });
  for (const auto& key : store.keys())
    if (key.purpose == policy::KeyPurpose::ca) pattern.key_id = key.id.hex();
  return pattern;
}

class Filler {
 public:
  Filler(Pattern pattern, std::uint64_t seed) : pattern_(std::move(pattern)), random_(seed) {}

  void add(daemon::Writing& w, std::int64_t milliseconds, std::uint64_t number) {
    const auto p = pending(milliseconds, number);
    static const auto web =
        policy::Identity::authenticated("web-tier", policy::Role::web_tier,
                                        policy::fingerprint_of(policy::as_bytes("web-tier")), "127.0.0.1");
    auto intent_event = daemon::plain_certificate_event(policy::EventType::sign_intent, p);
    intent_event.written_detail = intent_detail(p);
    const auto intent = w.append(intent_event, web);
    auto issue_event = daemon::plain_certificate_event(policy::EventType::cert_issue, p);
    issue_event.written_detail = issue_detail(p, intent);
    const auto outcome = w.append(issue_event, web);
    Bytes der = pattern_.record.der;
    std::copy(p.serial.begin(), p.serial.end(),
              der.begin() + static_cast<std::ptrdiff_t>(pattern_.serial_at));
    daemon::insert_certificate(w.database(), p, daemon::CertificateState::issued, intent, outcome, der);
  }

 private:
  std::string hash() {
    Bytes octets(32);
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random_());
    return policy::to_hex(octets);
  }

  daemon::PendingCertificate pending(std::int64_t milliseconds, std::uint64_t number) {
    policy::Serial::Random octets;
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random_());
    daemon::PendingCertificate p;
    p.serial = policy::to_bytes(policy::Serial::from(milliseconds, octets).content());
    p.authority = pattern_.record.authority;
    p.profile = pattern_.profile_row;
    p.profile_name = pattern_.record.profile;
    p.profile_version = pattern_.record.profile_version;
    p.profile_sha256 = pattern_.record.profile_sha256;
    p.subject = "CN=user-" + std::to_string(number);
    p.signature_algorithm = "ecdsa-with-SHA256";
    p.not_before = milliseconds / 1000;
    p.not_after = p.not_before + 366 * 86'400;
    p.renewal_from = p.not_after - 30 * 86'400;
    p.spki_sha256 = hash();
    p.requester = "web-tier";
    p.request_id = "01M8HE2NSR8JM8SHFD000000QC";
    return p;
  }

  std::string intent_detail(const daemon::PendingCertificate& p) {
    std::string text;
    policy::JsonObject detail(text);
    detail.text("authority", p.authority);
    detail.text("csr_sha256", hash());
    detail.text("key_id", pattern_.key_id);
    detail.text("purpose", "certificate");
    detail.text("serial", policy::to_hex(p.serial));
    detail.text("spki_sha256", p.spki_sha256);
    detail.text("tbs_sha256", hash());
    detail.end();
    return text;
  }

  std::string issue_detail(const daemon::PendingCertificate& p, policy::LeafIndex intent) {
    std::string text;
    policy::JsonObject detail(text);
    detail.number("intent", intent);
    detail.text("not_after", policy::to_rfc3339(daemon::from_seconds(p.not_after)));
    detail.text("not_before", policy::to_rfc3339(daemon::from_seconds(p.not_before)));
    detail.text("serial", policy::to_hex(p.serial));
    detail.text("sha256", hash());
    detail.text("sig_alg", p.signature_algorithm);
    detail.number("tries", 1);
    detail.end();
    return text;
  }

  const Pattern pattern_;
  std::mt19937_64 random_;
};

void fill(const daemon::Config& config, std::uint64_t count) {
  const daemon::InstanceLock lock(config.lock());
  daemon::Store store(config.database());
  const auto keys = store.keys();
  const auto ledger_key = std::find_if(
      keys.begin(), keys.end(), [](const auto& key) { return key.purpose == policy::KeyPurpose::ledger; });
  if (ledger_key == keys.end()) throw std::runtime_error("there is no ledger key");
  const policy::NoteVerifier verifier(config.ledger_origin, daemon::public_key_of(*ledger_key));
  daemon::LogWriter writer(
      std::make_unique<daemon::Database>(config.database(), daemon::Database::Mode::existing),
      {config.node, daemon::uuid_v4(), INKAN_VERSION},
      daemon::check_log(store, config.checkpoint(), verifier), store.last_leaf_time(),
      [](const std::string& why) { throw std::runtime_error(why); });
  Filler filler(find_pattern(store), count);
  const auto begin = std::chrono::floor<std::chrono::milliseconds>(daemon::now_micros()) - k_year;
  for (std::uint64_t done = 0; done < count; done += k_certificates_per_commit)
    writer.write([&](daemon::Writing& w) {
      for (auto i = done; i < std::min(done + k_certificates_per_commit, count); ++i)
        filler.add(w,
                   begin.time_since_epoch().count() +
                       static_cast<std::int64_t>(static_cast<double>(i) / static_cast<double>(count) *
                                                 static_cast<double>(k_year.count())),
                   i);
    });
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) {
    std::cerr << "fill_store CONFIG COUNT\n";
    return 2;
  }
  fill(daemon::Config::load(argv[1]), std::stoull(argv[2]));
} catch (const std::exception& error) {
  std::cerr << "fill_store: " << error.what() << '\n';
  return 1;
}
