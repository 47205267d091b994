// One Cryptoki session, closed with its owner. One thread at a time uses it.
#pragma once

#include <utility>

#include "pkcs11/module.h"

namespace inkan::pkcs11 {

class Session {
 public:
  Session() = default;
  Session(Session&& other) noexcept { *this = std::move(other); }
  Session& operator=(Session&& other) noexcept {
    if (this == &other) return *this;
    close();
    module_ = std::move(other.module_);
    generation_ = other.generation_;
    handle_ = std::exchange(other.handle_, CK_INVALID_HANDLE);
    return *this;
  }
  ~Session() { close(); }

  // An empty session beside any rv but CKR_OK.
  static std::pair<CK_RV, Session> open(const std::shared_ptr<Module>& module, std::uint64_t generation,
                                        CK_SLOT_ID slot) {
    Session session;
    session.module_ = module;
    session.generation_ = generation;
    const CK_RV rv = module->call(generation, [&](CK_FUNCTION_LIST& p) {
      return p.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session.handle_);
    });
    if (rv != CKR_OK) session.handle_ = CK_INVALID_HANDLE;
    return {rv, std::move(session)};
  }

  explicit operator bool() const { return handle_ != CK_INVALID_HANDLE; }

  // `call(functions, session handle)`.
  template <class Call>
  CK_RV call(Call&& call) {
    if (!*this) return CKR_SESSION_HANDLE_INVALID;
    return module_->call(generation_, [&](CK_FUNCTION_LIST& p) { return call(p, handle_); });
  }

  void close() noexcept {
    // The answer does not matter: a session that cannot be closed is already gone. One of an earlier
    // generation is not closed at all (Module::call refuses), since its number may by now be another's.
    if (*this) call([](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) { return p.C_CloseSession(handle); });
    handle_ = CK_INVALID_HANDLE;
    module_.reset();
  }

 private:
  std::shared_ptr<Module> module_;
  std::uint64_t generation_ = 0;
  CK_SESSION_HANDLE handle_ = CK_INVALID_HANDLE;
};

}  // namespace inkan::pkcs11
