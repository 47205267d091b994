#include "pkcs11/token.h"

#include <future>
#include <thread>

#include "pkcs11/cryptoki_error.h"
#include "pkcs11/token_core.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {

std::string_view name(TokenState state) {
  switch (state) {
    case TokenState::absent:
      return "absent";
    case TokenState::present:
      return "present";
    case TokenState::ready:
      return "ready";
    case TokenState::degraded:
      return "degraded";
    case TokenState::recovering:
      return "recovering";
  }
  return "";
}

std::shared_ptr<Token> Token::open(const TokenConfig& config, Pin pin, OnSigned on_signed) {
  const auto core = std::make_shared<TokenCore>(config, std::move(pin), std::move(on_signed));
  std::packaged_task<void()> open([core] { core->open(); });
  auto opened = open.get_future();
  std::thread opener(std::move(open));
  if (opened.wait_for(config.open_deadline) != std::future_status::ready) {
    core->give_up_opening();
    opener.detach();
    throw policy::Error(
        policy::ErrorCode::unavailable,
        "token " + config.name + ": module " + config.module.string() + " has not answered within " +
            std::to_string(config.open_deadline.count()) +
            " s. Is the device, or the network to it, up? Its own tools should show the token");
  }
  opener.join();
  opened.get();
  return std::shared_ptr<Token>(new Token(core));
}

Token::~Token() {
  core_->close();
}

const TokenConfig& Token::config() const {
  return core_->config();
}
TokenStatus Token::status() const {
  return core_->status();
}
std::uint64_t Token::epoch() const {
  return core_->pool().epoch();
}
std::vector<SignatureCount> Token::signature_counts() const {
  return core_->pool().counts();
}
bool Token::has_mechanism(unsigned long mechanism) const {
  return core_->has_mechanism(mechanism);
}
void Token::random(std::span<std::uint8_t> out, Deadline deadline) {
  const auto drawing = core();
  drawing->random(out, deadline);
}
void Token::on_login(std::function<void(std::uint64_t)> callback) {
  core_->on_login(std::move(callback));
}
void Token::add_key(const KnownKey& key) {
  core_->pool().add_key(key);
  if (standby_) standby_->core_->pool().add_key(key);
}
void Token::forget_key(const policy::KeyId& key) {
  core_->pool().handles().remove(key);
  if (standby_) standby_->core_->pool().handles().remove(key);
}
void Token::close() {
  core_->close();
}

std::vector<TokenDescription> list_tokens(const std::filesystem::path& module, const std::string& init_args) {
  const auto loaded = Module::load(module, init_args);
  const SlotTokens read = read_slots(*loaded, loaded->generation());
  if (read.rv != CKR_OK) throw policy::Error(policy::ErrorCode::token, "C_GetSlotList: " + rv_name(read.rv));
  std::vector<TokenDescription> all;
  for (const auto& token : read.tokens) all.push_back(token.description);
  return all;
}

TokenDescription find_token(const TokenConfig& config) {
  const auto module = Module::load(config.module, config.init_args);
  return find_slot(*module, module->generation(), config).description;
}

}  // namespace inkan::pkcs11
