#include "pkcs11/key_signer.h"

#include <algorithm>

#include "pkcs11/cryptoki_error.h"
#include "policy/der/reader.h"
#include "policy/types/error.h"
#include "policy/x509/tbs_certificate.h"

namespace inkan::pkcs11 {
namespace {

using policy::Bytes;
using policy::BytesView;
using policy::Error;
using policy::ErrorCode;
namespace der = policy::der;

policy::PublicKey parse_key(const KeyRecord& record) {
  auto parsed = policy::PublicKey::parse(record.spki);
  if (const auto* denial = policy::denied(parsed))
    throw Error(ErrorCode::key,
                "key " + record.label + ": its recorded public key does not parse: " + denial->detail);
  auto key = std::get<policy::PublicKey>(std::move(parsed));
  if (!policy::fits(record.signature_algorithm, key.algorithm()))
    throw Error(ErrorCode::key, "key " + record.label + ": " +
                                    std::string(policy::name(record.signature_algorithm)) +
                                    " is not for an " + std::string(policy::name(key.algorithm())) + " key");
  return key;
}

// Read back from the very octets that would be released.
bool holds_exactly(BytesView object, BytesView tbs) {
  try {
    der::Reader outer(object);
    der::Reader inside = outer.sequence("signed object");
    outer.finish("signed object");
    return policy::equal(inside.any().whole, tbs);
  } catch (const der::Malformed&) {
    return false;
  }
}

}  // namespace

struct KeySigner::Bench {
  explicit Bench(KeyRecord of) : record(std::move(of)), public_key(parse_key(record)) {}

  const KeyRecord record;
  const policy::PublicKey public_key;
  mutable std::mutex mutex;  // guards out_of_service
  std::string out_of_service;
  std::mutex late_mutex;  // guards late, and is held while it runs: who takes it away waits for it
  Late late;

  // Nothing if the octets are not this key's signature over those bytes; the key is then out of service.
  std::optional<Signed> judge(const Request& request, const RawOutcome& raw) {
    const auto signature = encode_signature(mechanism_of(record.signature_algorithm), raw.signature);
    if (!signature || !public_key.verify(record.signature_algorithm, request.to_be_signed, *signature)) {
      retire("the token returned a signature that does not verify with the key's public half");
      return std::nullopt;
    }
    Signed made{{}, *signature, raw.tries};
    if (request.shape == Shape::bare) {
      made.object = *signature;
      return made;
    }
    made.object = policy::signed_object(request.to_be_signed, record.signature_algorithm, *signature);
    if (!holds_exactly(made.object, request.to_be_signed)) {
      retire("the signed object does not hold the recorded bytes");
      return std::nullopt;
    }
    return made;
  }

  // Ignored once the signer is gone: its owner is then going too, and the intent stays listed as possibly
  // signed.
  void come_late(const Request& request, const RawOutcome& raw) {
    const auto made = judge(request, raw);
    const std::lock_guard lock(late_mutex);
    if (made && late) late(request.intent, *made, request.proves);
  }

  void retire(const std::string& why) {
    const std::lock_guard lock(mutex);
    if (out_of_service.empty()) out_of_service = why;
  }
  std::string retired() const {
    const std::lock_guard lock(mutex);
    return out_of_service;
  }
};

KeySigner::KeySigner(std::shared_ptr<Token> token, KeyRecord record,
                     std::initializer_list<policy::KeyPurpose> purposes)
    : token_(std::move(token)) {
  if (std::find(purposes.begin(), purposes.end(), record.purpose) == purposes.end())
    throw Error(ErrorCode::internal,
                "key " + record.label + " of purpose " + std::string(policy::name(record.purpose)) +
                    " was given to a signer of another: every key has one purpose, fixed at birth");
  if (record.token != token_->config().name)
    throw Error(ErrorCode::internal,
                "key " + record.label + " is on token " + record.token + ", not on " + token_->config().name);
  bench_ = std::make_shared<Bench>(std::move(record));
  token_->add_key({bench_->record.id, bench_->record.purpose, bench_->record.label, bench_->record.spki});
}

// A worker that was stuck in the module may come back at any time; what it would call may be gone by then.
KeySigner::~KeySigner() {
  on_late({});
}

void KeySigner::demand(const policy::KeyId& key, policy::SignatureAlgorithm algorithm) const {
  if (key == bench_->record.id && algorithm == bench_->record.signature_algorithm) return;
  throw Error(ErrorCode::internal, "a value recorded for key " + key.hex() + " and " +
                                       std::string(policy::name(algorithm)) + " was handed to key " +
                                       bench_->record.label + " (" + bench_->record.id.hex() + ", " +
                                       std::string(policy::name(bench_->record.signature_algorithm)) + ")");
}

SignOutcome KeySigner::sign(Request request, Deadline deadline) {
  if (const auto why = bench_->retired(); !why.empty())
    return NotSigned{"key " + bench_->record.label + " is out of service: " + why, 0, 0};

  SignTask task{
      bench_->record.id,
      pkcs11::sign_input(bench_->record.signature_algorithm, bench_->record.bits, request.to_be_signed),
      request.needs_proof};
  const auto shared = std::make_shared<Request>(std::move(request));
  const auto core = token_->core();  // a canary proves the key where it was made, and nowhere else
  const RawOutcome raw = core->pool().sign(
      SigningPass(), std::move(task), deadline,
      [bench = bench_, shared](const RawOutcome& late) { bench->come_late(*shared, late); });
  switch (raw.kind) {
    case RawOutcome::Kind::not_made:
      return NotSigned{raw.reason, raw.rv, raw.tries};
    case RawOutcome::Kind::unknown:
      return PossiblySigned{raw.reason, raw.rv, raw.tries};
    case RawOutcome::Kind::made:
      break;
  }
  auto made = bench_->judge(*shared, raw);
  if (!made) return PossiblySigned{"not released: " + bench_->retired(), CKR_OK, raw.tries};
  if (shared->proves) core->pool().prove(bench_->record.id, raw.epoch);
  return std::move(*made);
}

RawOutcome KeySigner::sign_input(SignInput input, Deadline deadline) {
  return token_->core()->pool().sign(SigningPass(), SignTask{bench_->record.id, std::move(input), false},
                                     deadline, {});
}

bool KeySigner::needs_canary() const {
  return !token_->core()->pool().proved(bench_->record.id);
}
std::string KeySigner::out_of_service() const {
  return bench_->retired();
}
void KeySigner::on_late(Late callback) {
  const std::lock_guard lock(bench_->late_mutex);
  bench_->late = std::move(callback);
}
const KeyRecord& KeySigner::record() const {
  return bench_->record;
}

}  // namespace inkan::pkcs11
