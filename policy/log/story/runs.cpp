#include "policy/log/story/runs.h"

#include "policy/log/story/leaf_values.h"

namespace inkan::policy {
namespace {

// A UUIDv7 begins with 48 bits of milliseconds since 1970 (RFC 9562 §5.7), as xxxxxxxx-xxxx.
std::string uuid_start(InstantMicros time) {
  const auto since = time.time_since_epoch();
  const auto ms = static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(since).count());
  std::array<std::uint8_t, 6> octets;
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i) & 0xff);
  const std::string hex = to_hex(octets);
  return hex.substr(0, 8) + "-" + hex.substr(8) + "-7";
}

}  // namespace

void Runs::append(LeafIndex index, const LeafReader& leaf, const KnownType* type,
                  const std::function<TreeHead()>& before) {
  const auto boot = leaf.text("boot_id");
  if (boot && *boot != boot_) begin(index, *boot, type, before());
  if (stopped_) {
    faults_.at(index, "a leaf of the same run follows its log.stop");
    stopped_ = false;
  }
  check_time(index, leaf);
  check_id(index, leaf);
  if (!type) return;
  if (type->type == EventType::log_start) log_start(index, leaf);
  if (type->type == EventType::log_stop) stopped_ = true;
  if (type->type == EventType::daemon_crash) {
    ++crashes_;
    if (leaf.number("detail", "last_index") != first_ - 1 || index != first_)
      faults_.at(index, "daemon.crash does not stand right after the last leaf of the run it tells of");
  }
}

// A run is announced by log.start, behind daemon.crash if the one before did not end by itself. The keys of a
// set-up are born before it, behind the officers who approved it, in a run of their own that says neither how
// it began nor how it ended.
void Runs::begin(LeafIndex index, std::string_view boot, const KnownType* type, const TreeHead& before) {
  const bool announced =
      type && (type->type == EventType::log_start || type->type == EventType::daemon_crash);
  const bool birth =
      index == 0 && type && (type->type == EventType::key_generate || type->type == EventType::role_grant);
  if (!announced && !birth) faults_.at(index, "a run begins without log.start");
  if (told_start_ && !stopped_ && !(type && type->type == EventType::daemon_crash))
    faults_.at(index, "the run before did not end by log.stop, and no daemon.crash says so");
  if (!boots_.insert(std::string(boot)).second) faults_.at(index, "an earlier run's boot_id comes back");
  boot_ = boot;
  first_ = index;
  before_ = before;
  told_start_ = announced;
  stopped_ = false;
}

void Runs::log_start(LeafIndex index, const LeafReader& leaf) {
  const auto size = leaf.number("detail", "tree_size");
  const auto root = read_octets<Sha256>(leaf.text("detail", "root"));
  if (size != before_.size)
    faults_.at(index, "log.start names another tree size than that at which this run began, " +
                          std::to_string(before_.size));
  else if (root != before_.root)
    faults_.at(index,
               "log.start names another root than the tree had at size " + std::to_string(before_.size));
}

void Runs::check_time(LeafIndex index, const LeafReader& leaf) {
  const auto time = leaf.text("time");
  if (!time || *time == time_) return;
  const auto instant = read_time(*time);
  if (!instant) return faults_.at(index, "its time is not like 2026-11-22T15:00:00.000000Z");
  if (*time < time_)
    faults_.at(index, "its time " + std::string(*time) + " is before that of the leaf before it");
  if (first_time_.empty()) first_time_ = *time;
  time_ = *time;
  time_hex_ = uuid_start(*instant);
}

void Runs::check_id(LeafIndex index, const LeafReader& leaf) {
  const auto id = leaf.text("id");
  if (id && (id->size() != 36 || !id->starts_with(time_hex_)))
    faults_.at(index, "its id is not a UUIDv7 of its time");
}

}  // namespace inkan::policy
