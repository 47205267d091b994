// GET /v1/events over real TLS, with a fake log of 45 leaves of which the even ones fit; Python's csv module
// reads what we call CSV, curl says whether a transfer was whole.
#include <gmock/gmock.h>
#include <openssl/pem.h>

#include "api/json/event_csv.h"
#include "tests/support/edge.h"
#include "tests/support/outside.h"

namespace inkan::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;

const EdgePki& pki() {
  return EdgePki::one();
}

std::string even_leaves(policy::LeafIndex from, policy::LeafIndex to) {
  std::string lines;
  for (auto i = from; i < to; ++i)
    if (i % 2 == 0) lines += "{\"index\":" + std::to_string(i) + "}\n";
  return lines;
}

TEST(Events, HandsEveryFilterToTheAuthority) {
  Edge edge;
  const auto response =
      edge.as(pki().auditor)
          .ask(get("/v1/events?from=2027-01-31T09:00:00.25Z&to=2027-01-31T18:00:01%2B09:00&actor=web-1"
                   "&type=cert.&outcome=denied&serial=0A1B&key=00112233445566778899AABBCCDDEEFF"
                   "&after=6&limit=7"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200) << response->body;
  const auto query = edge.authority.last_event_query().value();
  EXPECT_EQ(policy::to_rfc3339(*query.from), "2027-01-31T09:00:00.250000Z");
  EXPECT_EQ(policy::to_rfc3339(*query.to), "2027-01-31T09:00:01.000000Z");
  EXPECT_EQ(query.filter.actor, "web-1");
  EXPECT_EQ(query.filter.type, "cert.");
  EXPECT_EQ(query.filter.outcome, "denied");
  EXPECT_EQ(query.filter.serial->hex(), "0a1b");
  EXPECT_EQ(query.filter.key->hex(), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(query.begin, 7u);
  EXPECT_EQ(query.limit, 7);
  EXPECT_EQ(query.requester, std::nullopt);
}

TEST(Events, NamesWhatIsWrongWithAQuery) {
  Edge edge;
  auto client = edge.as(pki().auditor);
  for (const auto* query :
       {"from=yesterday", "to=2027-01-31T09:00:00.1234567Z", "type=Cert.issue", "type=cert%25",
        "outcome=good", "serial=xyz", "key=0011", "after=-1", "after=9223372036854775807", "limit=0",
        "limit=1001", "cursor=%20", "cursor=zzzzzzzzzzzzzzzzz", "actor=", "page=2", "type=a&type=b"}) {
    SCOPED_TRACE(query);
    expect_problem(client.ask(get(std::string("/v1/events?") + query)), 400, "invalid-request");
  }
  expect_problem(client.ask(get("/v1/events", "Accept: text/html\r\n")), 406, "not-acceptable");
}

TEST(Events, ShowTheWebTierItsOwnAndStaffNothing) {
  Edge edge;
  EXPECT_EQ(edge.as(pki().web).ask(get("/v1/events"))->status, 200);
  EXPECT_EQ(edge.authority.last_event_query()->requester, "web-1");
  EXPECT_EQ(edge.as(pki().web).ask(get("/v1/events", "Accept: text/csv\r\n"))->status, 200);
  EXPECT_EQ(edge.authority.last_event_query()->requester, "web-1");
  EXPECT_EQ(edge.as(pki().officer).ask(get("/v1/events"))->status, 200);
  EXPECT_EQ(edge.authority.last_event_query()->requester, std::nullopt);
  expect_problem(edge.as(pki().staff).ask(get("/v1/events")), 403, "role-not-allowed");
}

TEST(Events, PagesAreTheWholeByCursorAndByLink) {
  Edge edge;
  auto client = edge.as(pki().auditor);
  std::string seen, target = "/v1/events?limit=3";
  int pages = 0;
  while (!target.empty()) {
    const auto response = client.ask(get(target));
    ASSERT_TRUE(response);
    const auto page = json::parse(response->body);
    for (const auto& item : page.at("items")) seen += item.dump() + "\n";
    const auto link = response->field("link");
    EXPECT_EQ(link.empty(), page.at("next").is_null());
    target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
    EXPECT_THAT(link, testing::HasSubstr(link.empty() ? "" : "cursor=" + page.at("next").get<std::string>()));
    ++pages;
  }
  EXPECT_EQ(seen, even_leaves(0, 45));
  EXPECT_EQ(pages, 8);
}

TEST(Events, AreAFeedByAfter) {
  Edge edge;
  auto client = edge.as(pki().auditor);
  const auto ask = [&](const json& after) {
    return json::parse(
        client.ask(get("/v1/events" + (after.is_null() ? "" : "?after=" + after.dump())))->body);
  };
  std::string seen;
  json after = nullptr;
  for (const policy::LeafIndex size : {0u, 3u, 4u, 45u, 45u}) {
    edge.authority.events_size = size;
    json page;
    do {
      page = ask(after);
      for (const auto& item : page.at("items")) seen += item.dump() + "\n";
      after = page.at("after");
    } while (!page.at("next").is_null());
  }
  EXPECT_EQ(after, 44);
  EXPECT_EQ(seen, even_leaves(0, 45));
}

TEST(Events, WaitAsPreferredAndNoLongerThanACallMay) {
  Edge edge;
  auto client = edge.as(pki().auditor);
  const auto waited = [&](const std::string& fields) {
    client.ask(get("/v1/events", fields));
    return edge.authority.last_event_query()->wait.count();
  };
  EXPECT_EQ(waited(""), 0);
  EXPECT_EQ(waited("Prefer: respond-async, WAIT=10\r\n"), 10);
  EXPECT_EQ(waited("Prefer: wait=1000\r\n"), 25);
  EXPECT_EQ(waited("Prefer: wait=-1, wait=x, wait\r\n"), 0);
}

TEST(Events, ExportAllOfItAsTheLeavesOwnLines) {
  Edge edge;
  auto client = edge.as(pki().auditor);
  const auto all = client.ask(get("/v1/events", "Accept: application/jsonl\r\n"));
  ASSERT_TRUE(all);
  EXPECT_EQ(all->field("content-type"), "application/jsonl");
  EXPECT_EQ(all->body, even_leaves(0, 45));
  EXPECT_EQ(client.ask(get("/v1/events?after=10&limit=4", "Accept: application/jsonl\r\n"))->body,
            even_leaves(11, 19));
  EXPECT_EQ(client.ask(get("/v1/events?limit=5000", "Accept: application/jsonl\r\n"))->body,
            even_leaves(0, 45));
  edge.authority.events_size = 0;
  EXPECT_EQ(client.ask(get("/v1/events", "Accept: application/jsonl\r\n"))->body, "");
}

// What came while it was sent is not in it, or it might never end.
TEST(Events, ExportEndsWhereTheLogEndedWhenItBegan) {
  Edge edge;
  policy::LeafIndex size = 3;
  edge.authority.events_of = [&](const api::EventQuery& query) {
    api::EventPage page{{}, query.begin, query.end.value_or(size)};
    if (page.next < page.end) page.leaves.push_back("{\"index\":" + std::to_string(page.next++) + "}");
    ++size;
    return page;
  };
  const auto all = edge.as(pki().auditor).ask(get("/v1/events", "Accept: application/jsonl\r\n"));
  EXPECT_EQ(all->body, "{\"index\":0}\n{\"index\":1}\n{\"index\":2}\n");
}

std::string pem_key(const TestCertificate& identity) {
  const policy::BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(out.get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

TEST(Events, AnExportThatFailsNeverLooksWhole) {
  Edge edge;
  TemporaryFolder folder;
  const auto ca = folder.write("ca.pem", pem_of("CERTIFICATE", pki().ca.der));
  const auto certificate = folder.write("c.pem", pem_of("CERTIFICATE", pki().auditor.der));
  const auto key = folder.write("k.pem", pem_key(pki().auditor));
  const auto url = "https://localhost:" + std::to_string(edge.server->api_port()) + "/v1/events";
  for (const auto* version : {"--http1.1", "--http1.0"}) {
    const auto curl = [&](const std::string& target) {
      return run({"curl", "-sS", version, "--cacert", ca, "--cert", certificate, "--key", key, "-H",
                  "Accept: application/jsonl", target});
    };
    const auto good = curl(url);
    EXPECT_EQ(good.status, 0) << good.output;
    EXPECT_EQ(good.output, even_leaves(0, 45));
    const auto broken = curl(url + "?actor=broken");
    EXPECT_THAT(broken.status, testing::AnyOf(18, 56)) << version << broken.output;
    EXPECT_EQ(broken.output.find("secret-detail"), std::string::npos);
  }
  EXPECT_THAT(edge.logged(), testing::HasSubstr("http.broken_off"));
  EXPECT_THAT(edge.logged(), testing::HasSubstr("secret-detail"));
}

json by_python(const std::string& csv) {
  TemporaryFolder folder;
  const auto verdict = run(
      {"python3", "-c",
       "import csv,json,sys\n"
       "print(json.dumps(list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8'), strict=True))))",
       folder.write("a.csv", csv)});
  return json::parse(verdict.output);
}

TEST(EventCsv, IsReadByPythonAsItWasMeant) {
  const std::vector<std::vector<std::string>> rows = {{"a", "", "b,c"},
                                                      {"\"", "x\"y\"", "line\r\nend\n"},
                                                      {" space ", "日本語", "\xf0\x9f\x98\x80"},
                                                      {"'", ";", "#"}};
  std::string csv;
  for (const auto& row : rows) csv += api::csv_record(row);
  EXPECT_EQ(by_python(csv), json(rows));
  EXPECT_THAT(csv, testing::EndsWith("\r\n"));
}

TEST(EventCsv, DisarmsFormulas) {
  const std::vector<std::string> armed = {"=1+1", "+1",  "-1",  "@SUM(A1)", "\tx",     "\rx",
                                          "＝1",  "＋1", "－1", "＠x",      "=\"a\",b"};
  std::vector<std::string> disarmed;
  for (const auto& cell : armed) disarmed.push_back("'" + cell);
  EXPECT_EQ(by_python(api::csv_record(armed)), json({disarmed}));
}

TEST(EventCsv, HasTheLeafsFactsInItsColumns) {
  const auto rows = by_python(
      api::event_csv_header() +
      api::event_csv_record(
          R"({"actor":{"id":"web-1","ip":"192.0.2.1","role":"web-tier"},"detail":{"a":"=x","tries":1},"index":7,"node":"n",)"
          R"("outcome":"failure","policy":{"profile":"p","version":3},"reason":"=cmd|'/c calc'!A1","request_id":"r",)"
          R"("target":{"id":"0a","kind":"certificate"},"time":"2026-11-23T03:30:00.000042Z","type":"sign.failed"})"));
  const json names = {"index",   "time",        "type",   "outcome",    "actor",   "role",
                      "address", "target_kind", "target", "request_id", "profile", "profile_version",
                      "node",    "reason",      "detail"};
  const json values = {"7",
                       "2026-11-23T03:30:00.000042Z",
                       "sign.failed",
                       "failure",
                       "web-1",
                       "web-tier",
                       "192.0.2.1",
                       "certificate",
                       "0a",
                       "r",
                       "p",
                       "3",
                       "n",
                       "'=cmd|'/c calc'!A1",
                       R"({"a":"=x","tries":1})"};
  EXPECT_EQ(rows, json({names, values}));
}

}  // namespace
}  // namespace inkan::test
