// A log and a witness with keys in memory: heads, notes, proofs and cosignatures, without daemon or token.
#pragma once

#include "policy/log/cosignature.h"
#include "policy/log/witness.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::test {

class SmallLog {
 public:
  explicit SmallLog(const std::string& origin = "log.example.test",
                    policy::KeyAlgorithm algorithm = policy::KeyAlgorithm::ed25519)
      : key_(make_key(algorithm)), verifier_(origin, key_.public_key) {}

  const policy::NoteVerifier& verifier() const { return verifier_; }

  // Another `fork`: another history from leaf 5 on.
  policy::TiledTree tree(std::uint64_t size, int fork = 0) const {
    return policy::TiledTree(size, [fork](unsigned level, std::uint64_t index, unsigned width) {
      policy::Tile tile{level, index, {}};
      for (unsigned i = 0; i < width; ++i)
        tile.hashes.push_back(policy::hash_leaf(policy::as_bytes(
            "leaf " + std::to_string(i) + (i >= 5 ? " of " + std::to_string(fork) : std::string()))));
      return tile;
    });
  }
  policy::TreeHead head(std::uint64_t size, int fork = 0) const { return tree(size, fork).head(); }
  std::string note(std::uint64_t size, int fork = 0) const { return seal(head(size, fork)); }
  std::string seal(const policy::TreeHead& head) const {
    const policy::CheckpointBody body(verifier_.origin(), head, policy::KeyId({}), verifier_.algorithm());
    return verifier_.seal(body, sign_message(key_, verifier_.algorithm(), body.to_be_signed()));
  }
  // What the log would submit; of at most 256 leaves.
  policy::AddCheckpoint submission(std::uint64_t old_size, std::uint64_t size, int fork = 0) const {
    auto grown = tree(size, fork);
    return {old_size, old_size <= size ? grown.consistency_proof(old_size) : std::vector<policy::Sha256>(),
            note(size, fork)};
  }

 private:
  TestKey key_;
  policy::NoteVerifier verifier_;
};

class SmallWitness {
 public:
  explicit SmallWitness(const std::string& name = "witness.example.test/w1")
      : key_(make_key(policy::KeyAlgorithm::ed25519)), verifier_(name, key_.public_key) {}

  const policy::CosignatureVerifier& verifier() const { return verifier_; }
  std::string cosign(std::string_view note, policy::Instant time = k_test_day) const {
    const auto message = policy::cosigned_message(note.substr(0, note.rfind("\n\n") + 1), time);
    return verifier_.seal(time,
                          sign_message(key_, policy::SignatureAlgorithm::ed25519, policy::as_bytes(message)));
  }

 private:
  TestKey key_;
  policy::CosignatureVerifier verifier_;
};

}  // namespace inkan::test
