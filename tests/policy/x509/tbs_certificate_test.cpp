// The same certificate made twice: by policy, and by OpenSSL's X509 API from the request's values. The octets
// to be signed must be equal.
#include "policy/x509/tbs_certificate.h"

#include <random>

#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using test::require;
using test::TestAuthority;
using test::TestChain;
using Random = std::mt19937;

template <class T>
const T& pick(Random& random, const std::vector<T>& from) {
  return from[random() % from.size()];
}

// --- the plain builder: what the profile says, in OpenSSL's words

void add(X509* certificate, int nid, void* value, bool critical) {
  require(X509_add1_ext_i2d(certificate, nid, value, critical, X509V3_ADD_APPEND) == 1, OBJ_nid2sn(nid));
}

void add_text(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  require(extension && X509_add_ext(certificate, extension, -1) == 1, OBJ_nid2sn(nid));
  X509_EXTENSION_free(extension);
}

using AuthorityKeyPtr = std::unique_ptr<AUTHORITY_KEYID, OpensslDeleter<AUTHORITY_KEYID_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, OpensslDeleter<ASN1_OCTET_STRING_free>>;

// RFC 7093 §2 method 1, which OpenSSL 3.0 has no word for ("hash" is SHA-1).
OctetsPtr key_identifier(EVP_PKEY* key) {
  const X509Ptr holder(X509_new());
  X509_set_pubkey(holder.get(), key);
  const ASN1_BIT_STRING* const bits = X509_get0_pubkey_bitstr(holder.get());  // borrowed
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  EVP_Digest(ASN1_STRING_get0_data(bits), static_cast<std::size_t>(ASN1_STRING_length(bits)), hash.data(),
             nullptr, EVP_sha256(), nullptr);
  OctetsPtr octets(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(octets.get(), hash.data(), 20);
  return octets;
}

X509NamePtr openssl_name(const std::vector<NameAttribute>& attributes) {
  X509NamePtr name(X509_NAME_new());
  for (const auto& [type, value] : attributes)
    require(X509_NAME_add_entry_by_txt(name.get(), type.c_str(), MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, 0) == 1,
            type.c_str());
  return name;
}

GeneralNamesPtr openssl_names(const std::vector<GeneralName>& names) {
  GeneralNamesPtr all(GENERAL_NAMES_new());
  for (const auto& each : names) {
    const int kind = each.kind == GeneralNameKind::dns     ? GEN_DNS
                     : each.kind == GeneralNameKind::ip    ? GEN_IPADD
                     : each.kind == GeneralNameKind::email ? GEN_EMAIL
                                                           : GEN_URI;
    GENERAL_NAME* const name = a2i_GENERAL_NAME(nullptr, nullptr, nullptr, kind, each.value.c_str(), 0);
    require(name && sk_GENERAL_NAME_push(all.get(), name) > 0, each.value.c_str());
  }
  return all;
}

struct Request {
  std::string profile;
  test::TestKey key;
  std::vector<NameAttribute> subject;
  std::vector<GeneralName> names;
  Serial serial;
  Instant now;
};

void put_issuer(X509* certificate, const TestAuthority& authority) {
  const unsigned char* at = authority.certificate.data();
  const X509Ptr parent(d2i_X509(nullptr, &at, static_cast<long>(authority.certificate.size())));
  X509_set_issuer_name(certificate, X509_get_subject_name(parent.get()));
  const AuthorityKeyPtr identifier(AUTHORITY_KEYID_new());
  identifier->keyid = key_identifier(authority.key.key.get()).release();
  add(certificate, NID_authority_key_identifier, identifier.get(), false);
}

// What the auditor reads in the profile's document, by hand.
struct Words {
  const char* constraints;
  const char* usage;
  const char* purposes;  // or ""
  bool no_check;
};

Words words_of(const std::string& profile) {
  if (profile == "issuing-ca")
    return {"critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign", "", false};
  const char* const purposes = profile == "ocsp-responder"                         ? "OCSPSigning"
                               : profile == "client-auth" || profile == "operator" ? "clientAuth"
                                                                                   : "serverAuth";
  return {"critical,CA:FALSE", "critical,digitalSignature", purposes, profile == "ocsp-responder"};
}

Bytes built_by_openssl(const Request& request, const TestAuthority& authority, const Validity& validity) {
  ERR_clear_error();
  const X509Ptr certificate(X509_new());
  X509* const c = certificate.get();
  X509_set_version(c, 2);
  const BytesView serial = request.serial.content();
  const BignumPtr number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(c));
  ASN1_TIME_set(X509_getm_notBefore(c), validity.not_before().time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(c), validity.not_after().time_since_epoch().count());
  X509_set_subject_name(c, openssl_name(request.subject).get());
  X509_set_pubkey(c, request.key.key.get());
  put_issuer(c, authority);
  add(c, NID_subject_key_identifier, key_identifier(request.key.key.get()).get(), false);
  const Words words = words_of(request.profile);
  add_text(c, NID_basic_constraints, words.constraints);
  add_text(c, NID_key_usage, words.usage);
  if (*words.purposes) add_text(c, NID_ext_key_usage, words.purposes);
  if (!request.names.empty())
    add(c, NID_subject_alt_name, openssl_names(request.names).get(), request.subject.empty());
  add_text(c, NID_crl_distribution_points, "URI:" + authority.issuer.crl_url);
  add_text(c, NID_info_access, "caIssuers;URI:" + authority.issuer.ca_issuers_url);
  if (words.no_check) add_text(c, NID_id_pkix_OCSP_noCheck, "ignored");
  require(X509_sign(c, authority.key.key.get(), EVP_sha384()) > 0, "sign");  // writes the algorithm
  unsigned char* out = nullptr;
  const int size = i2d_re_X509_tbs(c, &out);
  require(size > 0, "TBS");
  Bytes tbs(out, out + size);
  OPENSSL_free(out);
  return tbs;
}

