// Evidence packs of a whole authority, and what a CA that lies could hand out instead: whoever makes such a
// pack has the evidence key, so only the leaves and what follows from them can tell.
#include <gmock/gmock.h>

#include <random>

#include "daemon/atomic_file.h"
#include "daemon/evidence/pack_writer.h"
#include "policy/dual_control/ballot.h"
#include "policy/evidence/pack_judge.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/test_officer.h"

namespace inkan::daemon {
namespace {

using policy::EvidenceContents;
using policy::TarMember;
using testing::HasSubstr;

using Members = std::vector<std::pair<std::string, std::string>>;

struct Judged {
  std::uint64_t count = 0;
  std::string faults;  // "place: what", a line each
};

class PackTest : public tests::AuthorityTest {
 protected:
  void SetUp() override {
    AuthorityTest::SetUp();
    issue("before");
    from_ = next_second();
    for (const char* name : {"a", "b", "c"}) issue(name);
    const auto denied =
        service_->issue(tests::call_by(tests::web_tier()), tests::ask_for("d", "no-such"), {});
    ASSERT_TRUE(policy::denied(denied));
    core_->crls.changed("issuing");
    core_->crls.publish_due();
    to_ = next_second();
    issue("after");
    pack_ = order();
  }

  void issue(const std::string& name) {
    const auto outcome = service_->issue(tests::call_by(tests::web_tier()), tests::ask_for(name), {});
    ASSERT_TRUE(std::holds_alternative<api::IssuedCertificate>(outcome));
  }
  static policy::Instant next_second() {
    const auto begin = now();
    while (now() == begin) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return now();
  }
  // A pack, made by the desk, and its octets.
  std::string order(std::optional<std::uint64_t> tree_size = std::nullopt) {
    core_->checkpoints.publish();  // the job's work
    const auto record = service_->order_evidence(tests::call_by(tests::web_tier()), {from_, to_, tree_size});
    core_->evidence.make_ordered();
    const auto files = service_->evidence_files(record.id);
    if (!files) throw std::runtime_error("no pack " + record.id);
    tree_size_ = record.tree_size;
    return *read_file(files->archive);
  }

  Judged judge(const std::string& pack) const {
    policy::PackJudge judge(core_->verifier, pack.size(),
                            [&](std::uint64_t at, std::span<std::uint8_t> into) {
                              std::copy_n(policy::as_bytes(pack).begin() + static_cast<std::ptrdiff_t>(at),
                                          into.size(), into.begin());
                            });
    judge.run([](std::uint64_t) {});
    Judged judged{judge.faults().count(), ""};
    for (const auto& fault : judge.faults().kept()) judged.faults += fault.place + ": " + fault.what + "\n";
    return judged;
  }

  static Members members_of(const std::string& pack) {
    Members members;
    for (std::size_t at = 0;;) {
      const auto member = TarMember::parse(policy::as_bytes(pack).subspan(at, TarMember::k_header));
      if (!member) return members;
      at += TarMember::k_header;
      members.emplace_back(member->name, pack.substr(at, member->size));
      at += member->size + member->padding();
    }
  }
  std::string pack_of(const Members& members) const {
    std::string pack;
    for (const auto& [name, content] : members) {
      const TarMember member{name, content.size(), to_};
      pack += member.header() + content + std::string(member.padding(), '\0');
    }
    return pack + std::string(policy::k_tar_end, '\0');
  }
  static std::string& content(Members& members, std::string_view name) {
    for (auto& [each, octets] : members)
      if (each == name) return octets;
    throw std::runtime_error(std::string(name) + " is missing");
  }
  static void remove_line(std::string& lines, std::size_t number) {
    std::size_t begin = 0;
    while (number-- > 0) begin = lines.find('\n', begin) + 1;
    lines.erase(begin, lines.find('\n', begin) + 1 - begin);
  }

