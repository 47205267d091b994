// Makes an evidence pack as policy/evidence/contents.h lays it out: the same octets for the same scope,
// whenever and however often it is made.
#pragma once

#include <filesystem>
#include <functional>

#include "daemon/ledger/tile_files.h"
#include "daemon/store/store.h"
#include "policy/evidence/statement.h"

namespace inkan::daemon {

constexpr std::uint64_t k_evidence_reserve = std::uint64_t{1} << 30;  // octets of the disk

// Returns the SHA-256 of the file, which is not durable yet. An object that the store does not hold as its
// leaf tells is left out: whoever judges the pack misses it. Throws Error{store} if the file cannot be
// written, Error{invalid_input} if a member would be too large for the archive (a shorter period helps),
// Error{unavailable} once `go_on` says no. Error{store}, and no file, if it would leave fewer octets of the
// disk than `reserve`: the ledger needs them, and without them nothing is signed.
policy::Sha256 write_pack(Store& store, const TileFiles& tiles, const policy::NoteVerifier& log,
                          const policy::EvidenceScope& scope, const std::filesystem::path& file,
                          const std::function<bool()>& go_on, std::uint64_t reserve = k_evidence_reserve);

}  // namespace inkan::daemon
