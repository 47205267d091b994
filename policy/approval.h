// What stands between a request and a signature: Approved (the rules and lints passed on these very bytes),
// then Recorded (the intent is durable). Only a Recorded value opens a signing key; neither can be made by
// hand.
#pragma once

#include <cstdlib>
#include <optional>
#include <utility>

#include "policy/types/tree_head.h"

namespace inkan::daemon {
class IntentLedger;  // policy's only upward name: the friend below. Exactly one translation unit defines it.
}

namespace inkan::policy {

class Engine;

// The right to say "this intent is on disk". The constructor is user-provided and private, so that not even
// `{}` makes one outside IntentLedger.
class RecordingKey {
  RecordingKey() {}  // NOLINT(modernize-use-equals-default): a defaulted one would let `{}` forge the key
  friend class inkan::daemon::IntentLedger;

 public:
  RecordingKey(const RecordingKey&) = delete;
  RecordingKey& operator=(const RecordingKey&) = delete;
  ~RecordingKey() {
  }  // NOLINT(modernize-use-equals-default): not trivial, so that std::bit_cast cannot make one
};

// Bytes that passed policy. Move-only, single use. A Tbs is what will be signed: it has `to_be_signed()`,
// `signing_key()`, `signature_algorithm()` and `k_purpose`.
template <class Tbs>
class Approved {
 public:
  Approved(Approved&& other) noexcept : tbs_(std::exchange(other.tbs_, std::nullopt)) {}
  Approved& operator=(Approved&& other) noexcept {
    tbs_ = std::exchange(other.tbs_, std::nullopt);
    return *this;
  }
  Approved(const Approved&) = delete;
  Approved& operator=(const Approved&) = delete;
  ~Approved() = default;

  const Tbs& tbs() const {
    if (!tbs_) std::abort();  // used after it was spent: a bug that must not reach a key
    return *tbs_;
  }

 private:
  friend class Engine;
  explicit Approved(Tbs tbs) : tbs_(std::move(tbs)) {}
  std::optional<Tbs> tbs_;
};

// Approved bytes whose intent leaf is durable. The only argument a signing key takes.
template <class Tbs>
class Recorded {
 public:
  Recorded(const RecordingKey&, Approved<Tbs>&& approved, LeafIndex intent)
      : approved_(std::move(approved)), intent_(intent) {}
  Recorded(Recorded&&) noexcept = default;
  Recorded& operator=(Recorded&&) noexcept = default;
  Recorded(const Recorded&) = delete;
  Recorded& operator=(const Recorded&) = delete;
  ~Recorded() = default;

  const Tbs& tbs() const { return approved_.tbs(); }
  // Where the intent stands in the log (for a checkpoint, the id of its durable row).
  LeafIndex intent() const { return intent_; }

 private:
  Approved<Tbs> approved_;
  LeafIndex intent_;
};

}  // namespace inkan::policy