  policy::Instant from_, to_;
  std::uint64_t tree_size_ = 0;
  std::string pack_;
};

TEST_F(PackTest, IsGoodAndTheSameWheneverItIsMade) {
  const auto judged = judge(pack_);
  EXPECT_EQ(judged.count, 0u) << judged.faults;
  auto members = members_of(pack_);
  EXPECT_EQ(pack_of(members), pack_);
  EXPECT_EQ(std::count_if(members.begin(), members.end(),
                          [](const auto& each) { return each.first.starts_with("certificates/"); }),
            3);
  EXPECT_THAT(content(members, "summary.html"), HasSubstr("request.denied"));

  const auto size = tree_size_;
  issue("later");
  std::filesystem::remove_all(core_->config.evidence());
  EXPECT_EQ(order(size), pack_);
  service_.reset();
  core_->tokens.close();
  core_.reset();
  core_ = fixture_.open();
  service_ = std::make_unique<Service>(
      *core_, [] {}, [] {});
  std::filesystem::remove_all(core_->config.evidence());
  EXPECT_EQ(order(size), pack_);
}

TEST_F(PackTest, WithAnyOctetChangedIsBad) {
  std::mt19937 random(20261127);
  for (int i = 0; i < 300; ++i) {
    auto changed = pack_;
    const auto at = random() % changed.size();
    changed[at] = static_cast<char>(changed[at] ^ (1 << random() % 8));
    EXPECT_GT(judge(changed).count, 0u) << "octet " << at;
  }
  for (int i = 0; i < 50; ++i) EXPECT_GT(judge(pack_.substr(0, random() % pack_.size())).count, 0u);
  EXPECT_GT(judge(pack_ + std::string(512, '\0')).count, 0u);
}

TEST_F(PackTest, WithoutOneOfItsMembersNamesIt) {
  const auto members = members_of(pack_);
  for (std::size_t i = 0; i < members.size(); ++i) {
    auto fewer = members;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(judge(pack_of(fewer)).faults, HasSubstr(members[i].first));
    auto twice = members;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), members[i]);
    EXPECT_GT(judge(pack_of(twice)).count, 0u) << members[i].first;
  }
  auto more = members;
  more.emplace_back("zzz", "what the CA would like to be believed");
  EXPECT_THAT(judge(pack_of(more)).faults, HasSubstr("zzz: it has no place"));
}

// The archive says another period than its leaves are from: all of them proved, and not all of the period.
TEST_F(PackTest, ThatLeavesOutAnEndOfItsPeriodIsBad) {
  auto members = members_of(pack_);
  auto contents = EvidenceContents::parse(content(members, "evidence.json"));
  ASSERT_GT(contents.begin, 0u);
  contents.scope.from -= std::chrono::hours(1);
  content(members, "evidence.json") = contents.json();
  EXPECT_THAT(judge(pack_of(members)).faults, HasSubstr("its time is in the period, and it is kept outside"));

  members = members_of(pack_);
  contents = EvidenceContents::parse(content(members, "evidence.json"));
  contents.scope.to += std::chrono::hours(1);
  content(members, "evidence.json") = contents.json();
  to_ += std::chrono::hours(1);
  EXPECT_THAT(judge(pack_of(members)).faults, HasSubstr("its time is in the period, and it is kept outside"));
}

// The leaves at its edges are what shows that it is whole.
TEST_F(PackTest, WithoutTheLeavesAtItsEdgesIsBad) {
  for (const bool before : {true, false}) {
    auto members = members_of(pack_);
    auto contents = EvidenceContents::parse(content(members, "evidence.json"));
    for (std::size_t i = 0; i < contents.beside.size(); ++i) {
      const auto index = contents.beside[i].index;
      if (before ? index + 1 != contents.begin : index != contents.end) continue;
      contents.beside.erase(contents.beside.begin() + static_cast<std::ptrdiff_t>(i));
      remove_line(content(members, "beside.jsonl"), i);
      break;
    }
    content(members, "evidence.json") = contents.json();
    EXPECT_THAT(judge(pack_of(members)).faults, HasSubstr(before ? "the leaf before the period is missing"
                                                                 : "the leaf after the period is missing"));
  }
}

TEST_F(PackTest, WithALeafOfThePeriodLeftOutIsBad) {
  auto members = members_of(pack_);
  auto contents = EvidenceContents::parse(content(members, "evidence.json"));
  auto& leaves = content(members, "leaves.jsonl");
  remove_line(leaves, 2);
  EXPECT_GT(judge(pack_of(members)).count, 0u);
  --contents.end;
  content(members, "evidence.json") = contents.json();
  EXPECT_GT(judge(pack_of(members)).count, 0u);
}

