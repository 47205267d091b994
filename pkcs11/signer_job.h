// One piece of work on its way through the pool, and what one try at it brought. Internal to the pool.
#pragma once

#include <future>
#include <optional>

#include "pkcs11/cryptoki_error.h"
#include "pkcs11/signer_pool.h"

namespace inkan::pkcs11 {

struct SignerPool::Job {
  // preparing: a worker has it, and nothing was handed to C_Sign yet. inside: in C_Sign.
  enum class Stage { queued, preparing, inside, done };

  std::optional<SignTask> task;  // else work
  Work work;
  bool repeatable = true;
  std::function<void(RawOutcome)> late;

  // Kept once the stage is `done` and nothing here changes any more. Whoever waits holds no lock of the
  // pool's: woken, it would only wait for that.
  std::promise<void> told;
  std::future<void> answer = told.get_future();

  // Guarded by mutex_ of the pool.
  Stage stage = Stage::queued;
  bool abandoned = false;     // its caller has left
  bool maybe_signed = false;  // a C_Sign left it open
  int requeues = 0;
  std::uint64_t round = 0;
  RawOutcome outcome;
};

struct SignerPool::Attempt {
  Verdict verdict = Verdict::failed;
  CK_RV rv = CKR_OK;
  std::string reason;
  int tries = 0;
  policy::Bytes signature{};
  std::chrono::nanoseconds took{0};  // inside the token, if C_Sign was entered

  static Attempt of(CK_RV rv, const std::string& function) {
    Attempt attempt;
    attempt.verdict = rv == CKR_OK ? Verdict::ok : is_suspect(rv) ? Verdict::suspect : Verdict::failed;
    attempt.rv = rv;
    if (rv != CKR_OK) attempt.reason = function + ": " + rv_name(rv);
    return attempt;
  }
};

}  // namespace inkan::pkcs11
