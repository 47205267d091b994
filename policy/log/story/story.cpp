#include "policy/log/story/story.h"

namespace inkan::policy {
namespace {

constexpr std::size_t k_most_unknown = 100;  // names; more are counted together

void count(std::map<std::string, std::uint64_t, std::less<>>& counts, std::string_view name) {
  auto found = counts.find(name);
  if (found == counts.end())
    found = counts.try_emplace(counts.size() < k_most_unknown ? std::string(name) : "others").first;
  ++found->second;
}

}  // namespace

void Story::append(LeafIndex index, const LeafReader& leaf, const std::function<TreeHead()>& before) {
  const auto version = leaf.number("v");
  if (version && *version != 1)
    return faults_.at(index, "it is of version " + std::to_string(*version) +
                                 " of the leaf, this program reads version 1: use the newer one");
  check_envelope(index, leaf);
  const auto name = leaf.text("type").value_or("");
  const KnownType* type = find_known_type(name);
  if (type) {
    ++known_types_[static_cast<std::size_t>(type->type)];
    check_detail(index, leaf, *type);
  } else {
    count(unknown_types_, name);
    count(unknown_, name);
  }
  runs_.append(index, leaf, type, before);
  if (type && type->type == EventType::key_generate) keys_.birth(index, leaf);
  if (type && type->type == EventType::ceremony_step) keys_.ceremony_step(index, leaf);
  signings_.append(index, leaf, type, runs_.count());
  if (type) approvals_.append(index, leaf, *type);
  // A checkpoint covers what stands before the leaf that tells of it.
  if (type && type->type == EventType::log_checkpoint && leaf.number("detail", "size").value_or(0) > index)
    faults_.at(index, "it tells of a checkpoint that covers more leaves than there were");
}

void Story::finish() {
  keys_.finish();
  signings_.finish();
}

std::map<std::string, std::uint64_t> Story::types() const {
  std::map<std::string, std::uint64_t> all(unknown_types_.begin(), unknown_types_.end());
  for (const auto type : all_event_types())
    if (const auto leaves = known_types_[static_cast<std::size_t>(type)]) all.emplace(name(type), leaves);
  return all;
}

void Story::check_envelope(LeafIndex index, const LeafReader& leaf) {
  check_fields(index, leaf.members(), envelope_fields(), "");
  const auto outcome = leaf.text("outcome");
  if (outcome && *outcome != "success" && *outcome != "failure" && *outcome != "denied")
    faults_.at(index, "its outcome is none of success, failure, denied");
  if (!leaf.text("actor", "id") || !leaf.text("actor", "role"))
    faults_.at(index, "its actor has no id or no role");
}

void Story::check_detail(LeafIndex index, const LeafReader& leaf, const KnownType& type) {
  const auto* detail = leaf.find("detail");
  const bool object = detail && detail->kind == JsonKind::object;
  if (detail && !object) return faults_.at(index, "its detail is no object");
  check_fields(index, object ? leaf.members_of(*detail) : std::span<const LeafMember>(), type.detail,
               name(type.type));
}

// Both are in the order of their names.
void Story::check_fields(LeafIndex index, std::span<const LeafMember> members,
                         std::span<const KnownField> known, std::string_view prefix) {
  auto field = known.begin();
  const auto skip_before = [&](std::string_view name) {
    for (; field != known.end() && (name.empty() || field->name < name); ++field)
      if (field->required)
        faults_.at(index, std::string(prefix.empty() ? "the envelope" : prefix) + " without " +
                              std::string(field->name));
  };
  for (const auto& member : members) {
    skip_before(member.name);
    if (field != known.end() && field->name == member.name)
      ++field;
    else
      count(unknown_,
            prefix.empty() ? std::string(member.name) : std::string(prefix) + "." + std::string(member.name));
  }
  skip_before("");
}

}  // namespace inkan::policy