TEST_F(PackTest, WhoseKeysBirthsAreLeftOutIsBad) {
  auto members = members_of(pack_);
  auto contents = EvidenceContents::parse(content(members, "evidence.json"));
  std::istringstream lines(content(members, "beside.jsonl"));
  std::string kept;
  std::vector<EvidenceContents::Beside> beside;
  std::size_t i = 0;
  for (std::string line; std::getline(lines, line); ++i) {
    if (line.find("key.generate") != std::string::npos) continue;
    kept += line + "\n";
    beside.push_back(contents.beside[i]);
  }
  contents.beside = beside;
  content(members, "beside.jsonl") = kept;
  content(members, "evidence.json") = contents.json();
  EXPECT_THAT(judge(pack_of(members)).faults, HasSubstr("whose birth is not in this pack"));
}

// Another certificate of the CA under the name of the one that was issued.
TEST_F(PackTest, WithAnotherCertificateUnderAnIssuedOnesNameIsBad) {
  auto members = members_of(pack_);
  std::vector<std::string*> certificates;
  for (auto& [name, octets] : members)
    if (name.starts_with("certificates/")) certificates.push_back(&octets);
  *certificates.at(0) = *certificates.at(1);
  EXPECT_THAT(judge(pack_of(members)).faults, HasSubstr("it is not what leaf"));
}

// A pack must not take the room that the ledger needs to go on.
TEST_F(PackTest, IsNotMadeOnAFullDisk) {
  auto members = members_of(pack_);
  const auto scope = EvidenceContents::parse(content(members, "evidence.json")).scope;
  const auto file = fixture_.folder() / "pack";
  const auto there = std::filesystem::space(fixture_.folder()).available;
  const auto make = [&](std::uint64_t reserve) {
    return write_pack(
        core_->store, core_->tiles, core_->verifier, scope, file, [] { return true; }, reserve);
  };
  EXPECT_THROW(make(2 * there), policy::Error);
  EXPECT_FALSE(std::filesystem::exists(file));
  make(0);
  EXPECT_EQ(read_file(file), pack_);
}

TEST_F(PackTest, OfAPeriodWithoutLeavesIsGood) {
  from_ = to_ - std::chrono::hours(24 * 365 * 2);
  to_ = from_ + std::chrono::hours(1);
  const auto pack = order();
  EXPECT_EQ(judge(pack).faults, "");
  auto members = members_of(pack);
  EXPECT_EQ(content(members, "leaves.jsonl"), "");
}

// What the store has lost, or holds otherwise than its leaf tells, is not handed out as if it were whole.
TEST_F(PackTest, MissesWhatTheStoreHasChanged) {
  core_->writer->write([](Writing& w) {
    w.database().execute("UPDATE certificates SET der = der || x'00' WHERE subject LIKE '%CN=b%'");
    w.database().execute("DELETE FROM crls");
    w.database().execute("DELETE FROM configurations");
  });
  std::filesystem::remove_all(core_->config.evidence());
  const auto judged = judge(order(tree_size_));
  EXPECT_THAT(judged.faults, HasSubstr("certificates/"));
  EXPECT_THAT(judged.faults, HasSubstr("crls/issuing-"));
  EXPECT_THAT(judged.faults, HasSubstr("this configuration is missing"));
}

// The token is out, so no checkpoint comes: the caller is answered in his time, and nothing is signed for
// him.
TEST_F(PackTest, IsNotOrderedWhileNoCheckpointCoversWhatWas) {
  const auto signed_before = core_->checkpoints.covered();
  issue("uncovered");
  const auto begun = std::chrono::steady_clock::now();
  const auto call = tests::call_by(tests::web_tier(), std::chrono::milliseconds(300));
  EXPECT_THROW(service_->order_evidence(call, {from_, to_, std::nullopt}), policy::Error);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
  EXPECT_EQ(core_->checkpoints.covered(), signed_before);
  EXPECT_EQ(service_->order_evidence(call, {from_, to_, tree_size_}).status, "ready") << "that needs none";
}

