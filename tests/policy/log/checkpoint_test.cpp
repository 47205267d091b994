#include "policy/log/checkpoint.h"

#include "policy/log/merkle_tree.h"
#include "tests/support/outside.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

constexpr const char* k_origin = "inkan.example.test/log-1";

struct Log {
  test::TestKey key;
  NoteVerifier verifier;

  explicit Log(KeyAlgorithm algorithm, const std::string& origin = k_origin)
      : key(test::make_key(algorithm)), verifier(origin, key.public_key) {}

  std::string seal(const TreeHead& head) const {
    const CheckpointBody body(verifier.origin(), head, KeyId({}), verifier.algorithm());
    return verifier.seal(body, test::sign_message(key, verifier.algorithm(), body.to_be_signed()));
  }
  // A note of any text, truly signed.
  std::string seal_text(const std::string& text) const {
    Bytes line(verifier.key_id().begin(), verifier.key_id().end());
    const Bytes signature = test::sign_message(key, verifier.algorithm(), as_bytes(text));
    line.insert(line.end(), signature.begin(), signature.end());
    return text + "\n\xe2\x80\x94 " + verifier.origin() + " " + to_base64(line) + "\n";
  }
};

TreeHead head_of(std::size_t leaves) {
  RightEdge edge;
  for (std::size_t i = 0; i < leaves; ++i) edge.append(hash_leaf(as_bytes("leaf " + std::to_string(i))));
  return edge.head();
}

TEST(Checkpoint, IsOpenedByTheKeyThatSealedIt) {
  for (const auto algorithm : {KeyAlgorithm::ed25519, KeyAlgorithm::ec_p256}) {
    const Log log(algorithm);
    for (const std::size_t size : {0, 1, 300})
      EXPECT_EQ(log.verifier.open(log.seal(head_of(size))), head_of(size));
  }
}

// C2SP tlog-checkpoint: origin, size, base64 of the root; C2SP signed-note: a blank line, then signatures.
TEST(Checkpoint, HasTheFormThatItsSpecificationShows) {
  const Log log(KeyAlgorithm::ed25519);
  const std::string note = log.seal(head_of(0));
  const std::string body = "inkan.example.test/log-1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  EXPECT_TRUE(note.starts_with(body + "\n\xe2\x80\x94 inkan.example.test/log-1 ")) << note;
  EXPECT_EQ(std::count(note.begin(), note.end(), '\n'), 5);
}

TEST(Checkpoint, OfAnotherKeyOrOriginIsNotOpened) {
  const Log log(KeyAlgorithm::ed25519), other(KeyAlgorithm::ed25519);
  const auto note = log.seal(head_of(3));
  EXPECT_FALSE(other.verifier.open(note));
  const NoteVerifier renamed("other.example.test/log", log.key.public_key);
  EXPECT_FALSE(renamed.open(note));
}

TEST(Checkpoint, AnyChangeOfAnOctetIsNoticed) {
  for (const auto algorithm : {KeyAlgorithm::ed25519, KeyAlgorithm::ec_p256}) {
    const Log log(algorithm);
    const std::string note = log.seal(head_of(300));
    for (std::size_t i = 0; i < note.size(); ++i)
      for (const int change : {1, 2, 4, 8, 16, 32, 64, 128}) {
        std::string changed = note;
        changed[i] = static_cast<char>(changed[i] ^ change);
        ASSERT_FALSE(log.verifier.open(changed)) << i << ":\n" << changed;
      }
  }
}

TEST(Checkpoint, CutOrLengthenedIsNotOpened) {
  const Log log(KeyAlgorithm::ed25519);
  const std::string note = log.seal(head_of(300));
  for (std::size_t size = 0; size < note.size(); ++size)
    ASSERT_FALSE(log.verifier.open(note.substr(0, size)));
  for (const char* more : {"\n", "x", "x\n", "\nx\n", "\n\n", "\xe2\x80\x94 x\n", "\xe2\x80\x94 x y\n",
                           "\xe2\x80\x94  AAAAAAA=\n", "\xe2\x80\x94 x y AAAAAAA=\n", "- x AAAAAAA=\n",
                           "\xe2\x80\x94 x\t AAAAAAA=\n", "\xe2\x80\x94 \xff AAAAAAA=\n"})
    EXPECT_FALSE(log.verifier.open(note + more)) << more;
  for (const char* before : {"\n", " ", "x\n", "x\n\n"})
    EXPECT_FALSE(log.verifier.open(before + note)) << before;
}

