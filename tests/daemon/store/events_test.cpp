// Searching a real log in SQLite: each answer against the same search over all leaves in memory.
#include <gmock/gmock.h>
#include <openssl/pem.h>

#include <fstream>
#include <thread>

#include "daemon/clock.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/store/schema.h"
#include "daemon/store/store.h"
#include "tests/support/edge.h"
#include "tests/support/outside.h"
#include "tests/support/process.h"

namespace inkan::daemon {
namespace {

using policy::Identity;
using policy::LeafIndex;

constexpr const char* k_serials[] = {"0a01", "0a02", "0a03"};
const policy::KeyId k_key = *policy::KeyId::from_hex("00112233445566778899aabbccddeeff");

class StoredEvents : public testing::Test {
 protected:
  StoredEvents() : store_(folder_.path() / "db") {
    auto database = std::make_unique<Database>(folder_.path() / "db", Database::Mode::create);
    migrate(*database);
    writer_ =
        std::make_unique<LogWriter>(std::move(database), policy::LeafOrigin{"n", "b", "v"},
                                    policy::RightEdge(), policy::InstantMicros{}, [](const std::string&) {});
  }

  // A leaf of a kind that changes from one to the next.
  static policy::Event event(std::size_t n) {
    using policy::EventType;
    constexpr EventType k_types[] = {EventType::sign_intent, EventType::cert_issue, EventType::cert_revoke,
                                     EventType::request_denied, EventType::crl_issue};
    policy::Event made{.type = k_types[n % 5],
                       .outcome = n % 5 == 3   ? "denied"
                                  : n % 7 == 0 ? "failure"
                                               : "success"};
    if (n % 5 < 3) made.target = {"certificate", k_serials[n % 3]};
    if (n % 5 == 0) made.detail["key_id"] = k_key.hex();
    made.detail["text"] = "=" + std::to_string(n) + ",\"x\"\r\n東京" + std::string(n % 400, 'x');
    return made;
  }
  static Identity actor(std::size_t n) {
    return Identity::authenticated(n % 2 ? "web-1" : "web-2", policy::Role::web_tier, policy::Fingerprint({}),
                                   "192.0.2.1");
  }
  void append(std::size_t count) {
    while (count > 0) {
      const std::size_t batch = std::min<std::size_t>(count, 1000);
      writer_->write([&](Writing& w) {
        for (std::size_t i = 0; i < batch; ++i, ++made_) w.append(event(made_), actor(made_));
      });
      count -= batch;
    }
  }
  // The row that says who requested a serial, and where its first leaf is.
  void add_certificate(const std::string& serial, const std::string& requester, LeafIndex intent) {
    writer_->write([&](Writing& w) {
      w.database().execute(
          "INSERT OR IGNORE INTO profiles(id, name, version, sha256, document) VALUES(1, 'p', 1, x'00', '')");
      w.database()
          .prepare(
              "INSERT INTO certificates(serial, authority, profile, state, subject, not_before, not_after, "
              "renewal_from,"
              " spki_sha256, requester, intent, outcome, der) VALUES(?, 'a', 1, 1, 's', 0, 0, 0, x'00', ?, "
              "?, ?, x'00')")
          .bind(*policy::from_hex(serial))
          .bind(requester)
          .bind(intent)
          .bind(intent + 1)
          .run();
    });
  }

  // Every leaf that `keep` takes, by the plain way.
  template <class Keep>
  std::vector<std::string> all(Keep keep) {
    std::vector<std::string> kept;
    for (LeafIndex i = 0; i < store_.size(); ++i) {
      auto leaf = *store_.leaf(i);
      if (keep(nlohmann::json::parse(leaf))) kept.push_back(std::move(leaf));
    }
    return kept;
  }
  std::vector<std::string> paged(api::EventQuery query) {
    std::vector<std::string> found;
    while (true) {
      auto page = store_.events(query);
      EXPECT_LE(page.leaves.size(), static_cast<std::size_t>(query.limit));
      found.insert(found.end(), page.leaves.begin(), page.leaves.end());
      if (page.next >= page.end) return found;
      EXPECT_GT(page.next, query.begin);
      query.begin = page.next;
    }
  }

