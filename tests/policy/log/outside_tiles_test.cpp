// Folders in tlog-tiles layout, judged by Go's golang.org/x/mod/sumdb (tests/support/tlog_judge.go).
#include <gtest/gtest.h>

#include "policy/log/proof.h"
#include "policy/log/receipt.h"
#include "tests/support/log_story.h"
#include "tests/support/outside.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

constexpr const char* k_origin = "tiles.example.test/log";
constexpr const char* k_go_path =
    "/usr/share/gocode";  // where Debian's golang-*-dev packages put their sources

class TiledFolders {
 public:
  TiledFolders() {
    test::LogStory story([this](LeafIndex, const std::string& leaf) { leaves_.push_back(leaf); });
    story.set_up();
    while (leaves_.size() < 66000) story.issue();
  }

  std::string note(std::size_t size) const {
    RightEdge edge;
    for (std::size_t i = 0; i < size; ++i) edge.append(hash_leaf(as_bytes(leaves_[i])));
    return seal(edge.head());
  }
  std::string forked_note(std::size_t size) const { return seal({size, sha256(BytesView{})}); }
  // A folder with the log as it was when it had `size` leaves.
  std::filesystem::path make(std::size_t size) {
    const auto folder = top_.path() / std::to_string(++made_);
    test::TileFiles files(
        [&](const std::string& name, const std::string& octets) { put(folder / name, octets); });
    for (std::size_t i = 0; i < size; ++i) files.append(leaves_[i]);
    files.finish();
    put(folder / "checkpoint", note(size));
    return folder;
  }
  void add_receipt(const std::filesystem::path& folder, std::size_t size, LeafIndex index) {
    add_receipt(folder, size, index, index);
  }
  void add_receipt(const std::filesystem::path& folder, std::size_t size, LeafIndex index, LeafIndex shown) {
    TiledTree tree(size, [&](unsigned level, std::uint64_t n, unsigned width) {
      const TilePath path{.level = level, .index = n, .width = width};
      return Tile::decode(level, n, as_bytes(get(folder / path.text())));
    });
    const Receipt receipt{index, to_bytes(as_bytes(leaves_[shown])), tree.inclusion_proof(index), note(size)};
    put(folder / "receipt", receipt.text());
  }

  static void put(const std::filesystem::path& file, const std::string& octets) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << octets;
  }
  static std::string get(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void flip(const std::filesystem::path& file, std::size_t at) {
    std::string octets = get(file);
    ASSERT_GT(octets.size(), at) << file;
    octets[at] ^= 1;
    put(file, octets);
  }
  // Go's words for each folder, a line each.
  std::string ask(const std::vector<std::filesystem::path>& folders) const {
    std::vector<std::string> command = {"env",
                                        "GO111MODULE=off",
                                        "GOFLAGS=",
                                        "GOPATH=" + std::string(k_go_path),
                                        "GOCACHE=" + (top_.path() / "cache").string(),
                                        "go",
                                        "run",
                                        std::string(INKAN_SOURCE_DIR) + "/tests/support/tlog_judge.go",
                                        verifier_.verifier_key()};
    for (const auto& folder : folders) command.push_back(folder.string());
    return test::run(command).output;
  }

 private:
  std::string seal(const TreeHead& head) const {
    const CheckpointBody body(k_origin, head, KeyId({}), SignatureAlgorithm::ed25519);
    return verifier_.seal(body, test::sign_message(key_, SignatureAlgorithm::ed25519, body.to_be_signed()));
  }

  test::TemporaryFolder top_;
  test::TestKey key_ = test::make_key(KeyAlgorithm::ed25519);
  NoteVerifier verifier_{k_origin, key_.public_key};
  std::vector<std::string> leaves_;
  int made_ = 0;
};

TEST(TiledLog, IsReadByGoAndRefusedOnceItWasChanged) {
  if (!test::is_installed("go")) GTEST_SKIP() << "no Go (package golang-go)";
  if (!std::filesystem::exists(std::string(k_go_path) + "/src/golang.org/x/mod/sumdb/tlog"))
    GTEST_SKIP() << "no golang.org/x/mod (package golang-golang-x-mod-dev)";
  TiledFolders log;
  std::vector<std::filesystem::path> folders;
  std::string expected;
  const auto ask = [&](const std::filesystem::path& folder, const std::string& answer) {
    folders.push_back(folder);
    expected += answer + "\n";
    return folder;
  };
  // Sizes at which tiles begin and end; above 65536 there are three levels.
  for (const std::size_t size : {1, 2, 255, 256, 257, 511, 512, 1000, 65536, 65900}) {
    const auto folder = ask(log.make(size), "good");
    log.put(folder / "old-checkpoint", log.note(size > 300 ? 300 : 1));
    log.add_receipt(folder, size, size / 2);
  }
  const auto changed = [&](const std::string& answer) { return ask(log.make(700), answer); };
  const std::string bad_proof = "invalid transparency proof";
  for (const char* name : {"tile/0/000", "tile/0/002.p/188", "tile/1/000.p/2"})
    log.flip(changed(std::string("another ") + name) / name, 40);
  log.flip(changed("another root") / "tile/entries/001", 40);
  std::filesystem::remove(changed("missing tile/entries/002.p/188") / "tile/entries/002.p/188");
  std::filesystem::remove(changed("missing tile/1/000.p/2") / "tile/1/000.p/2");
  // Checkpoints that this log never had, now and at an earlier time.
  log.put(changed("another root") / "checkpoint", log.forked_note(700));
  log.put(changed(bad_proof) / "old-checkpoint", log.forked_note(300));
  const auto cut =
      ask(log.make(300), "tlog: invalid inputs in ProveTree");  // rolled back behind what was kept
  log.put(cut / "old-checkpoint", log.note(700));
  // The receipt of another leaf.
  const auto swapped = changed("receipt: " + bad_proof);
  log.add_receipt(swapped, 700, 9, 10);
  EXPECT_EQ(log.ask(folders), expected);
}

}  // namespace
}  // namespace inkan::policy