// --- random requests that the rules take

std::string text(Random& random, std::size_t longest) {
  static const std::vector<std::string> k_letters = {"a", "Z",  "0",  "9",  "-",  "'", ".", "(", "é",
                                                     "ß", "東", "京", "銀", "行", "😀", "=", "+", "&"};
  std::string made = "n";
  for (std::size_t length = random() % longest; length > 1; --length) made += pick(random, k_letters);
  return made;
}

std::string label(Random& random, std::size_t longest) {
  std::string made;
  for (std::size_t length = 1 + random() % longest; length > 0; --length)
    made += "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789"[random() % 42];
  return made + "x";
}

std::string host(Random& random) {
  std::string made = label(random, 62);
  for (auto more = random() % 3; more > 0; --more) made += "." + label(random, 30);
  return made;
}

std::string address(Random& random) {
  std::string made;
  if (random() % 2) {
    for (int i = 0; i < 4; ++i) made += (i ? "." : "") + std::to_string(random() % 256);
    return made;
  }
  char group[6];
  for (int i = 0; i < 8; ++i) {
    std::snprintf(group, sizeof group, "%s%x", i ? ":" : "",
                  static_cast<unsigned>(random() % 3 ? random() & 0xffff : 0));
    made += group;
  }
  return made;
}

std::vector<NameAttribute> subject_of(Random& random, const Profile& profile) {
  std::vector<NameAttribute> subject;
  for (const auto& type : profile.subject_optional)
    if (random() % 2 && type != "CN")
      subject.push_back({type, type == "C"              ? "JP"
                               : type == "serialNumber" ? label(random, 60)
                                                        : text(random, 60)});
  for (const auto& type : profile.subject_required) subject.push_back({type, text(random, 60)});
  return subject;
}

