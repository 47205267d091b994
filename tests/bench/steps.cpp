// steps: what each step of an issuance costs by itself, without token, store or network.
//
//   steps [--benchmark_filter=…] [--benchmark_format=json]
#include <benchmark/benchmark.h>

#include "api/http/request_head.h"
#include "api/json/certificate_json.h"
#include "policy/log/leaf.h"
#include "policy/log/merkle_tree.h"
#include "policy/types/json_object.h"
#include "policy/x509/extensions.h"
#include "tests/support/throw_away_ca.h"

namespace {

using namespace inkan;

policy::Bytes make_request(const test::TestKey& key) {
  const policy::X509ReqPtr request(X509_REQ_new());
  test::set_common_name(X509_REQ_get_subject_name(request.get()), "bench-0123456789ab");
  X509_REQ_set_pubkey(request.get(), key.key.get());
  test::require(X509_REQ_sign(request.get(), key.key.get(), EVP_sha256()) > 0, "X509_REQ_sign");
  return test::to_der<i2d_X509_REQ>(request.get());
}

const test::TestKey& subject_key() {
  static const auto key = test::make_key(policy::KeyAlgorithm::ec_p256);
  return key;
}

const policy::Bytes& csr() {
  static const auto der = make_request(subject_key());
  return der;
}

const policy::Issuer& issuer() {
  static const auto key = test::make_key(policy::KeyAlgorithm::ec_p256);
  static const auto made =
      test::make_issuer("issuing", key, test::name_of({{"O", "Bench"}, {"CN", "Bench Issuing CA"}}),
                        policy::Validity(test::utc(2026, 1, 1), test::utc(2036, 1, 1)));
  return made;
}

policy::IssuanceRequest asked() {
  const auto parsed = policy::CertificationRequest::parse(csr());
  return policy::IssuanceRequest::from("client-auth", std::get<policy::CertificationRequest>(parsed),
                                       std::nullopt);
}

void parse_and_verify(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(policy::CertificationRequest::parse(csr()));
}
BENCHMARK(parse_and_verify);

// The same by OpenSSL: what the one above is to be held against.
void parse_and_verify_by_openssl(benchmark::State& state) {
  for (auto _ : state) {
    const auto* at = csr().data();
    const policy::X509ReqPtr request(d2i_X509_REQ(nullptr, &at, static_cast<long>(csr().size())));
    test::require(X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())) == 1,
                  "X509_REQ_verify");
  }
}
BENCHMARK(parse_and_verify_by_openssl);

// Rules, the TBS, and the lints on it.
void decide(benchmark::State& state) {
  const auto request = asked();
  const auto who = test::someone(policy::Role::web_tier);
  for (auto _ : state) {
    const auto decision =
        test::engine().decide(request, issuer(), who, test::next_serial(), test::k_test_day);
    if (const auto* denial = policy::denied(decision)) state.SkipWithError(denial->detail.c_str());
  }
}
BENCHMARK(decide);

void build_tbs(benchmark::State& state) {
  const auto request = asked();
  const auto& profile = test::built_in("client-auth");
  for (auto _ : state) {
    const policy::TbsCertificate tbs(
        {test::next_serial(), issuer().subject, profile.validity.validity(test::k_test_day),
         request.subject(), request.public_key(), policy::build_extensions(profile, issuer(), request),
         issuer().key, issuer().signature_algorithm});
    benchmark::DoNotOptimize(tbs.to_be_signed().data());
  }
}
BENCHMARK(build_tbs);

void verify_signature(benchmark::State& state) {
  const auto message = policy::to_bytes(policy::as_bytes("to be signed"));
  const auto algorithm = policy::SignatureAlgorithm::ecdsa_sha256;
  const auto signature = test::sign_message(subject_key(), algorithm, message);
  for (auto _ : state)
    if (!subject_key().public_key.verify(algorithm, message, signature))
      state.SkipWithError("does not verify");
}
BENCHMARK(verify_signature);

// An intent's leaf, and its place in the tree.
void leaf(benchmark::State& state) {
  const policy::LeafOrigin origin{"node-1", "0b7c1d0e-0000-4000-8000-000000000001", "0.1.0"};
  const auto who = test::someone(policy::Role::web_tier);
  const std::string hash(64, 'a');
  policy::RightEdge edge;
  for (auto _ : state) {
    policy::Event event{.type = policy::EventType::sign_intent,
                        .target = {"certificate", std::string(38, 'b')}};
    event.request_id = "01TESTREQUEST0000000000000";
    event.profile = "client-auth";
    event.profile_version = 3;
    event.profile_sha256 = hash;
    policy::JsonObject detail(event.written_detail);
    for (const char* name :
         {"authority", "csr_sha256", "key_id", "purpose", "serial", "spki_sha256", "tbs_sha256"})
      detail.text(name, hash);
    detail.end();
    const auto text =
        policy::encode_leaf(event, who, origin, edge.size(), "018f2a5c-0000-7000-8000-000000000001",
                            policy::InstantMicros(test::k_test_day));
    benchmark::DoNotOptimize(edge.append(policy::hash_leaf(policy::as_bytes(text))));
  }
}
BENCHMARK(leaf);

void read_body(benchmark::State& state) {
  const std::string body = R"({"profile":"client-auth","csr":")" + policy::to_base64(csr()) + "\"}";
  for (auto _ : state) benchmark::DoNotOptimize(api::parse_json_object(body));
}
BENCHMARK(read_body);

void write_answer(benchmark::State& state) {
  const policy::Validity validity(test::utc(2026, 11, 22), test::utc(2027, 11, 22));
  const policy::Bytes der(700, 0x5a);
  const api::IssuedCertificate issued{
      {test::next_serial(), "issuing", "client-auth", 3, std::string(64, 'a'), "CN=bench-0123456789ab",
       validity, api::CertificateStatus::valid, std::nullopt, der, "web-1", 1, 2, validity.not_before(),
       validity.not_after()},
      {der, der, der},
      false};
  for (auto _ : state) benchmark::DoNotOptimize(api::to_text(issued));
}
BENCHMARK(write_answer);

void request_head(benchmark::State& state) {
  const std::string block =
      "POST /v1/certificates HTTP/1.1\r\nHost: ca.example.test\r\nContent-Type: application/json\r\n"
      "Idempotency-Key: 0123456789abcdef0123456789abcdef\r\nContent-Length: 612\r\n\r\n";
  for (auto _ : state) benchmark::DoNotOptimize(api::parse_request_head(block, api::Limits{}));
}
BENCHMARK(request_head);

}  // namespace

BENCHMARK_MAIN();
