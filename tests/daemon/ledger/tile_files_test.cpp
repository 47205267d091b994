#include "daemon/ledger/tile_files.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>

#include "daemon/atomic_file.h"
#include "daemon/clock.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/store/schema.h"
#include "policy/types/error.h"
#include "tests/support/outside.h"

namespace inkan::daemon {
namespace {

using policy::TilePath;

class TileFilesTest : public testing::Test {
 protected:
  TileFilesTest() {
    auto database = std::make_unique<Database>(folder() / "db", Database::Mode::create);
    migrate(*database);
    store_ = std::make_unique<Store>(folder() / "db");
    writer_ = std::make_unique<LogWriter>(std::move(database), policy::LeafOrigin{"n", "b", "v"},
                                          policy::RightEdge(), now_micros(), [](const std::string&) {});
    tiles_ = std::make_unique<TileFiles>(*store_, folder() / "ledger");
  }
  const std::filesystem::path& folder() const { return folder_.path(); }
  void grow_to(std::uint64_t size) {
    writer_->write([&](Writing& w) {
      for (auto i = writer_->head().size; i < size; ++i)
        w.append({.type = policy::EventType::selftest}, policy::Identity::system_job("test"));
    });
    ASSERT_EQ(writer_->head().size, size);
  }
  void publish() { tiles_->publish(writer_->edge(), "note of " + std::to_string(writer_->head().size)); }

