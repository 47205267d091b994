// make_log FOLDER LEAVES: a log like a daemon's of so many leaves as tlog-tiles, under a key that is thrown
// away. Prints the verifier key. Four of a hundred certificates are revoked, a CRL follows every thousand.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/bench/throw_away_log_key.h"
#include "tests/support/log_story.h"

namespace {

using namespace inkan;

void write(const std::filesystem::path& file, const std::string& octets) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << octets;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "make_log FOLDER LEAVES\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const bench::ThrowAwayLogKey key;
  test::TileFiles files(
      [&](const std::string& name, const std::string& octets) { write(folder / name, octets); });
  test::LogStory story([&](policy::LeafIndex, const std::string& leaf) { files.append(leaf); });
  bench::tell(story, std::stoull(argv[2]));
  files.finish();
  write(folder / "checkpoint", key.seal(files.head()));
  std::cout << key.verifier().verifier_key() << '\n';
}
