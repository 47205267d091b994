// The lints over any octets: they complain or they do not, and never past the end or by another exception.
#include <cstdlib>

#include "policy/lint/lint.h"

using namespace inkan::policy;

namespace {

// RFC 8410 §10.1: a public key that everyone knows, of an authority that issues nothing.
Issuer make_issuer() {
  const auto key =
      from_hex("302a300506032b657003210019bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
  return {"issuing",
          std::get<Name>(Name::build({{"C", "JP"}, {"O", "Example Bank"}, {"CN", "Example Issuing"}})),
          std::get<PublicKey>(PublicKey::parse(*key)),
          Validity(Instant(std::chrono::seconds(0)), Instant(std::chrono::seconds(4102444800))),
          KeyId({}),
          SignatureAlgorithm::ecdsa_sha256,  // of the seeds
          -1,
          "http://pki.example.test/issuing.crl",
          "http://pki.example.test/issuing.cer"};
}

// One profile for each input, by its length: parsing its key for all of them would leave few runs a second.
void lint_certificate(BytesView input, const Issuer& issuer) {
  const TbsView view = TbsView::parse(input);
  const auto& profiles = ProfileSet::built_in();
  const Profile& profile = profiles[input.size() % profiles.size()];
  for (const auto* lints : {&rfc5280_lints(), &profile_lints()})
    for (const auto& each : *lints) {
      try {
        (void)each.judge({view, issuer, profile});
      } catch (const der::Malformed&) {
      }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Issuer k_issuer = make_issuer();
  const BytesView input(data, size);
  try {
    lint_certificate(input, k_issuer);
  } catch (const der::Malformed&) {
  }
  static const Issuer k_shard = k_issuer.with_crl_shard(3);
  // The authority of this test signs nothing, so that only an input made for it could be without fault.
  for (const auto* issuer : {&k_issuer, &k_shard})
    if (const auto denial = lint_cert_list(input, *issuer, 1);
        denial && !denial->rule.starts_with("lint.crl."))
      std::abort();
  return 0;
}
