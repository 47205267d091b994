#include "policy/dual_control/ballot.h"

#include <openssl/cms.h>

#include <nlohmann/json.hpp>

#include "policy/x509/openssl.h"

namespace inkan::policy {
namespace {

Denial vote_denial(std::string detail, std::string mend) {
  return {"approval.signature", "RFC 5652 §5", std::move(detail), std::move(mend)};
}

CmsPtr parse_cms(BytesView der) {
  const auto* at = der.data();
  CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  if (cms && (at != der.data() + der.size() || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed))
    cms.reset();
  ERR_clear_error();
  return cms;
}

bool is_strong(CMS_SignerInfo* signer) {
  X509_ALGOR* digest = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, nullptr);
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, digest);
  const int nid = OBJ_obj2nid(algorithm);
  return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

// Behind a filter: of a memory BIO itself CMS_verify (OpenSSL 3.0) makes a copy, which it loses when it
// fails.
BioPtr content_of(const std::string& document) {
  BioPtr filter(BIO_new(BIO_f_null()));
  BIO* const memory = BIO_new_mem_buf(document.data(), static_cast<int>(document.size()));
  if (filter) BIO_push(filter.get(), memory);  // freed with it
  return filter;
}

std::optional<SpkiHash> key_of(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return std::nullopt;
  const OpensslOctets owned(der);
  return spki_hash_of({der, static_cast<std::size_t>(size)});
}

}  // namespace

std::string Ballot::document() const {
  return nlohmann::json{{"expires", to_rfc3339(expires)},
                        {"ledger_origin", ledger_origin},
                        {"nonce", nonce},
                        {"officer_spki_sha256", officer.hex()},
                        {"plan_sha256", plan_sha256.hex()},
                        {"request_id", request_id},
                        {"v", 1},
                        {"vote", approve ? "approve" : "refuse"}}
      .dump();
}

std::optional<Ballot> Ballot::parse(std::string_view document) {
  try {
    const auto json = nlohmann::json::parse(document);
    const auto text = [&](const char* name) { return json.at(name).get<std::string>(); };
    const auto plan = Sha256::from_hex(text("plan_sha256"));
    const auto officer = SpkiHash::from_hex(text("officer_spki_sha256"));
    const auto expires = from_rfc3339_seconds(text("expires"));
    if (!plan || !officer || !expires) return std::nullopt;
    Ballot ballot{text("request_id"), text("nonce"),        *plan, text("vote") == "approve", *officer,
                  *expires,           text("ledger_origin")};
    return ballot.document() == document ? std::optional(std::move(ballot)) : std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::optional<Denial> fault_in_vote(const Ballot& ballot, BytesView cms_der) {
  const auto cms = parse_cms(cms_der);
  if (!cms)
    return vote_denial("the vote is no CMS SignedData in DER",
                       "sign with `openssl cms -sign -binary -outform DER`, or with `inkan approvals`");
  auto* const signers = CMS_get0_SignerInfos(cms.get());
  if (!signers || sk_CMS_SignerInfo_num(signers) != 1)
    return vote_denial("the vote does not have exactly one signer", "each officer sends a vote of his own");
  if (!is_strong(sk_CMS_SignerInfo_value(signers, 0)))
    return vote_denial("its digest is neither SHA-256 nor SHA-384 nor SHA-512", "sign with -md sha256");
  if (CMS_is_detached(cms.get()) != 1)
    return vote_denial("the vote holds a document of its own",
                       "make a detached signature: without -nodetach");
  const auto document = ballot.document();
  const BioPtr content = content_of(document);
  // The certificate says only which key this is; that it is the officer's is held below.
  const bool good = CMS_verify(cms.get(), nullptr, nullptr, content.get(), nullptr,
                               CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
  ERR_clear_error();
  if (!good)
    return vote_denial(
        "it is no signature over this request's document, or holds no certificate of its signer",
        "sign the document exactly as it was given, without a line feed at its end, by "
        "`openssl cms -sign -binary`, and without -nocerts");
  const X509StackPtr certificates(CMS_get0_signers(cms.get()));
  if (!certificates || sk_X509_num(certificates.get()) != 1 ||
      key_of(sk_X509_value(certificates.get(), 0)) != ballot.officer)
    return vote_denial("it was signed with another key than that of the certificate you call with",
                       "sign with your own operator's key");
  return std::nullopt;
}

std::optional<SpkiHash> key_in_vote(BytesView cms_der) {
  const auto cms = parse_cms(cms_der);
  if (!cms) return std::nullopt;
  const X509sPtr certificates(CMS_get1_certs(cms.get()));
  if (!certificates || sk_X509_num(certificates.get()) != 1) return std::nullopt;
  return key_of(sk_X509_value(certificates.get(), 0));
}

}  // namespace inkan::policy
