#include "daemon/backup/stored_log.h"

#include "policy/log/event_type.h"
#include "policy/log/leaf_reader.h"
#include "policy/log/merkle_tree.h"
#include "policy/log/story/serial_set.h"
#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

class StoredLogPass {
 public:
  StoredLogPass(Database& database, const std::set<std::uint64_t>& sizes)
      : database_(database), sizes_(sizes) {
    keep_root();
  }

  // False: what follows cannot be placed.
  bool leaf(policy::LeafIndex index, BytesView octets) {
    const auto place = edge_.size();
    if (index != place) {
      found_.faults.at(place, "it is missing: the next one in the store is leaf " + std::to_string(index));
      return false;
    }
    if (const auto refused = reader_.read(octets))
      found_.faults.at(place, std::string("it is no leaf in canonical form: ") + refused->what);
    else
      note(place);
    for (const auto& tile : edge_.append(policy::hash_leaf(octets))) hold(tile);
    keep_root();
    return true;
  }

  StoredLog finish() {
    found_.leaves = edge_.size();
    auto stored = database_.prepare("SELECT count(*) FROM tiles");
    if (stored.step() && static_cast<std::uint64_t>(stored.integer(0)) != tiles_)
      found_.faults.add("tiles", "the store has " + std::to_string(stored.integer(0)) +
                                     " full ones, its leaves make " + std::to_string(tiles_));
    auto rows = database_.prepare("SELECT id, crl_number FROM authorities ORDER BY id");
    while (rows.step()) {
      const auto last = found_.numbers.find(rows.text(0));
      if (last != found_.numbers.end() && static_cast<std::uint64_t>(rows.integer(1)) < last->second)
        found_.crl_numbers.add("authority " + rows.text(0),
                               "the store would give out CRL number " + std::to_string(rows.integer(1) + 1) +
                                   " next, and the log has spent " + std::to_string(last->second));
    }
    return std::move(found_);
  }

 private:
  void keep_root() {
    if (sizes_.contains(edge_.size())) found_.roots.emplace(edge_.size(), edge_.head().root);
  }

  void hold(const policy::Tile& tile) {
    ++tiles_;
    auto row = database_.prepare("SELECT hashes FROM tiles WHERE level = ? AND idx = ?");
    row.bind(static_cast<int>(tile.level)).bind(tile.index);
    const std::string place = "tile " + std::to_string(tile.level) + "/" + std::to_string(tile.index);
    if (!row.step())
      found_.faults.add(place, "the store has lost it");
    else if (!policy::equal(row.view(0), tile.encode()))
      found_.faults.add(place, "what the store keeps is not what the leaves hash to");
  }

  void note(policy::LeafIndex index) {
    if (const auto text = reader_.text("time")) note_time(index, *text);
    if (reader_.text("type") != policy::name(policy::EventType::sign_intent)) return;
    const auto purpose = reader_.text("detail", "purpose");
    if (purpose == "certificate") {
      const std::string serial(reader_.text("detail", "serial").value_or(""));
      ++found_.certificates;
      if (serial.empty() || !serials_.insert(serial))
        found_.serials.at(index, "serial number " + serial + " was given out before");
    }
    if (purpose == "crl") {
      const auto number = reader_.number("detail", "number").value_or(0);
      auto& last = found_.numbers[std::string(reader_.text("target", "id").value_or(""))];
      if (number <= last)
        found_.crl_numbers.at(
            index, "CRL number " + std::to_string(number) + " does not follow " + std::to_string(last));
      last = std::max(last, number);
    }
  }

  void note_time(policy::LeafIndex index, std::string_view text) {
    try {
      const auto time = policy::from_rfc3339(text);
      if (time <= found_.newest) return;
      found_.newest = time;
      found_.newest_leaf = index;
    } catch (const policy::Error&) {
      found_.faults.at(index, "its time is none");
    }
  }

  Database& database_;
  const std::set<std::uint64_t>& sizes_;
  StoredLog found_;
  policy::LeafReader reader_;
  policy::RightEdge edge_;
  policy::SerialSet serials_;
  std::uint64_t tiles_ = 0;
};

}  // namespace

StoredLog read_stored_log(Database& database, const std::set<std::uint64_t>& sizes) {
  StoredLogPass reading(database, sizes);
  auto rows = database.prepare("SELECT idx, leaf FROM leaves ORDER BY idx");
  while (rows.step() && reading.leaf(static_cast<policy::LeafIndex>(rows.integer(0)), rows.view(1))) {
  }
  return reading.finish();
}

}  // namespace inkan::daemon
