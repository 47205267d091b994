#include "daemon/subscribers/subscriber_service.h"

#include "daemon/core.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

policy::Pack checked(policy::Pack pack, const policy::ProfileSet& profiles) {
  const auto* profile = profiles.find(pack.profile);
  const std::string what = "the policy pack " + pack.name + " wants the profile " + pack.profile;
  if (!profile)
    throw Error(ErrorCode::config, what + ", which is not in force: put it in force, or name another");
  if (!profile->roles.contains(policy::Role::web_tier))
    throw Error(ErrorCode::config, what + ", which the web tier may not have issued: name another");
  if (profile->validity.utc_offset != pack.mail.utc_offset)
    throw Error(ErrorCode::config,
                what +
                    ", whose days are of another zone (`validity.utc_offset`) than the pack's "
                    "(`mail.utc_offset`): make them one");
  return pack;
}

// An auditor reads by which pack a run went, as he does the configuration.
void keep_pack(LogWriter& writer, const policy::Pack& pack) {
  writer.write([&](Writing& w) {
    w.database()
        .prepare("INSERT OR IGNORE INTO configurations(sha256, document) VALUES(?, ?)")
        .bind(pack.sha256.bytes())
        .bind(pack.document)
        .run();
    std::string before;
    {
      auto row = w.database().prepare("SELECT value FROM meta WHERE key = 'pack_sha256'");
      if (row.step()) before = row.text(0);
    }
    if (before == pack.sha256.hex()) return;
    policy::Event event{.type = policy::EventType::config_change};
    event.detail = {{"key", "pack"}, {"old", before}, {"new", pack.sha256.hex()}};
    w.append(event, policy::Identity::system_job("start-up"));
    call_for_all_notices(w.database(), w.now());  // it may send other mails, at other times
    w.database()
        .prepare("INSERT OR REPLACE INTO meta(key, value) VALUES('pack_sha256', ?)")
        .bind(pack.sha256.hex())
        .run();
  });
}

}  // namespace

SubscriberService::SubscriberService(Core& core, Revocation& revocation)
    : pack_(checked(load_pack(*core.config.subscribers), core.policies.now().profiles())),
      writer_(*core.writer),
      store_(core.store),
      measurements_(core.measurements),
      hasher_(core.config.subscribers->password),
      secret_(core.config.state_dir / "subscribers.key"),
      authentication_(parts(), core.config.subscribers->limits),
      enrolments_(parts(), authentication_, core.issuance, core.authorities, core.identities),
      confirmations_(parts(), enrolments_, revocation),
      sessions_(parts(), authentication_, confirmations_),
      users_(parts(), revocation),
      notices_(parts()),
      outbox_(core.config.mail
                  ? std::make_unique<OutboxJob>(parts(), *core.config.mail, core.writer->origin().boot_id)
                  : nullptr) {
  keep_pack(writer_, pack_);
}

void SubscriberService::turn() {
  // What is wrong with one is told, and stops none of the others.
  std::exception_ptr wrong;
  const std::function<void()> parts_of_turn[] = {[&] { notices_.turn(); },
                                                 [&] { confirmations_.revoke_unconfirmed(); },
                                                 [&] { confirmations_.revoke_superseded(); },
                                                 [&] {
                                                   writer_.write([](Writing& w) {
                                                     SessionRow::erase_ended(w.database(), w.now());
                                                     PhantomRow::forget_oldest(w.database());
                                                   });
                                                 }};
  for (const auto& part : parts_of_turn) try {
      part();
    } catch (...) {
      wrong = std::current_exception();
    }
  if (wrong) std::rethrow_exception(wrong);
}

}  // namespace inkan::daemon
