// What both listeners and the metrics listener answer without asking who it is, and what all answers share.
#include <gmock/gmock.h>

#include "api/server.h"

#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using nlohmann::json;

const EdgePki& pki() {
  return EdgePki::one();
}

TEST(PublicReads, ServeCertificatesCrlsAndHealthWithoutTls) {
  Edge edge;
  auto client = edge.plain();
  EXPECT_EQ(client.ask(get("/livez"))->body, "alive\n");
  EXPECT_EQ(client.ask(get("/readyz"))->status, 200);
  edge.authority.ready = false;
  const auto not_ready = client.ask(get("/readyz"));
  EXPECT_EQ(not_ready->status, 503);
  EXPECT_EQ(not_ready->body, "not ready\n");
  const auto der = client.ask(get("/ca/issuing.crt"));
  EXPECT_EQ(der->field("content-type"), "application/pkix-cert");
  EXPECT_EQ(policy::to_bytes(policy::as_bytes(der->body)), pki().ca.der);
  EXPECT_EQ(client.ask(get("/ca/issuing.pem"))->body, pem_of("CERTIFICATE", pki().ca.der));
  // A link certificate goes by the new root's id, and is not taken for an authority of that name.
  EXPECT_EQ(client.ask(get("/ca/issuing.old-with-new.crt"))->body, std::string("\x30\x03\x02\x01\x01"));
  EXPECT_EQ(client.ask(get("/ca/issuing.new-with-old.crt"))->body, std::string("\x30\x03\x02\x01\x02"));
  EXPECT_EQ(client.ask(get("/ca/other.new-with-old.crt"))->status, 404);
  const auto crl = client.ask(get("/crl/issuing.crl"));
  EXPECT_EQ(crl->field("content-type"), "application/pkix-crl");
  EXPECT_EQ(crl->body.size(), 5u);
  EXPECT_EQ(crl->field("cache-control"), "public, max-age=300, must-revalidate");
  EXPECT_EQ(crl->field("last-modified"), "Fri, 02 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(client.ask(get("/crl/issuing.crl", "If-None-Match: " + crl->field("etag") + "\r\n"))->status,
            304);
  expect_problem(client.ask(get("/crl/none.crl")), 404, "not-found");
  const auto shard = client.ask(get("/crl/issuing/2.crl"));
  EXPECT_EQ(shard->field("content-type"), "application/pkix-crl");
  EXPECT_EQ(shard->field("cache-control"), "public, max-age=300, must-revalidate");
  EXPECT_EQ(shard->field("last-modified"), "Fri, 02 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(client.ask(get("/crl/issuing/2.crl", "If-None-Match: " + shard->field("etag") + "\r\n"))->status,
            304);
  for (const auto* other :
       {"/crl/issuing/3.crl", "/crl/none/1.crl", "/crl/issuing/0.crl", "/crl/issuing/02.crl",
        "/crl/issuing/+2.crl", "/crl/issuing/2x.crl", "/crl/issuing/4294967298.crl"})
    expect_problem(client.ask(get(other)), 404, "not-found");
  expect_problem(client.ask(get("/ca/none.crt")), 404, "not-found");
  EXPECT_EQ(client.ask(get("/ledger/checkpoint"))->body, "inkan.example/log\n2\nroot\n");
  EXPECT_TRUE(client.ask(get("/openapi.yaml"))->body.starts_with("openapi: 3.1"));
  expect_problem(client.ask(get("/v1/profiles")), 404, "not-found");
  EXPECT_EQ(client.ask(get("/"))->status, 404);
}