// A reader that took the first blank line for the separator would see another text than one that takes the
// last.
TEST(Checkpoint, WithASecondTextBehindTheFirstIsNotOpened) {
  const Log log(KeyAlgorithm::ed25519);
  const std::string old_note = log.seal(head_of(3));
  EXPECT_FALSE(log.verifier.open(old_note + "\n" + "\xe2\x80\x94 someone AAAAAAA=\n"));
  const Log witness(KeyAlgorithm::ed25519, "witness.example.test");
  EXPECT_FALSE(log.verifier.open(old_note + "more\n" + witness.seal_text("")));
}

TEST(Checkpoint, CosignedByAWitnessIsStillOpened) {
  const Log log(KeyAlgorithm::ec_p256), witness(KeyAlgorithm::ed25519, "witness.example.test");
  const std::string note = log.seal(head_of(3));
  const std::string body = note.substr(0, note.find("\n\n") + 1);
  const std::string cosigned = witness.seal_text(body);
  const std::string line = cosigned.substr(body.size() + 1);
  EXPECT_EQ(log.verifier.open(note + line), head_of(3));
  EXPECT_EQ(log.verifier.open(body + "\n" + line + note.substr(body.size() + 1)), head_of(3));
  EXPECT_FALSE(log.verifier.open(cosigned)) << "the witness alone does not make it ours";
  std::string many = note;
  for (int i = 1; i < 100; ++i) many += line;
  EXPECT_EQ(log.verifier.open(many), head_of(3));
  EXPECT_FALSE(log.verifier.open(many + line)) << "more than a hundred lines";
}

// Signed, but not a checkpoint of this log.
TEST(Checkpoint, SignedTextOfAnotherFormIsNoHead) {
  const Log log(KeyAlgorithm::ed25519);
  const std::string origin = k_origin;
  const std::string root = to_base64(empty_root().bytes());
  EXPECT_TRUE(log.verifier.open(log.seal_text(origin + "\n7\n" + root + "\n")));
  EXPECT_TRUE(log.verifier.open(log.seal_text(origin + "\n7\n" + root + "\nan extension line\n")));
  for (const std::string& text :
       {origin + "\n7\n", origin + "\n\n" + root + "\n", origin + "\n07\n" + root + "\n",
        origin + "\n+7\n" + root + "\n", origin + "\n-7\n" + root + "\n", origin + "\n7 \n" + root + "\n",
        origin + "\n0x7\n" + root + "\n", origin + "\n18446744073709551616\n" + root + "\n",
        origin + "\n7\n" + root.substr(4) + "\n", origin + "\n7\n" + root + "AAAA\n",
        origin + "\n7\n*" + root.substr(1) + "\n", "other.example.test\n7\n" + root + "\n",
        "7\n" + root + "\n"})
    EXPECT_FALSE(log.verifier.open(log.seal_text(text))) << text;
}

TEST(CheckpointBody, TakesOriginsThatNotesCanCarry) {
  for (const char* good : {"a", "inkan.example.test/log-1", "a:b"})
    EXPECT_NO_THROW(CheckpointBody(good, head_of(0), KeyId({}), SignatureAlgorithm::ed25519)) << good;
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a+b"), std::string("a\nb"),
                                 std::string("a\tb"), std::string("a\vb"), std::string("a\0b", 3),
                                 std::string("a\xc2\xa0"
                                             "b"),
                                 std::string("a\xff"), std::string(256, 'a')}) {
    EXPECT_THROW(CheckpointBody(bad, head_of(0), KeyId({}), SignatureAlgorithm::ed25519), Error) << bad;
    EXPECT_THROW(NoteVerifier(bad, test::make_key(KeyAlgorithm::ed25519).public_key), Error) << bad;
  }
}

// No verifier of signed notes reads others.
TEST(NoteVerifier, TakesOnlyEd25519AndP256) {
  for (const auto algorithm : {KeyAlgorithm::rsa, KeyAlgorithm::ec_p384, KeyAlgorithm::ec_p521})
    EXPECT_THROW(Log{algorithm}, Error) << name(algorithm);
}

