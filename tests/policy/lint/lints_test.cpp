#include "policy/lint/lint.h"

#include <set>

#include "policy/x509/oids.h"
#include "tests/policy/lint/parts.h"

namespace inkan::policy {
namespace {

using test::LintCase;
using namespace test::parts;
using test::RawExtension;
using test::utc;

struct Mutation {
  const char* lint;  // the first that complains
  const char* what;
  const char* profile;
  void (*apply)(LintCase&);
};

constexpr const char* k_leaf = "client-auth";
constexpr const char* k_server = "server-auth";
constexpr const char* k_ca = "issuing-ca";
constexpr const char* k_root = "root-ca";
constexpr const char* k_ocsp = "ocsp-responder";
constexpr const char* k_any_policy = "2.5.29.32.0";

const Mutation k_mutations[] = {
    {"lint.version", "v2", k_leaf,
     [](LintCase& c) { c.tbs.version = der::tlv(der::context_constructed(0), der::integer(1)); }},
    {"lint.serial", "zero", k_leaf, [](LintCase& c) { c.tbs.serial = der::integer(0); }},
    {"lint.serial", "negative", k_leaf, [](LintCase& c) { c.tbs.serial = der::integer(-1); }},
    {"lint.serial", "21 octets", k_leaf,
     [](LintCase& c) { c.tbs.serial = der::tlv(der::k_integer, Bytes(21, 0x7f)); }},
    {"lint.signature", "another algorithm", k_leaf,
     [](LintCase& c) { c.tbs.signature = algorithm_identifier(SignatureAlgorithm::ecdsa_sha384); }},
    {"lint.signature", "NULL parameters with ECDSA (RFC 5758 §3.2)", k_leaf,
     [](LintCase& c) {
       c.tbs.signature = der::sequence({der::oid("1.2.840.10045.4.3.2"), Bytes{der::k_null, 0}});
     }},
    {"lint.signature-key", "RSA by an EC key", k_leaf,
     [](LintCase& c) {
       c.issuer.signature_algorithm = SignatureAlgorithm::rsa_pkcs1_sha256;
       c.tbs.signature = algorithm_identifier(SignatureAlgorithm::rsa_pkcs1_sha256);
     }},
    {"lint.issuer", "another name", k_leaf,
     [](LintCase& c) {
       c.tbs.issuer = encoded_name({{"CN", "X"}});
     }},
    {"lint.issuer", "the same name in other case", k_leaf,
     [](LintCase& c) {
       c.tbs.issuer = encoded_name({{"C", "JP"}, {"O", "EXAMPLE BANK"}, {"CN", "Example Issuing"}});
     }},
    {"lint.issuer-empty", "an authority without a name", k_leaf,
     [](LintCase& c) {
       c.issuer.subject = test::name_of({});
       c.tbs.issuer = encoded_name({});
     }},
    {"lint.time-type", "a year before 1950", k_leaf,
     [](LintCase& c) {
       c.tbs.validity = der::sequence({der::generalized_time(utc(1949, 12, 31)), der::time(utc(2027, 1, 1))});
     }},
    {"lint.validity-order", "ends before it begins", k_leaf,
     [](LintCase& c) { c.tbs.validity = validity(utc(2027, 11, 23), utc(2026, 11, 23)); }},
    {"lint.validity-nesting", "ends after its issuer", k_leaf,
     [](LintCase& c) {
       c.issuer.validity = {c.issuer.validity.not_before(), utc(2027, 11, 23, 14, 59, 58)};
     }},
    {"lint.validity-nesting", "begins before its issuer", k_leaf,
     [](LintCase& c) {
       c.issuer.validity = {utc(2026, 11, 22, 15, 0, 1), c.issuer.validity.not_after()};
     }},
    {"lint.subject", "empty, with names that are not critical", k_server,
     [](LintCase& c) { c.tbs.subject = encoded_name({}); }},
    {"lint.subject", "empty, without names", k_leaf,
     [](LintCase& c) {
       c.tbs.subject = encoded_name({});
       c.tbs.drop(oid::k_subject_alt_name);
     }},
    {"lint.subject", "a CA without a name", k_ca, [](LintCase& c) { c.tbs.subject = encoded_name({}); }},
    {"lint.key", "a point off its curve", k_leaf, [](LintCase& c) { c.tbs.spki.back() ^= 1; }},
    {"lint.key", "octets after the key", k_leaf,
     [](LintCase& c) {
       const Bytes spki = c.tbs.spki;
       der::Reader whole(spki);
       der::Reader fields = whole.sequence("");
       c.tbs.spki = der::sequence({fields.any().whole, fields.any().whole, Bytes{der::k_null, 0}});
     }},
    {"lint.extensions-unique", "one twice", k_leaf,
     [](LintCase& c) { c.tbs.extensions.push_back(c.tbs.extensions.front()); }},
    {"lint.extensions-unique", "none", k_leaf, [](LintCase& c) { c.tbs.extensions.clear(); }},
    {"lint.critical-default", "critical FALSE written out", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_extended_key_usage).critical = k_not_critical; }},
    {"lint.authority-key", "missing", k_leaf,
     [](LintCase& c) { c.tbs.drop(oid::k_authority_key_identifier); }},
    {"lint.authority-key", "critical", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_authority_key_identifier).critical = k_critical; }},
    {"lint.authority-key", "another key's", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_authority_key_identifier).value.back() ^= 1; }},
    {"lint.authority-key", "octets after it", k_leaf,
     [](LintCase& c) {
       append(c.tbs.at(oid::k_authority_key_identifier).value, {der::k_null, 0});
     }},
    {"lint.authority-key", "a serial beside it", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_authority_key_identifier).value =
           der::sequence({der::tlv(der::context(0), c.issuer.public_key.key_identifier()),
                          der::tlv(der::context(2), Bytes{1})});
     }},
    {"lint.subject-key", "missing", k_leaf, [](LintCase& c) { c.tbs.drop(oid::k_subject_key_identifier); }},
    {"lint.subject-key", "critical", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_subject_key_identifier).critical = k_critical; }},
    {"lint.subject-key", "empty", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_subject_key_identifier).value = der::octet_string({}); }},
    {"lint.subject-key", "another key's", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_subject_key_identifier).value.back() ^= 1; }},
    {"lint.subject-key", "octets after it", k_leaf,
     [](LintCase& c) { append(c.tbs.at(oid::k_subject_key_identifier).value, {0}); }},
    {"lint.basic-constraints", "missing in a CA", k_ca,
     [](LintCase& c) { c.tbs.drop(oid::k_basic_constraints); }},
    {"lint.basic-constraints", "not critical in a CA", k_ca,
     [](LintCase& c) { c.tbs.at(oid::k_basic_constraints).critical.clear(); }},
    {"lint.basic-constraints", "a path length in an end entity", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_basic_constraints).value = der::sequence({der::integer(0)}); }},
    {"lint.basic-constraints", "a negative path length", k_ca,
     [](LintCase& c) {
       c.tbs.at(oid::k_basic_constraints).value = der::sequence({der::boolean_true(), der::integer(-1)});
     }},
    {"lint.basic-constraints", "cA FALSE written out", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_basic_constraints).value = der::sequence({k_not_critical}); }},
    {"lint.basic-constraints", "octets after it", k_leaf,
     [](LintCase& c) {
       append(c.tbs.at(oid::k_basic_constraints).value, {der::k_null, 0});
     }},
    {"lint.key-usage", "missing", k_leaf, [](LintCase& c) { c.tbs.drop(oid::k_key_usage); }},
    {"lint.key-usage", "not critical", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_key_usage).critical.clear(); }},
    {"lint.key-usage", "no bit", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_key_usage).value = der::named_bits(0); }},
    {"lint.key-usage", "keyCertSign in an end entity", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_key_usage).value = der::named_bits(1u << 5); }},
    {"lint.key-usage", "a CA without keyCertSign", k_ca,
     [](LintCase& c) { c.tbs.at(oid::k_key_usage).value = der::named_bits(1u << 6); }},
    {"lint.key-usage", "trailing zero bits", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_key_usage).value = {der::k_bit_string, 2, 0, 0x80};
     }},
    {"lint.key-usage", "octets after it", k_leaf,
     [](LintCase& c) {
       append(c.tbs.at(oid::k_key_usage).value, {der::k_null, 0});
     }},
    {"lint.extended-key-usage", "missing in an end entity", k_leaf,
     [](LintCase& c) { c.tbs.drop(oid::k_extended_key_usage); }},
    {"lint.extended-key-usage", "empty", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_extended_key_usage).value = der::sequence({}); }},
    {"lint.extended-key-usage", "any purpose", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_extended_key_usage).value = der::sequence({der::oid("2.5.29.37.0")});
     }},
    {"lint.extended-key-usage", "octets after it", k_leaf,
     [](LintCase& c) {
       append(c.tbs.at(oid::k_extended_key_usage).value, {der::k_null, 0});
     }},
    {"lint.subject-alt-name", "empty", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_subject_alt_name).value = der::sequence({}); }},
    {"lint.subject-alt-name", "a NUL in a host name", k_server,
     [](LintCase& c) {
       c.tbs.at(oid::k_subject_alt_name).value =
           der::sequence({der::tlv(der::context(2), as_bytes(std::string_view("a\0b", 3)))});
     }},
    {"lint.subject-alt-name", "octets after it", k_leaf,
     [](LintCase& c) {
       append(c.tbs.at(oid::k_subject_alt_name).value, {der::k_null, 0});
     }},
    {"lint.urls", "a CRL over https", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_crl_distribution_points).value =
           der::sequence({point(general_uri("https://x.test/c"))});
     }},
    {"lint.urls", "two distribution points", k_leaf,
     [](LintCase& c) {
       const Bytes one = point(general_uri(c.issuer.crl_url.c_str()));
       c.tbs.at(oid::k_crl_distribution_points).value = der::sequence({one, one});
     }},
    {"lint.urls", "a point for some reasons only", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_crl_distribution_points).value = der::sequence(
           {point(general_uri(c.issuer.crl_url.c_str()), der::tlv(der::context(1), Bytes{6, 0x40}))});
     }},
    {"lint.urls", "a point that is a mail address", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_crl_distribution_points).value =
           der::sequence({point(der::tlv(der::context(1), as_bytes(c.issuer.crl_url)))});
     }},
    {"lint.urls", "caIssuers over ldap", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_authority_info_access).value =
           der::sequence({ca_issuers(oid::k_ca_issuers, general_uri("ldap://x.test/cn=http://"))});
     }},
    {"lint.urls", "an accessMethod that is neither OCSP nor caIssuers", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_authority_info_access).value =
           der::sequence({ca_issuers("1.3.6.1.5.5.7.48.3", general_uri(c.issuer.ca_issuers_url.c_str()))});
     }},
    {"lint.urls", "OCSP over https", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_authority_info_access).value =
           der::sequence({ca_issuers(oid::k_ocsp, general_uri("https://x.test/ocsp")),
                          ca_issuers(oid::k_ca_issuers, general_uri(c.issuer.ca_issuers_url.c_str()))});
     }},
    {"lint.urls", "OCSP twice", k_leaf,
     [](LintCase& c) {
       const auto one = ca_issuers(oid::k_ocsp, general_uri("http://x.test/ocsp"));
       c.tbs.at(oid::k_authority_info_access).value = der::sequence(
           {one, one, ca_issuers(oid::k_ca_issuers, general_uri(c.issuer.ca_issuers_url.c_str()))});
     }},
    {"lint.profile.urls", "an OCSP responder that the authority has not", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_authority_info_access).value =
           der::sequence({ca_issuers(oid::k_ocsp, general_uri("http://x.test/ocsp")),
                          ca_issuers(oid::k_ca_issuers, general_uri(c.issuer.ca_issuers_url.c_str()))});
     }},
    {"lint.profile.urls", "no OCSP responder, where the authority has one", k_leaf,
     [](LintCase& c) { c.issuer.ocsp_url = "http://x.test/ocsp"; }},
    {"lint.profile.urls", "OCSP in caIssuers' place", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_authority_info_access).value =
           der::sequence({ca_issuers("1.3.6.1.5.5.7.48.1", general_uri(c.issuer.ca_issuers_url.c_str()))});
     }},
    {"lint.urls", "critical authorityInfoAccess", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_authority_info_access).critical = k_critical; }},
    {"lint.self-issue", "a leaf with its issuer's key", k_leaf,
     [](LintCase& c) { put_key(c, c.issuer.public_key); }},
    {"lint.self-issue", "a leaf with its issuer's name", k_leaf,
     [](LintCase& c) { c.tbs.subject = c.issuer.subject.der(); }},
    {"lint.self-issue", "a root with another's key", k_root,
     [](LintCase& c) { put_key(c, test::TestChain::one().subject_key.public_key); }},
    {"lint.self-issue", "a root with another's name", k_root,
     [](LintCase& c) {
       c.tbs.subject = encoded_name({{"CN", "Another Root"}});
     }},

    {"lint.profile.extensions", "an unknown one rides along", k_leaf,
     [](LintCase& c) {
       c.tbs.extensions.push_back({"1.3.6.1.4.1.99999.1", {}, {der::k_null, 0}});
     }},
    {"lint.profile.extensions", "a CRL is published, but not named", k_leaf,
     [](LintCase& c) { c.tbs.drop(oid::k_crl_distribution_points); }},
    {"lint.profile.extensions", "no CRL is published, but one is named", k_leaf,
     [](LintCase& c) { c.issuer.crl_url.clear(); }},
    {"lint.profile.extensions", "purposes in a CA whose profile has none", k_ca,
     [](LintCase& c) {
       c.tbs.extensions.push_back(
           {oid::k_extended_key_usage, {}, der::sequence({der::oid("1.3.6.1.5.5.7.3.2")})});
     }},
    {"lint.profile.critical", "purposes critical", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_extended_key_usage).critical = k_critical; }},
    {"lint.profile.critical", "names critical beside a subject", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_subject_alt_name).critical = k_critical; }},
    {"lint.profile.critical", "an end entity's constraints not critical", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_basic_constraints).critical.clear(); }},
    {"lint.profile.basic-constraints", "no path length", k_ca,
     [](LintCase& c) { c.tbs.at(oid::k_basic_constraints).value = der::sequence({der::boolean_true()}); }},
    {"lint.profile.basic-constraints", "a longer path", k_ca,
     [](LintCase& c) {
       c.tbs.at(oid::k_basic_constraints).value = der::sequence({der::boolean_true(), der::integer(1)});
     }},
    {"lint.profile.key-usage", "one more use", k_leaf,
     [](LintCase& c) { c.tbs.at(oid::k_key_usage).value = der::named_bits(1u | 1u << 2); }},
    {"lint.profile.extended-key-usage", "another purpose", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_extended_key_usage).value = der::sequence({der::oid("1.3.6.1.5.5.7.3.1")});
     }},
    {"lint.profile.extended-key-usage", "one more purpose", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_extended_key_usage).value =
           der::sequence({der::oid("1.3.6.1.5.5.7.3.2"), der::oid("1.3.6.1.5.5.7.3.1")});
     }},
    {"lint.profile.policies", "another policy", k_leaf,
     [](LintCase& c) {
       c.profile.certificate_policies = {"1.2.392.1"};
       c.tbs.extensions.push_back(
           {oid::k_certificate_policies, {}, der::sequence({der::sequence({der::oid(k_any_policy)})})});
     }},
    {"lint.profile.policies", "a qualifier", k_leaf,
     [](LintCase& c) {
       c.profile.certificate_policies = {k_any_policy};
       c.tbs.extensions.push_back(
           {oid::k_certificate_policies,
            {},
            der::sequence({der::sequence({der::oid(k_any_policy), der::sequence({})})})});
     }},
    {"lint.profile.ocsp-no-check", "something in it", k_ocsp,
     [](LintCase& c) { c.tbs.at(oid::k_ocsp_no_check).value = der::sequence({}); }},
    {"lint.profile.names", "a kind the profile does not take", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_subject_alt_name).value = encode_general_names({{GeneralNameKind::dns, "a.test"}});
     }},
    {"lint.profile.names", "a kind nobody takes", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_subject_alt_name).value =
           der::sequence({der::tlv(der::context(8), Bytes{0x2a, 0x03})});  // registeredID
     }},
    {"lint.profile.names", "none where they are required", k_server,
     [](LintCase& c) { c.tbs.drop(oid::k_subject_alt_name); }},
    {"lint.profile.subject", "an attribute the profile does not take", k_leaf,
     [](LintCase& c) {
       c.tbs.subject = encoded_name({{"DC", "example"}, {"CN", "user-0001"}});
     }},
    {"lint.profile.subject", "no required attribute", k_leaf,
     [](LintCase& c) {
       c.tbs.subject = encoded_name({{"O", "Example Bank"}});
     }},
    {"lint.profile.span", "a day less", k_leaf,
     [](LintCase& c) { c.tbs.validity = validity(utc(2026, 11, 22, 15), utc(2027, 11, 22, 14, 59, 59)); }},
    {"lint.profile.span", "a second more", k_leaf,
     [](LintCase& c) { c.tbs.validity = validity(utc(2026, 11, 22, 15), utc(2027, 11, 23, 15)); }},
    {"lint.profile.midnight", "from the moment of issue", k_leaf,
     [](LintCase& c) { c.tbs.validity = validity(utc(2026, 11, 22, 16), utc(2027, 11, 23, 15, 59, 59)); }},
    {"lint.profile.urls", "another CRL", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_crl_distribution_points).value =
           der::sequence({point(general_uri("http://x.test/c"))});
     }},
    {"lint.profile.urls", "a CRL whose URI only ends like the issuer's", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_crl_distribution_points).value =
           der::sequence({point(general_uri(("http://evil.test/?" + c.issuer.crl_url).c_str()))});
     }},
    {"lint.profile.urls", "a CA's certificate that names a shard", "issuing-ca",
     [](LintCase& c) {
       c.issuer = c.issuer.with_crl_shard(3);
       c.tbs.at(oid::k_crl_distribution_points).value =
           der::sequence({point(general_uri(c.issuer.crl_url.c_str()))});
     }},
    {"lint.profile.urls", "a responder's that names a shard", "ocsp-responder",
     [](LintCase& c) {
       c.issuer = c.issuer.with_crl_shard(3);
       c.tbs.at(oid::k_crl_distribution_points).value =
           der::sequence({point(general_uri(c.issuer.crl_url.c_str()))});
     }},
    {"lint.profile.urls", "another caIssuers", k_leaf,
     [](LintCase& c) {
       c.tbs.at(oid::k_authority_info_access).value =
           der::sequence({ca_issuers(oid::k_ca_issuers, general_uri("http://x.test/c"))});
     }},
};

