#include "daemon/backup/key_judge.h"

#include "daemon/tokens.h"

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

std::string look_at(pkcs11::Token& token, pkcs11::KeyRecord key) {
  key.token = token.config().name;
  pkcs11::check_key(token, key);
  return "CKA_ID " + key.id.hex() + " is there, as it was at its birth";
}

}  // namespace

void judge_keys(const Config& config, PinEntry* officers, Store& store, Judgements& say) {
  for (const auto& settings : config.tokens) {
    const auto& name = settings.token.name;
    const auto keys = keys_on(settings.standby_for.empty() ? name : settings.standby_for, store);
    if (keys.empty()) continue;
    std::optional<Tokens> tokens;
    const bool there = say.judge(
        "token " + name, "attach the token that the configuration names, and see that its PIN is right", [&] {
          tokens.emplace(with_one_token(config, settings), officers);
          const auto status = tokens->find(name)->status();
          return "\"" + status.label + "\", serial " + status.serial + ", " + std::to_string(keys.size()) +
                 " keys expected";
        });
    if (!there) continue;
    for (const auto& key : keys)
      say.judge("key " + key.label + " on " + name,
                "attach the token that the key was made in, or its clone by the vendor's means",
                [&] { return look_at(*tokens->find(name), key); });
    tokens->close();
  }
}

}  // namespace inkan::daemon
