// An evidence pack and its signature, both of them any octets. The input is the members' contents, between
// lines of "%%": the first four are those that every pack begins with, then name and content in turn; so that
// no octet is spent on headers, of which there is only one way to write each. No crash, an end, and no
// verdict of good: the checkpoint is under no key that anyone has.
#include <cstdlib>

#include "policy/evidence/pack_judge.h"
#include "policy/log/verifier.h"
#include "policy/types/error.h"

using namespace inkan::policy;

namespace {

constexpr std::string_view k_origin = "log.test.example";
constexpr std::string_view k_between = "\n%%\n";

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (auto at = text.find(k_between); at != std::string_view::npos; at = text.find(k_between)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + k_between.size());
  }
  parts.push_back(text);
  return parts;
}

void add(std::string& pack, std::string_view name, std::string_view content) {
  const TarMember member{std::string(name), content.size(), Instant(std::chrono::seconds(1'580'515'200))};
  pack += member.header();
  pack += content;
  pack.append(member.padding(), '\0');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // RFC 8032 §7.1, TEST 1: a public key.
  static const NoteVerifier ledger =
      parse_verifier_key("log.test.example+311d1e8c+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea");
  const auto text = as_text({data, size});
  try {
    open_statement(std::string(k_origin), text);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input) std::abort();
  }
  std::string pack;
  const auto parts = parts_of(text);
  constexpr std::string_view k_first[] = {k_evidence_member, k_checkpoint_member, k_beside_member,
                                          k_leaves_member};
  try {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i < std::size(k_first))
        add(pack, k_first[i], parts[i]);
      else if (i + 1 < parts.size())
        add(pack, parts[i], parts[i + 1]), ++i;
    }
  } catch (const Error&) {
    return 0;  // no name for a member
  }
  pack.append(k_tar_end, '\0');
  PackJudge judge(ledger, pack.size(), [&](std::uint64_t at, std::span<std::uint8_t> into) {
    if (at > pack.size() || into.size() > pack.size() - at) std::abort();
    std::copy_n(as_bytes(pack).begin() + static_cast<std::ptrdiff_t>(at), into.size(), into.begin());
  });
  judge.run([](std::uint64_t) {});
  if (judge.faults().count() == 0) std::abort();
  return 0;
}