  std::optional<std::string> file(const std::string& name) { return read_file(folder() / "ledger" / name); }
  // Every file, by name.
  std::map<std::string, std::string> files() {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder() / "ledger"))
      if (entry.is_regular_file())
        all[std::filesystem::relative(entry.path(), folder() / "ledger").string()] = *read_file(entry.path());
    return all;
  }
  // What C2SP tlog-tiles says the files are, straight from the leaves.
  std::map<std::string, std::string> expected() {
    std::map<std::string, std::string> all;
    const auto size = writer_->head().size;
    std::vector<policy::Sha256> hashes;
    std::vector<std::string> entries;
    for (policy::LeafIndex i = 0; i < size; ++i) {
      entries.push_back(*store_->leaf(i));
      hashes.push_back(policy::hash_leaf(policy::as_bytes(entries.back())));
    }
    for (std::uint64_t at = 0; at < size; at += 256) {
      const auto width = static_cast<unsigned>(std::min<std::uint64_t>(256, size - at));
      auto& bundle = all[TilePath{true, 0, at / 256, width}.text()];
      for (auto i = at; i < at + width; ++i) {
        bundle += static_cast<char>(entries[i].size() / 256);
        bundle += static_cast<char>(entries[i].size() % 256);
        bundle += entries[i];
      }
    }
    for (unsigned level = 0; !hashes.empty(); ++level) {
      std::vector<policy::Sha256> above;
      for (std::uint64_t at = 0; at < hashes.size(); at += 256) {
        const auto width = static_cast<unsigned>(std::min<std::uint64_t>(256, hashes.size() - at));
        auto& tile = all[TilePath{false, level, at / 256, width}.text()];
        for (auto i = at; i < at + width; ++i) tile += policy::as_text(hashes[i].bytes());
        const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(at);
        if (width == 256) above.push_back(policy::root_of({begin, begin + 256}));
      }
      hashes = std::move(above);
    }
    all["checkpoint"] = "note of " + std::to_string(size);
    return all;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<LogWriter> writer_;
  std::unique_ptr<TileFiles> tiles_;
};

TEST_F(TileFilesTest, AreThoseOfTheTreeAndNothingElse) {
  for (const std::uint64_t size : {1, 255, 256, 257, 512, 700}) {
    grow_to(size);
    publish();
    auto found = files();
    // Partial forms of earlier trees stay until the full one is there; their checkpoints may still be in use.
    const auto right = expected();
    std::erase_if(found, [&](const auto& each) {
      return !right.contains(each.first) && each.first.find(".p/") != std::string::npos;
    });
    EXPECT_THAT(found, testing::ContainerEq(right)) << size;
  }
  EXPECT_FALSE(std::filesystem::exists(folder() / "ledger/tile/0/000.p"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "ledger/tile/entries/001.p"));
}

TEST_F(TileFilesTest, OfAHigherLevelComeWithItsFirstFullTile) {
  grow_to(256 * 256 + 3);
  publish();
  ASSERT_TRUE(file("tile/1/000"));
  EXPECT_EQ(file("tile/1/000")->size(), 8192u);
  EXPECT_EQ(file("tile/2/000.p/1")->size(), 32u);
  EXPECT_EQ(file("tile/0/256.p/3")->size(), 96u);
  EXPECT_EQ(tiles_->tree(256 * 256 + 3).head(), writer_->head());
}

// What is lost, cut short or emptied while the daemon is down is there again after its first checkpoint.
TEST_F(TileFilesTest, ThatAreLostAreMadeAgainAtTheNextStart) {
  grow_to(600);
  publish();
  const auto before = files();
  for (const char* lost : {"tile/0/000", "tile/entries/001", "tile/0/002.p/88", "checkpoint"})
    std::filesystem::remove(folder() / "ledger" / lost);
  std::filesystem::resize_file(folder() / "ledger/tile/0/001", 8191);
  std::filesystem::resize_file(folder() / "ledger/tile/entries/000", 0);
  tiles_ = std::make_unique<TileFiles>(*store_, folder() / "ledger");
  publish();
  EXPECT_EQ(files(), before);
  std::filesystem::remove_all(folder() / "ledger");
  tiles_ = std::make_unique<TileFiles>(*store_, folder() / "ledger");
  publish();
  EXPECT_EQ(files(), before);
}

TEST_F(TileFilesTest, AreFoundWithOrWithoutTheirFile) {
  grow_to(600);
  publish();
  const auto full = file("tile/0/001"), partial = file("tile/0/002.p/88"), bundle = file("tile/entries/000");
  std::filesystem::remove_all(folder() / "ledger");
  EXPECT_EQ(tiles_->find({false, 0, 1}, 600), full);
  EXPECT_EQ(tiles_->find({false, 0, 2, 88}, 600), partial);
  EXPECT_EQ(tiles_->find({true, 0, 0}, 600), bundle);
  // A partial form of an earlier tree is part of the later one.
  EXPECT_EQ(tiles_->find({false, 0, 2, 5}, 600), partial->substr(0, 5 * 32));
  EXPECT_EQ(tiles_->find({false, 1, 0, 2}, 600)->size(), 64u);
}

// A partial form is not made durable: what the machine's fall left of it is not served.
TEST_F(TileFilesTest, ThatAreCutShortAreServedFromTheStore) {
  grow_to(300);
  publish();
  for (const TilePath& path : {TilePath{false, 0, 1, 44}, TilePath{true, 0, 1, 44}}) {
    const auto whole = file(path.text());
    for (const std::uintmax_t left : {0, 1, 32}) {
      std::filesystem::resize_file(folder() / "ledger" / path.text(), left);
      EXPECT_EQ(tiles_->find(path, 300), whole) << path.text() << " of " << left;
    }
  }
}

TEST_F(TileFilesTest, BeyondTheCheckpointAreNotFound) {
  grow_to(600);
  EXPECT_FALSE(tiles_->find({false, 0, 2, 89}, 600));
  EXPECT_FALSE(tiles_->find({false, 0, 2}, 600));
  EXPECT_FALSE(tiles_->find({true, 0, 3, 1}, 600));
  EXPECT_FALSE(tiles_->find({false, 1, 0, 3}, 600));
  EXPECT_FALSE(tiles_->find({false, 2, 0, 1}, 600));
  EXPECT_FALSE(tiles_->find({false, 0, 0, 256}, 200));
}

TEST_F(TileFilesTest, ThatCannotBeWrittenSayWhichFolder) {
  grow_to(3);
  std::ofstream(folder() / "ledger") << "a file where the folder should be";
  try {
    publish();
    FAIL() << "written into a file";
  } catch (const policy::Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr((folder() / "ledger").string()));
  }
}

}  // namespace
}  // namespace inkan::daemon