Request random_request(Random& random, const std::vector<test::TestKey>& keys) {
  static const std::vector<std::string> k_profiles = {"client-auth", "server-auth", "tls-server",
                                                      "operator",    "issuing-ca",  "ocsp-responder"};
  const Profile& profile = test::built_in(pick(random, k_profiles));
  Request request{
      profile.name, pick(random, keys),  subject_of(random, profile),
      {},           test::next_serial(), test::k_test_day + std::chrono::seconds(random() % (60 * 86400))};
  Serial::Random chance{};
  for (auto& octet : chance) octet = static_cast<std::uint8_t>(random());
  request.serial = Serial::from(1795359600000 + static_cast<std::int64_t>(random()), chance);
  if (profile.san_kinds.contains(GeneralNameKind::email) && random() % 2)
    request.names.push_back({GeneralNameKind::email, label(random, 40) + "@" + host(random)});
  if (!profile.san_kinds.contains(GeneralNameKind::dns)) return request;
  const std::string first = host(random);
  request.names.push_back({GeneralNameKind::dns, first});
  for (auto more = random() % 20; more > 0; --more)
    request.names.push_back(random() % 2 ? GeneralName{GeneralNameKind::dns, host(random)}
                                         : GeneralName{GeneralNameKind::ip, address(random)});
  for (auto& [type, value] : request.subject)  // a CN is one of the names
    if (type == "CN") value = first.size() <= 64 ? first : (request.names[0].value = "a.example.test");
  return request;
}

TEST(TbsCertificate, IsWhatOpensslMakesOfTheSameRequest) {
  const unsigned seed = 20261123;
  Random random(seed);
  const std::vector<test::TestKey> keys = {test::make_key(KeyAlgorithm::rsa),
                                           test::make_key(KeyAlgorithm::ec_p256),
                                           test::make_key(KeyAlgorithm::ec_p384)};
  const auto authority = TestAuthority::root(KeyAlgorithm::ec_p384);  // signs with SHA-384, may issue all
  const auto& engine = test::engine();
  for (int i = 0; i < 400; ++i) {
    const auto request = random_request(random, keys);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", request " + std::to_string(i) + ", " + request.profile);
    const auto asked = IssuanceRequest::for_token_key(request.profile, request.key.public_key,
                                                      test::name_of(request.subject), request.names);
    const Profile& profile = test::built_in(request.profile);
    const auto found =
        engine.examine(asked, authority.issuer, *profile.roles.begin(), request.serial, request.now);
    ASSERT_FALSE(found.denial) << found.denial->rule << ": " << found.denial->detail;
    ASSERT_EQ(to_hex(found.tbs->to_be_signed()),
              to_hex(built_by_openssl(request, authority, profile.validity.validity(request.now))));
  }
}

// RFC 5280 §4.2.1.6: where nothing else names the subject, the names are critical.
TEST(TbsCertificate, WithoutASubjectIsWhatOpensslMakesToo) {
  const auto authority = TestAuthority::root(KeyAlgorithm::ec_p384);
  Request request{"server-auth",
                  TestChain::one().subject_key,
                  {},
                  {{GeneralNameKind::dns, "a.example.test"}},
                  test::next_serial(),
                  test::k_test_day};
  const Bytes certificate =
      authority.issue("server-auth", request.key, test::name_of({}), request.names, request.now);
  const unsigned char* at = certificate.data();
  const X509Ptr parsed(d2i_X509(nullptr, &at, static_cast<long>(certificate.size())));
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(parsed.get());
  request.serial = *Serial::from_content(
      {ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial))});
  const Bytes plain =
      built_by_openssl(request, authority, test::built_in("server-auth").validity.validity(request.now));
  const std::string whole = to_hex(certificate);
  EXPECT_NE(whole.find(to_hex(plain)), std::string::npos) << whole << "\n" << to_hex(plain);
}

TEST(SignedObject, IsSequenceOfTbsAlgorithmAndBits) {
  const Bytes tbs = der::sequence({der::integer(1)}), signature = {1, 2, 3};
  EXPECT_EQ(to_hex(signed_object(tbs, SignatureAlgorithm::ed25519, signature)),
            "3012"
            "3003020101"
            "300506032b6570"
            "030400010203");
}

}  // namespace
}  // namespace inkan::policy