// Type 0x02: the key id is of the DER SubjectPublicKeyInfo alone.
TEST(NoteVerifier, NamesAnEcdsaKeyByItsSubjectPublicKeyInfo) {
  const Log log(KeyAlgorithm::ec_p256);
  const test::TemporaryFolder folder;
  const auto file = folder.write("spki.der", log.key.public_key.spki());
  const auto hash = test::run({"sha256sum", file});
  EXPECT_EQ(to_hex(log.verifier.key_id()), hash.output.substr(0, 8));
  Bytes typed = {2};
  typed.insert(typed.end(), log.key.public_key.spki().begin(), log.key.public_key.spki().end());
  EXPECT_EQ(log.verifier.verifier_key(),
            std::string(k_origin) + "+" + hash.output.substr(0, 8) + "+" + to_base64(typed));
}

// The judge: Go's implementations of signed notes and of RFC 6962. It prints "good" for a note that it opens
// and whose root is that of the leaves "leaf 0", "leaf 1", …, and says why not otherwise.
constexpr const char* k_go_judge = R"go(package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, h[i])
	}
	return out, nil
}

func judge(verifier note.Verifier, path string) string {
	octets, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	opened, err := note.Open(octets, note.VerifierList(verifier))
	if err != nil {
		return "note: " + err.Error()
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return err.Error()
	}
	var stored hashes
	for i := int64(0); i < size; i++ {
		more, err := tlog.StoredHashes(i, []byte(fmt.Sprintf("leaf %d", i)), stored)
		if err != nil {
			return err.Error()
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(size, stored)
	if err != nil {
		return err.Error()
	}
	if base64.StdEncoding.EncodeToString(root[:]) != lines[2] {
		return "another root"
	}
	return "good"
}

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	if err != nil {
		fmt.Println("verifier:", err)
		os.Exit(1)
	}
	for _, path := range os.Args[2:] {
		fmt.Println(judge(verifier, path))
	}
}
)go";

constexpr const char* k_go_path =
    "/usr/share/gocode";  // where Debian's golang-*-dev packages put their sources

TEST(Checkpoint, IsOpenedAndItsRootFoundByGo) {
  if (!test::is_installed("go")) GTEST_SKIP() << "no Go (package golang-go)";
  if (!std::filesystem::exists(std::string(k_go_path) + "/src/golang.org/x/mod/sumdb/note"))
    GTEST_SKIP() << "no golang.org/x/mod (package golang-golang-x-mod-dev)";
  const Log log(KeyAlgorithm::ed25519);
  const test::TemporaryFolder folder;
  std::vector<std::string> command = {"env",
                                      "GO111MODULE=off",
                                      "GOFLAGS=",
                                      "GOPATH=" + std::string(k_go_path),
                                      "GOCACHE=" + (folder.path() / "cache").string(),
                                      "go",
                                      "run",
                                      folder.write("judge.go", k_go_judge),
                                      log.verifier.verifier_key()};
  std::string expected;
  const auto ask = [&](const std::string& note, const std::string& answer) {
    command.push_back(folder.write("note-" + std::to_string(command.size()), note));
    expected += answer + "\n";
    EXPECT_EQ(log.verifier.open(note).has_value(), answer == "good" || answer == "another root") << note;
  };
  for (const std::size_t size : {1, 2, 3, 255, 256, 257, 1000}) ask(log.seal(head_of(size)), "good");
  const std::string note = log.seal(head_of(300));
  const std::string witness = Log(KeyAlgorithm::ed25519, "witness.example.test").seal_text("x\n");
  ask(note + witness.substr(witness.find("\n\n") + 2), "good");
  ask(log.seal({5, head_of(4).root}), "another root");
  // Tampered copies: refused by both, each for its own reason.
  std::string changed = note;
  changed.replace(changed.find("\n300\n"), 5, "\n301\n");
  ask(changed, "note: invalid signature for key inkan.example.test/log-1+" + to_hex(log.verifier.key_id()));
  ask(note + "x\n", "note: malformed note");
  ask(note + "\n\xe2\x80\x94 someone AAAAAAA=\n", "note: note has no verifiable signatures");
  ask(note.substr(0, note.size() - 1), "note: malformed note");
  ask(Log(KeyAlgorithm::ed25519).seal(head_of(3)), "note: note has no verifiable signatures");
  const auto verdict = test::run(command);
  EXPECT_EQ(verdict.status, 0);
  EXPECT_EQ(verdict.output, expected);
}

}  // namespace
}  // namespace inkan::policy