TEST_F(PackTest, IsOrderedAFewAtATime) {
  const auto call = tests::call_by(tests::web_tier());
  const auto order = [&](std::size_t n) {
    const auto from = from_ - std::chrono::hours(1) - std::chrono::seconds(n);
    return service_->order_evidence(call, {from, from + std::chrono::seconds(1), tree_size_}).status;
  };
  for (std::size_t n = 0; n < EvidenceDesk::k_most_orders; ++n) EXPECT_EQ(order(n), "preparing");
  EXPECT_THROW(order(EvidenceDesk::k_most_orders), policy::Error);
  EXPECT_EQ(order(3), "preparing") << "one that waits already takes no further place";
  core_->evidence.make_ordered();
  EXPECT_EQ(order(EvidenceDesk::k_most_orders), "preparing");
  EXPECT_EQ(order(3), "ready");
}

// Votes as a daemon that lies could write them: leaf and row are its own, the officers' keys are not.
class VotesInAPack : public PackTest {
 protected:
  void write_vote(const test::TestOfficer& actor, const test::TestOfficer& signer, bool granted = true) {
    core_->writer->write([&](Writing& w) {
      if (granted) {
        policy::Event grant{.type = policy::EventType::role_grant,
                            .target = {"operator", actor.identity().id()}};
        grant.detail = {{"role", policy::name(policy::Role::security_officer)},
                        {"by", "setup"},
                        {"spki_sha256", actor.key().hex()}};
        w.append(grant, policy::Identity::system_job("test"));
      }
      const policy::Ballot ballot{"r",
                                  "00",
                                  policy::sha256(policy::as_bytes("plan")),
                                  true,
                                  actor.key(),
                                  w.now(),
                                  core_->verifier.origin()};
      const auto cms = signer.sign(ballot.document());
      policy::Event vote{.type = policy::EventType::approval_vote, .target = {"approval", "r"}};
      vote.detail = {{"request", "r"},
                     {"vote", "approve"},
                     {"document", ballot.document()},
                     {"cms_sha256", policy::sha256(cms).hex()}};
      const auto leaf = w.append(vote, actor.identity());
      w.database().execute(
          "INSERT OR IGNORE INTO approvals(id, op, reason, nonce, needed, officers, requester, created_at, "
          "expires_at, state, leaf) VALUES('r', 'issuing.start', 'x', '00', 2, 2, 'o', 0, 0, 'open', 0)");
      w.database()
          .prepare(
              "INSERT INTO approval_votes(request, officer, approve, comment, document, cms, leaf, voted_at) "
              "VALUES('r', ?, 1, '', ?, ?, ?, 0)")
          .bind(actor.identity().id())
          .bind(ballot.document())
          .bind(cms)
          .bind(leaf)
          .run();
    });
  }
  Judged judge_until_now() {
    to_ = next_second();
    return judge(order());
  }

  test::TestOfficer one_{"one"}, two_{"two"};
};

TEST_F(VotesInAPack, OfOfficersAreGood) {
  write_vote(one_, one_);
  write_vote(two_, two_);
  EXPECT_EQ(judge_until_now().faults, "");
}

TEST_F(VotesInAPack, SignedBySomebodyElseAreBad) {
  write_vote(one_, two_);
  EXPECT_THAT(judge_until_now().faults, HasSubstr("signed with another key"));
}

TEST_F(VotesInAPack, OfSomebodyWhoWasNeverMadeAnOfficerAreBad) {
  write_vote(one_, one_, false);
  EXPECT_THAT(judge_until_now().faults, HasSubstr("its key is none that its voter was made an officer with"));
}

TEST_F(PackTest, WithoutATokenIsOrderedAndFailsAndIsMadeLater) {
  std::filesystem::remove_all(core_->config.evidence());
  shim_.rules("fail C_Sign 1 0x30 0");  // CKR_DEVICE_ERROR
  const api::EvidenceOrder wanted{from_, to_, tree_size_};
  const auto record = service_->order_evidence(tests::call_by(tests::web_tier()), wanted);
  EXPECT_EQ(record.status, "preparing");
  EXPECT_THROW(core_->evidence.make_ordered(), policy::Error);
  EXPECT_EQ(service_->find_evidence(record.id)->status, "failed");
  EXPECT_NE(service_->find_evidence(record.id)->why, "");
  EXPECT_FALSE(service_->evidence_files(record.id));
  shim_.rules("");
  for (int i = 0; i < 200 && core_->evidence_signer.needs_canary(); ++i) {
    try {
      core_->key_keeper.make_canaries();
    } catch (const policy::Error&) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(order(tree_size_), pack_);
}

}  // namespace
}  // namespace inkan::daemon
