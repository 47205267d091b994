#include "daemon/witness/pull.h"

#include "policy/log/tile_path.h"
#include "policy/types/error.h"

namespace inkan::daemon::witness {
namespace {

using policy::Error;
using policy::ErrorCode;
using policy::Tile;

constexpr std::size_t k_most_note = 64 * 1024;
constexpr std::size_t k_most_tile = Tile::k_width * policy::Sha256::k_size;
constexpr std::chrono::seconds k_each(20);  // file

HttpAnswer fetch(const HttpAddress& log, const std::string& name, std::size_t most) {
  try {
    return ask(log, {"GET", log.path + "/ledger/" + name, ""}, most,
               std::chrono::steady_clock::now() + k_each);
  } catch (const Error& error) {
    throw Error(error.code(), log.authority() + ": " + error.what());
  }
}

std::string fetch_file(const HttpAddress& log, const std::string& name, std::size_t most) {
  auto answer = fetch(log, name, most);
  if (answer.status != 200)
    throw Error(ErrorCode::unavailable, log.authority() + ": /ledger/" + name + " is answered with " +
                                            std::to_string(answer.status) +
                                            ": is --url the public listener of inkand?");
  return std::move(answer.body);
}

// The full tile serves where the partial one is gone (C2SP tlog-tiles).
Tile fetch_tile(const HttpAddress& log, unsigned level, std::uint64_t index, unsigned width) {
  policy::TilePath path{.level = level, .index = index, .width = width};
  const std::size_t wanted = width * policy::Sha256::k_size;
  auto answer = fetch(log, path.text(), k_most_tile);
  if (answer.status == 404 && width < Tile::k_width) {
    path.width = Tile::k_width;
    answer = fetch(log, path.text(), k_most_tile);
  }
  if (answer.status != 200 || answer.body.size() < wanted)
    throw Error(ErrorCode::unavailable, log.authority() + ": /ledger/" + path.text() +
                                            " is missing or too short (status " +
                                            std::to_string(answer.status) + ")");
  return Tile::decode(level, index, policy::as_bytes(answer.body).first(wanted));
}

}  // namespace

Pulled pull(Witness& witness, const HttpAddress& log) {
  policy::AddCheckpoint request;
  request.checkpoint = fetch_file(log, "checkpoint", k_most_note);
  auto opened = policy::open_submission(request, witness.logs());
  if (const auto* refusal = std::get_if<policy::WitnessRefusal>(&opened))
    throw Error(ErrorCode::ledger, log.authority() + ": " + refusal->why);
  const auto& submitted = std::get<policy::SubmittedCheckpoint>(opened);
  const auto before = witness.last(submitted.origin);
  if (submitted.head.size < before.size)
    throw Error(ErrorCode::ledger, submitted.origin + " shows " + std::to_string(submitted.head.size) +
                                       " leaves, but " + std::to_string(before.size) +
                                       " were cosigned: it was rolled back, or an old one is shown");
  policy::TiledTree tree(submitted.head.size, [&](unsigned level, std::uint64_t index, unsigned width) {
    return fetch_tile(log, level, index, width);
  });
  request.old_size = before.size;
  request.proof = tree.consistency_proof(before.size);
  auto decided = witness.add_checkpoint(request);
  if (const auto* refusal = std::get_if<policy::WitnessRefusal>(&decided))
    throw Error(ErrorCode::ledger, submitted.origin + ": " + refusal->why);
  return {before, submitted.head, std::get<std::string>(decided)};
}

}  // namespace inkan::daemon::witness
