// The engine in every signer: one key, its public half, and the judgement of what the token returns. Private
// to the signers, each of which opens it for the values of its own purpose only.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>

#include "pkcs11/signer_pool.h"
#include "pkcs11/token_core.h"
#include "pkcs11/token_keys.h"
#include "policy/approval.h"
#include "policy/types/tree_head.h"

namespace inkan::pkcs11 {

class KeySigner {
 public:
  ~KeySigner();
  KeySigner(const KeySigner&) = delete;
  KeySigner& operator=(const KeySigner&) = delete;

 private:
  friend class BackupSigner;
  friend class CaSigner;
  friend class CheckpointSigner;
  friend class EvidenceSigner;
  friend class OcspSigner;
  friend class Probe;
  friend class TlsKey;

  // bare: the signature alone. object: SEQUENCE { tbs, algorithm, BIT STRING } (RFC 5280 §§4.1, 5.1).
  enum class Shape { bare, object };
  struct Request {
    policy::BytesView to_be_signed;
    std::shared_ptr<const void> owner;  // of those octets: a CRL's are too many to be copied
    policy::LeafIndex intent = 0;
    Shape shape = Shape::bare;
    bool needs_proof = true;
    bool proves = false;  // its success is the epoch's canary
  };
  using Late = std::function<void(policy::LeafIndex, Signed, bool canary)>;
  struct Bench;  // what a late signature still needs when the signer is gone

  KeySigner(std::shared_ptr<Token> token, KeyRecord record,
            std::initializer_list<policy::KeyPurpose> purposes);

  // The value is spent, whatever comes of it.
  template <class Tbs>
  SignOutcome sign(policy::Recorded<Tbs>&& recorded, Shape shape, Deadline deadline, bool canary = false) {
    const auto spent = std::make_shared<const policy::Recorded<Tbs>>(std::move(recorded));
    const Tbs& tbs = spent->tbs();
    demand(tbs.signing_key(), tbs.signature_algorithm());
    return sign(Request{tbs.to_be_signed(), spent, spent->intent(), shape, !canary, canary}, deadline);
  }
  void demand(const policy::KeyId& key, policy::SignatureAlgorithm algorithm) const;
  SignOutcome sign(Request request, Deadline deadline);
  // For TLS: the input as the handshake made it. No judgement here: the peer verifies, and nothing is kept.
  RawOutcome sign_input(SignInput input, Deadline deadline);

  bool needs_canary() const;
  std::string out_of_service() const;
  void on_late(Late callback);
  const KeyRecord& record() const;
  const std::shared_ptr<Token>& token() const { return token_; }

  std::shared_ptr<Token> token_;
  std::shared_ptr<Bench> bench_;
};

}  // namespace inkan::pkcs11