// A CRL may be large: its answers share its octets, and a client that asks again finds the connection as it
// was.
TEST(PublicReads, ServeALargeCrlWhole) {
  Edge edge;
  auto& crl = edge.authority.crl;
  crl.resize(5'000'001);
  for (std::size_t i = 0; i < crl.size(); ++i) crl[i] = static_cast<std::uint8_t>(i * 31 >> 7);
  auto client = edge.plain();
  for (int turn = 0; turn < 2; ++turn) {
    const auto whole = client.ask(get("/crl/issuing.crl"));
    ASSERT_EQ(whole->status, 200);
    EXPECT_EQ(whole->field("content-length"), "5000001");
    EXPECT_TRUE(policy::equal(policy::as_bytes(whole->body), crl));
    EXPECT_EQ(whole->field("etag"), "\"" + policy::sha256(crl).hex().substr(0, 32) + "\"");
    const auto known = client.ask(get("/crl/issuing.crl", "If-None-Match: " + whole->field("etag") + "\r\n"));
    EXPECT_EQ(known->status, 304);
    EXPECT_EQ(known->body, "");
  }
}

// RFC 6960 Appendix A.1 and RFC 5019 §5, §6: the request in base64, whose slashes come escaped or not.
TEST(PublicReads, AnswerOcspByPostAndByGet) {
  Edge edge;
  auto client = edge.plain();
  EXPECT_EQ(client.ask(get("/ocsp/AAAA"))->status, 404);  // no responder
  edge.authority.ocsp_answer = api::OcspAnswer{
      {0x30, 0x00}, std::chrono::seconds(600), policy::Instant{}, policy::Instant(std::chrono::hours(96))};
  edge.authority.ocsp_requests.clear();
  const std::string request("\xfb\xff\xbe\xff\xef\xbe", 6);  // "+/++/+++" in base64
  const auto posted = client.ask(post("/ocsp", request, "Content-Type: application/ocsp-request\r\n"));
  EXPECT_EQ(posted->status, 200);
  EXPECT_EQ(posted->field("content-type"), "application/ocsp-response");
  EXPECT_EQ(posted->field("cache-control"), "no-store");
  EXPECT_EQ(posted->body, std::string("\x30\x00", 2));
  for (const auto* text : {"%2B%2F%2b%2b%2f++%2B", "+/++/+++", "+/%2B+/+%2B%2b"}) {
    const auto answer = client.ask(get("/ocsp/" + std::string(text)));
    EXPECT_EQ(answer->status, 200) << text;
    EXPECT_EQ(answer->field("cache-control"), "public, no-transform, must-revalidate, max-age=600");
    EXPECT_EQ(answer->field("last-modified"), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(answer->field("expires"), "Mon, 05 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(
        client.ask(get("/ocsp/" + std::string(text), "If-None-Match: " + answer->field("etag") + "\r\n"))
            ->status,
        304);
  }
  ASSERT_EQ(edge.authority.ocsp_requests.size(), 7u);
  for (const auto& [octets, address] : edge.authority.ocsp_requests) {
    EXPECT_EQ(policy::as_text(octets), request);
    EXPECT_EQ(address, "127.0.0.1");
  }
  EXPECT_EQ(client.ask(get("/ocsp/not*base64"))->status, 200);
  EXPECT_TRUE(edge.authority.ocsp_requests.back().first.empty());  // it is malformed, and is told so as OCSP
  edge.authority.ocsp_answer->max_age = {};
  EXPECT_EQ(client.ask(get("/ocsp/AAAA"))->field("cache-control"), "no-store");
}

// Nothing but base64 has one.
TEST(PublicReads, TakeAnEscapedSlashForNoName) {
  Edge edge;
  auto client = edge.plain();
  for (const auto* path : {"/ca%2Fissuing.crt", "/crl/a%2Fissuing.crl", "/%2Flivez"})
    expect_problem(client.ask(get(path)), 404, "not-found");
}

TEST(PublicReads, AnswerHeadLikeGetWithoutTheBody) {
  Edge edge;
  auto client = edge.plain();
  const auto whole = client.ask(get("/ca/issuing.crt"));
  client.send("HEAD /ca/issuing.crt HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto head = client.read(std::chrono::seconds(2), true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->field("content-length"), whole->field("content-length"));
  EXPECT_EQ(head->field("etag"), whole->field("etag"));
  EXPECT_EQ(client.ask(get("/livez"))->body, "alive\n");  // nothing of a body came between
}

TEST(Negotiation, RefusesMediaItDoesNotSpeak) {
  Edge edge;
  auto client = edge.as(pki().web);
  expect_problem(client.ask(get("/v1/profiles", "Accept: text/html\r\n")), 406, "not-acceptable");
  for (const auto* fields :
       {"Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n", "",
        "Content-Type: application/json; charset=utf-16\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
        "Content-Type: application/json\r\nContent-Type: application/json\r\n"})
    expect_problem(client.ask(post("/v1/certificates", issue_body(), fields)), 415, "unsupported-media-type");
  const auto wrong_verb = client.ask("DELETE /v1/certificates HTTP/1.1\r\nHost: a\r\n\r\n");
  expect_problem(wrong_verb, 405, "method-not-allowed");
  EXPECT_EQ(wrong_verb->field("allow"), "GET, HEAD, POST");
}

TEST(Problem, SpeaksJapaneseToThoseWhoPreferIt) {
  Edge edge;
  auto client = edge.plain();
  const auto response = client.ask(get("/none", "Accept-Language: ja,en;q=0.5\r\n"));
  expect_problem(response, 404, "not-found");
  EXPECT_EQ(response->field("content-language"), "ja");
  EXPECT_EQ(json::parse(response->body).at("title"), "指定されたものは見つかりません");
  EXPECT_EQ(json::parse(client.ask(get("/none"))->body).at("title"), "There is no such resource");
}

TEST(Trace, IsCarriedToTheAuthorityAndTheLog) {
  Edge edge;
  const auto response =
      edge.as(pki().web).ask(post("/v1/certificates", issue_body(),
                                  "Content-Type: application/json\r\ntraceparent: "
                                  "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->field("x-request-id").size(), 26u);
  EXPECT_EQ(edge.authority.last_trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(edge.logged().find("request_id=" + response->field("x-request-id") +
                               " trace_id=4bf92f3577b34da6a3ce929d0e0e4736"),
            std::string::npos);
}

TEST(Metrics, AreOnAListenerOfTheirOwnAndNothingElseIs) {
  Edge edge;
  const auto scrape = [&](const std::string& request) {
    return RawClient::plain(edge.server->metrics_port()).ask(request);
  };
  const auto page = scrape(get("/metrics"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 200);
  EXPECT_EQ(page->field("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(page->body, "# TYPE inkan_of_the_fake gauge\ninkan_of_the_fake 1\n");
  for (const auto* path : {"/", "/livez", "/v1/tokens", "/openapi.yaml", "/metrics/"})
    expect_problem(scrape(get(path)), 404, "not-found");
  expect_problem(scrape(post("/metrics", "{}")), 405, "method-not-allowed");
  expect_problem(edge.plain().ask(get("/metrics")), 404, "not-found");
  expect_problem(edge.as(pki().auditor).ask(get("/metrics")), 404, "not-found");
}

TEST(Metrics, HearOfEveryAnswerAndItsOperation) {
  Edge edge;
  edge.as(pki().web).ask(post("/v1/certificates", issue_body("denied")));
  edge.as(pki().auditor).ask(post("/v1/certificates", issue_body()));
  edge.anonymous().ask(get("/v1/tokens"));
  edge.plain().ask(get("/livez"));
  edge.plain().ask(get("/nothing"));
  edge.plain().ask("NONSENSE\r\n\r\n");
  EXPECT_THAT(edge.answered(),
              testing::ElementsAre("issueCertificate 403", "issueCertificate 403", "listTokens 401",
                                   "getLivez 200", "none 404", "none 400"));
}

}  // namespace
}  // namespace inkan::test
