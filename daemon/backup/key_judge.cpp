#include "daemon/backup/key_judge.h"

#include "daemon/backup/backup_proving.h"
#include "daemon/clock.h"

namespace inkan::daemon {
namespace {

// Alone: one that is out does not keep the others from being judged.
Config with_one_token(const Config& config, const TokenSettings& settings) {
  Config one = config;
  one.tokens = {settings};
  one.tokens.front().standby_for.clear();
  one.tokens.front().token.sessions = 1;  // a running daemon may need the others
  return one;
}

std::vector<pkcs11::KeyRecord> keys_on(const std::string& token, Store& store) {
  auto keys = store.keys();
  std::erase_if(keys, [&](const auto& key) { return key.token != token; });
  return keys;
}

}  // namespace

// No checkpoint is ever signed over these leaves: it would be a second head of the same log.
void KeyJudge::judge(Judgements& say, std::vector<std::string>& signed_texts) {
  LogWriter writer(std::make_unique<Database>(database_, Database::Mode::existing),
                   policy::LeafOrigin{config_.node, uuid_v4(), INKAN_VERSION},
                   store_.right_edge(store_.size()), store_.last_leaf_time(), {});
  IntentLedger ledger(writer);
  Unfinished unfinished(ledger);
  for (const auto& settings : config_.tokens) {
    const auto& name = settings.token.name;
    const auto keys = keys_on(settings.standby_for.empty() ? name : settings.standby_for, store_);
    if (keys.empty()) continue;
    std::optional<Tokens> tokens;
    const bool there = say.judge(
        "token " + name, "attach the token that the configuration names, and see that its PIN is right", [&] {
          tokens.emplace(with_one_token(config_, settings), officers_);
          const auto status = tokens->find(name)->status();
          return "\"" + status.label + "\", serial " + status.serial + ", " + std::to_string(keys.size()) +
                 " keys expected";
        });
    if (!there) continue;
    const auto token = tokens->find(name);
    const auto status = token->status();
    for (const auto& key : keys)
      say.judge(
          "key " + key.label + " on " + name,
          "attach the token that the key was made in, or its clone by the vendor's means", [&] {
            signed_texts.push_back(prove_key(ledger, unfinished, key, token,
                                             {key.id, key.label, key.token, status.label, status.serial}));
            return "CKA_ID " + key.id.hex() + " is the same key, and signs";
          });
    tokens->close();
  }
}

}  // namespace inkan::daemon