TEST(Lints, SayNothingOfWhatTheEngineBuilds) {
  for (const auto& profile : ProfileSet::built_in()) {
    const auto good = test::good_case(profile.name);
    EXPECT_EQ(test::complaints(good.tbs.encode(), good.issuer, good.profile), std::vector<std::string>{})
        << profile.name;
  }
}

TEST(Lints, EachFindsItsFaultFirst) {
  for (const auto& mutation : k_mutations) {
    auto mutated = test::good_case(mutation.profile);
    mutation.apply(mutated);
    const auto found = test::complaints(mutated.tbs.encode(), mutated.issuer, mutated.profile);
    ASSERT_FALSE(found.empty()) << mutation.lint << ": " << mutation.what;
    EXPECT_EQ(found.front(), mutation.lint) << mutation.what;
  }
}

// A lint that nothing above can trigger is one that nobody has seen work.
TEST(Lints, EveryOneHasAFaultThatItFinds) {
  std::set<std::string> tried, all;
  for (const auto& mutation : k_mutations) tried.insert(mutation.lint);
  for (const auto* lints : {&rfc5280_lints(), &profile_lints()})
    for (const auto& each : *lints) {
      EXPECT_TRUE(all.insert(each.id).second) << each.id << " stands twice in the tables";
      EXPECT_NE(std::string(each.clause), "");
    }
  EXPECT_EQ(tried, all);
}

}  // namespace
}  // namespace inkan::policy