  test::TemporaryFolder folder_;
  Store store_;
  std::unique_ptr<LogWriter> writer_;
  std::size_t made_ = 0;
};

using nlohmann::json;

TEST_F(StoredEvents, PagesOfEveryFilterAreTheWhole) {
  append(1000);
  for (const auto* serial : k_serials) add_certificate(serial, "web-1", 0);
  struct Row {
    const char* name;
    std::function<void(api::EventQuery&)> ask;
    std::function<bool(const json&)> keep;
  };
  const auto target = [](const json& leaf) {
    return leaf.contains("target") ? leaf["target"]["id"].get<std::string>() : "";
  };
  const Row rows[] = {
      {"nothing", [](auto&) {}, [](const json&) { return true; }},
      {"actor", [](auto& q) { q.filter.actor = "web-2"; },
       [](const json& l) { return l["actor"]["id"] == "web-2"; }},
      {"type", [](auto& q) { q.filter.type = "cert.issue"; },
       [](const json& l) { return l["type"] == "cert.issue"; }},
      {"beginning", [](auto& q) { q.filter.type = "cert."; },
       [](const json& l) { return l["type"] == "cert.issue" || l["type"] == "cert.revoke"; }},
      {"outcome", [](auto& q) { q.filter.outcome = "failure"; },
       [](const json& l) { return l["outcome"] == "failure"; }},
      {"serial", [](auto& q) { q.filter.serial = *policy::Serial::parse("0a02"); },
       [&](const json& l) { return target(l) == "0a02"; }},
      {"key", [](auto& q) { q.filter.key = k_key; },
       [](const json& l) { return l["detail"].value("key_id", "") == k_key.hex(); }},
      {"two of them",
       [](auto& q) {
         q.filter.actor = "web-1";
         q.filter.type = "sign.intent";
       },
       [](const json& l) { return l["actor"]["id"] == "web-1" && l["type"] == "sign.intent"; }},
      {"after", [](auto& q) { q.begin = 700; }, [](const json& l) { return l["index"] >= 700; }},
  };
  for (const auto& row : rows)
    for (const int limit : {1, 7, 1000}) {
      SCOPED_TRACE(row.name + std::to_string(limit));
      api::EventQuery query;
      query.limit = limit;
      row.ask(query);
      const auto expected = all(row.keep);
      EXPECT_FALSE(expected.empty());
      EXPECT_EQ(paged(query), expected);
    }
}

TEST_F(StoredEvents, FindTimesAtEveryBound) {
  std::vector<policy::InstantMicros> times;
  for (int i = 0; i < 40; ++i) {
    append(i % 3);  // several leaves of one time; the batch has one
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  for (LeafIndex i = 0; i < store_.size(); ++i) times.push_back(policy::time_in(*store_.leaf(i)));
  const auto us = std::chrono::microseconds(1);
  for (const auto& from : times)
    for (const auto& bound : {from - us, from, from + us}) {
      api::EventQuery since, before;
      since.from = before.to = bound;
      since.limit = before.limit = 1000;
      const auto is_before = [&](const json& leaf) {
        return policy::from_rfc3339(leaf["time"].get<std::string>()) < bound;
      };
      EXPECT_EQ(paged(before), all(is_before));
      EXPECT_EQ(paged(since), all([&](const json& leaf) { return !is_before(leaf); }));
    }
  api::EventQuery none;
  none.from = times.back() + us;
  EXPECT_TRUE(paged(none).empty());
}

TEST_F(StoredEvents, NarrowToWhatAnIdentityRequested) {
  append(300);
  add_certificate("0a01", "web-1", 0);
  add_certificate("0a02", "web-2", 1);
  writer_->write([](Writing& w) {  // its certificate is not there yet, its intent is
    w.database().execute(
        "INSERT INTO open_intents(intent, purpose, key_id, serial, tbs, context) VALUES(2, 'certificate', "
        "x'00', x'0a03', "
        "x'00', '{\"requester\":\"web-1\"}')");
  });
  api::EventQuery query;
  query.requester = "web-1";
  EXPECT_EQ(paged(query), all([](const json& leaf) {
              return leaf.contains("target") &&
                     (leaf["target"]["id"] == "0a01" || leaf["target"]["id"] == "0a03");
            }));
  query.filter.serial = *policy::Serial::parse("0a02");
  EXPECT_TRUE(paged(query).empty());
  query.filter.serial = *policy::Serial::parse("0a99");  // nobody's
  EXPECT_TRUE(paged(query).empty());
}

// A page looks at a bounded number of leaves; it may be empty and not the last.
TEST_F(StoredEvents, APageMayBeShortAndNotTheLast) {
  append(45'000);
  api::EventQuery query;
  query.filter.actor = "nobody";
  const auto page = store_.events(query);
  EXPECT_TRUE(page.leaves.empty());
  EXPECT_EQ(page.next, 20'000u);
  EXPECT_EQ(page.end, 45'000u);
  EXPECT_TRUE(paged(query).empty());
}

TEST_F(StoredEvents, AFeedMissesNothingAndRepeatsNothingWhileTheLogGrows) {
  std::thread growing([&] {
    for (int i = 0; i < 400; ++i) append(7);
  });
  LeafIndex expected = 0;
  api::EventQuery query;
  query.limit = 50;
  while (expected < 2800 &&
         writer_->wait_beyond(expected, std::chrono::steady_clock::now() + std::chrono::seconds(20))) {
    const auto page = store_.events(query);
    for (const auto& leaf : page.leaves) ASSERT_EQ(json::parse(leaf)["index"], expected++);
    query.begin = page.next;
  }
  growing.join();
  EXPECT_EQ(expected, 2800u);
}

TEST_F(StoredEvents, WaitersAreLetGo) {
  using Clock = std::chrono::steady_clock;
  EXPECT_FALSE(writer_->wait_beyond(0, Clock::now() + std::chrono::milliseconds(20)));
  std::thread releasing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    writer_->release_waiters();
  });
  const auto begin = Clock::now();
  EXPECT_FALSE(writer_->wait_beyond(0, begin + std::chrono::seconds(30)));
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));
  releasing.join();
}

// More than a hundred thousand leaves to curl over TLS, judged by Python: the lines are the stored octets,
// the records are the same facts, and the server needs no memory for them.
TEST_F(StoredEvents, AreExportedInAnyNumberInBoundedMemory) {
  constexpr std::size_t k_seed = 1'000, k_many = test::k_sanitized ? 40'000 : 120'000;
  append(k_seed);
  writer_->write([](Writing& w) {  // the others are copies, each with an index of its own
    for (std::size_t at = k_seed; at < k_many; at += k_seed)
      w.database()
          .prepare(
              "INSERT INTO leaves(idx, leaf) SELECT idx + ?1, replace(leaf, '\"index\":' || idx || ',', "
              "'\"index\":' ||"
              " (idx + ?1) || ',') FROM leaves WHERE idx < ?2")
          .bind(at)
          .bind(k_seed)
          .run();
  });
  test::Edge edge;
  edge.authority.events_of = [&](const api::EventQuery& query) { return store_.events(query); };
  const auto& pki = test::EdgePki::one();
  const policy::BioPtr pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(pem.get(), pki.auditor.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(pem.get(), &text));
  const std::vector<std::string> curl = {
      "curl",     "-sS",
      "--cacert", folder_.write("ca", test::pem_of("CERTIFICATE", pki.ca.der)),
      "--cert",   folder_.write("c", test::pem_of("CERTIFICATE", pki.auditor.der)),
      "--key",    folder_.write("k", std::string_view(text, size))};
  const auto fetch = [&](const std::string& media, const std::string& query, const std::string& to) {
    auto command = curl;
    for (const std::string& word : std::vector<std::string>{
             "-H", "Accept: " + media, "-o", (folder_.path() / to).string(),
             "https://localhost:" + std::to_string(edge.server->api_port()) + "/v1/events" + query})
      command.push_back(word);
    const auto verdict = test::run(command);
    EXPECT_EQ(verdict.status, 0) << verdict.output;
  };
  fetch("application/jsonl", "?limit=5000", "warm");
  const long before = test::resident_kilobytes();
  fetch("application/jsonl", "", "all.jsonl");
  fetch("text/csv", "?limit=30000", "some.csv");
  const long growth = test::resident_kilobytes() - before;
  RecordProperty("rss_growth_kib", static_cast<int>(growth));
  if (!test::k_sanitized) {
    EXPECT_LT(growth, 24 * 1024) << "of " << std::filesystem::file_size(folder_.path() / "all.jsonl")
                                 << " octets";
  }

  std::ifstream lines(folder_.path() / "all.jsonl", std::ios::binary);
  std::size_t count = 0;
  for (LeafIndex from = 0; from < k_many; from += 1000)
    for (const auto& entry : store_.leaves(from, 1000)) {
      std::string line;
      std::getline(lines, line);
      if (line != policy::as_text(entry.leaf)) FAIL() << "line " << count << " is not the leaf: " << line;
      ++count;
    }
  EXPECT_EQ(lines.peek(), std::char_traits<char>::eof());
  EXPECT_EQ(count, k_many);
  const auto verdict = test::run(
      {"python3", "-c",
       "import csv,json,sys\n"
       "rows = csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8'), strict=True)\n"
       "count = 0\n"
       "for row, line in zip(rows, open(sys.argv[2], encoding='utf-8', newline='\\n')):\n"
       "    leaf = json.loads(line)\n"
       "    assert row['index'] == str(leaf['index']) and row['type'] == leaf['type'] and row['time'] == "
       "leaf['time'], row\n"
       "    assert row['actor'] == leaf['actor']['id'] and json.loads(row['detail']) == leaf['detail'], row\n"
       "    count += 1\n"
       "print(count)",
       (folder_.path() / "some.csv").string(), (folder_.path() / "all.jsonl").string()});
  EXPECT_EQ(verdict.output, "30000\n");
}

}  // namespace
}  // namespace inkan::daemon
