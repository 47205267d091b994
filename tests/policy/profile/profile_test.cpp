#include "policy/profile/profile.h"

#include <gtest/gtest.h>

#include <regex>

#include "policy/types/error.h"
#include "tests/support/outside.h"
#include "tests/support/vectors.h"

namespace inkan::policy {
namespace {

std::string document_of(const std::string& name) {
  return test::read_file(std::string(INKAN_SOURCE_DIR) + "/policy/profile/builtin/" + name + ".toml");
}

TEST(BuiltInProfile, AllAreThere) {
  std::set<std::string> names;
  for (const auto& profile : ProfileSet::built_in()) names.insert(profile.name);
  EXPECT_EQ(names, (std::set<std::string>{"client-auth", "issuing-ca", "ocsp-responder", "operator",
                                          "root-ca", "root-link", "server-auth", "tls-server"}));
}

// An auditor compares the file he reads with the hash in the ledger by sha256sum.
TEST(BuiltInProfile, HashIsWhatSha256sumSaysOfItsFile) {
  for (const auto& profile : ProfileSet::built_in()) {
    const auto verdict = test::run(
        {"sha256sum", std::string(INKAN_SOURCE_DIR) + "/policy/profile/builtin/" + profile.name + ".toml"});
    ASSERT_EQ(verdict.status, 0) << verdict.output;
    EXPECT_EQ(profile.sha256.hex(), verdict.output.substr(0, 64)) << profile.name;
    EXPECT_EQ(profile.document, document_of(profile.name));
  }
}

TEST(BuiltInProfile, ClientAuthSaysWhatTheRulesSay) {
  const auto profile = Profile::parse(document_of("client-auth"), "client-auth.toml");
  EXPECT_EQ(profile.label(), "profile client-auth v1");
  EXPECT_EQ(profile.roles, std::set<Role>{Role::web_tier});
  EXPECT_EQ(profile.validity.days, 366);                              // R01
  EXPECT_EQ(profile.validity.utc_offset, std::chrono::minutes(540));  // A01
  EXPECT_EQ(profile.validity.align, ValidityAlign::day);
  EXPECT_EQ(profile.validity.renewal_days, 30);  // R03
  EXPECT_EQ(profile.key_usage, std::vector<KeyUsage>{KeyUsage::digital_signature});
  EXPECT_EQ(profile.extended_key_usage, std::vector<std::string>{"1.3.6.1.5.5.7.3.2"});
  EXPECT_FALSE(profile.ca);
  EXPECT_EQ(profile.path_length, -1);
}

// Every key a document may have, each with a value other than its default.
constexpr const char* k_full = R"(name = "full-1"
version = 7
description = "everything"
roles = ["web-tier", "security-officer", "auditor", "bank-staff", "system"]
key_algorithms = ["RSA", "P-256", "P-384", "P-521", "Ed25519"]
[validity]
days = 36525
count = "inclusive"
utc_offset = "-03:30"
align = "instant"
renewal_days = 36525
[subject]
required = ["CN"]
optional = ["OU"]
[subject_alt_names]
kinds = ["dns", "ip", "email", "uri"]
required = true
wildcards = true
[extensions]
ca = false
key_usage = ["digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement", "cRLSign"]
extended_key_usage = ["serverAuth", "emailProtection", "OCSPSigning", "1.3.6.1.4.1.311.20.2.2"]
certificate_policies = ["1.2.392.200091.100.721.1", "2.999.1"]
ocsp_no_check = true
)";

TEST(Profile, ReadsEveryKey) {
  const auto profile = Profile::parse(k_full, "full.toml");
  EXPECT_EQ(profile.name, "full-1");
  EXPECT_EQ(profile.version, 7);
  EXPECT_EQ(profile.description, "everything");
  EXPECT_EQ(profile.roles.size(), 5u);
  EXPECT_EQ(profile.key_algorithms.size(), 5u);
  EXPECT_EQ(profile.validity.days, 36525);
  EXPECT_EQ(profile.validity.utc_offset, -std::chrono::minutes(210));
  EXPECT_EQ(profile.validity.align, ValidityAlign::instant);
  EXPECT_EQ(profile.validity.renewal_days, 36525);
  EXPECT_EQ(profile.subject_required, std::vector<std::string>{"CN"});
  EXPECT_EQ(profile.subject_optional, std::vector<std::string>{"OU"});
  EXPECT_EQ(profile.san_kinds.size(), 4u);
  EXPECT_TRUE(profile.san_required);
  EXPECT_TRUE(profile.wildcards);
  EXPECT_EQ(profile.key_usage.size(), 6u);
  EXPECT_EQ(profile.extended_key_usage,
            (std::vector<std::string>{"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.9",
                                      "1.3.6.1.4.1.311.20.2.2"}));
  EXPECT_EQ(profile.certificate_policies, (std::vector<std::string>{"1.2.392.200091.100.721.1", "2.999.1"}));
  EXPECT_TRUE(profile.ocsp_no_check);
}

TEST(Profile, WhatMayBeLeftOutHasTheNarrowMeaning) {
  const auto profile = Profile::parse(document_of("operator"), "operator.toml");
  EXPECT_TRUE(profile.san_kinds.empty());
  EXPECT_FALSE(profile.san_required || profile.wildcards || profile.ca || profile.self_signed ||
               profile.ocsp_no_check);
  EXPECT_TRUE(profile.certificate_policies.empty());
}

// One document with one thing changed: from, to, and what the error must name.
struct Bad {
  const char* name;
  const char* from;
  const char* to;
  const char* at;     // line:column, or "" where only the presence of a place is asked for
  const char* about;  // a part of the message: the key, and what is wrong
};

const Bad k_bad[] = {
    {"not TOML", "version = 7", "version = = 7", "2:11", "not TOML"},
    {"a key twice", "version = 7", "version = 7\nversion = 8", "", "not TOML"},
    {"unknown key", "version = 7", "version = 7\ncolour = 1", "3:1", "unknown key `colour`; known here: "},
    {"misspelt key in a table", "days = 36525\n", "days = 36525\nrenewal_day = 3\n", "8:1",
     "unknown key `validity.renewal_day`"},
    {"unknown table", "[extensions]", "[extra]\n[extensions]", "", "unknown key `extra`"},
    {"unknown key in extensions", "ca = false", "ca = false\nCA = true", "21:1",
     "unknown key `extensions.CA`"},
    {"unknown key in names", "wildcards = true", "wildcard = true", "18:1",
     "unknown key `subject_alt_names.wildcard`"},
    {"unknown key in subject", "optional = [\"OU\"]", "allowed = [\"OU\"]", "14:1",
     "unknown key `subject.allowed`"},
    {"no name", "name = \"full-1\"\n", "", "", "`name` is missing"},
    {"no version", "version = 7\n", "", "", "`version` is missing"},
    {"no description", "description = \"everything\"\n", "", "", "`description` is missing"},
    {"no roles", "roles = [\"web-tier\", \"security-officer\", \"auditor\", \"bank-staff\", \"system\"]\n",
     "", "", "`roles` must name who"},
    {"no algorithms", "key_algorithms = [\"RSA\", \"P-256\", \"P-384\", \"P-521\", \"Ed25519\"]\n", "", "",
     "`key_algorithms` must name"},
    {"no days", "days = 36525\ncount", "count", "", "`validity.days` is missing"},
    {"no count", "count = \"inclusive\"\n", "", "", "`validity.count` is missing"},
    {"no offset", "utc_offset = \"-03:30\"\n", "", "", "`validity.utc_offset` is missing"},
    {"no align", "align = \"instant\"\n", "", "", "`validity.align` is missing"},
    {"no renewal days", "renewal_days = 36525\n", "", "", "`validity.renewal_days` is missing"},
    {"no validity", "[validity]", "[validity2]", "", "`validity` is missing: a table [validity]"},
    {"no subject", "[subject]", "[subject2]", "", "`subject` is missing: a table [subject]"},
    {"no extensions", "[extensions]", "[extensions2]", "", "`extensions` is missing: a table [extensions]"},
    {"validity is no table", "[validity]", "validity = 3\n[validity2]", "6:12", "`validity` must be a table"},
    {"name is a number", "name = \"full-1\"", "name = 1", "1:8", "`name` must be a string"},
    {"version is text", "version = 7", "version = \"7\"", "2:11", "`version` must be a whole number"},
    {"version is a fraction", "version = 7", "version = 7.0", "2:11", "`version` must be a whole number"},
    {"version too small", "version = 7", "version = 0", "2:11", "`version` is 0"},
    {"version too large", "version = 7", "version = 1000001", "2:11", "`version` is 1000001"},
    {"days are zero", "days = 36525\ncount", "days = 0\ncount", "7:8", "`validity.days` is 0"},
    {"days are negative", "days = 36525\ncount", "days = -366\ncount", "7:8", "`validity.days` is -366"},
    {"days above a century", "days = 36525\ncount", "days = 36526\ncount", "7:8", "`validity.days` is 36526"},
    {"days beyond 32 bits", "days = 36525\ncount", "days = 4294967662\ncount", "7:8", "`validity.days` is"},
    {"renewal before issue", "renewal_days = 36525", "renewal_days = 36526", "11:16",
     "`validity.renewal_days` is 36526"},
    {"renewal negative", "renewal_days = 36525", "renewal_days = -1", "11:16",
     "`validity.renewal_days` is -1"},
    {"exclusive count", "\"inclusive\"", "\"exclusive\"", "8:9", "`validity.count` must be \"inclusive\""},
    {"align to a week", "\"instant\"", "\"week\"", "10:9", "`validity.align` must be"},
    {"offset without sign", "\"-03:30\"", "\"03:30\"", "9:14", "`validity.utc_offset` must look like"},
    {"offset with letters", "\"-03:30\"", "\"-0a:30\"", "9:14", "`validity.utc_offset` must look like"},
    {"offset of 99 minutes", "\"-03:30\"", "\"-03:99\"", "9:14", "`validity.utc_offset` has more than 59"},
    {"offset beyond 14 hours", "\"-03:30\"", "\"+14:01\"", "9:14", "`validity.utc_offset` is more than 14"},
    {"offset is a time", "\"-03:30\"", "03:30:00", "9:14", "`validity.utc_offset` must be a string"},
    {"name in capitals", "\"full-1\"", "\"Full\"", "1:8", "`name` must be 1 to 64"},
    {"name is empty", "\"full-1\"", "\"\"", "1:8", "`name` must be 1 to 64"},
    {"name is a path", "\"full-1\"", "\"../x\"", "1:8", "`name` must be 1 to 64"},
    {"unknown role", "\"auditor\"", "\"root\"", "4:9", "`roles` holds \"root\""},
    {"roles is text", "[\"web-tier\", \"security-officer\", \"auditor\", \"bank-staff\", \"system\"]",
     "\"web-tier\"", "4:9", "`roles` must be an array of strings"},
    {"a number in roles", "\"auditor\"", "3", "4:9", "`roles` must hold strings only"},
    {"unknown algorithm", "\"P-521\"", "\"P-224\"", "5:18", "`key_algorithms` holds \"P-224\"; known: "},
    {"unknown attribute", "[\"CN\"]", "[\"commonName\"]", "13:12",
     "`subject.required` holds an unknown attribute"},
    {"unknown optional attribute", "[\"OU\"]", "[\"2.5.4.3\"]", "14:12",
     "`subject.optional` holds an unknown"},
    {"unknown kind of name", "\"email\"", "\"upn\"", "16:9", "`subject_alt_names.kinds` holds \"upn\""},
    {"names required, none allowed", "kinds = [\"dns\", \"ip\", \"email\", \"uri\"]\n", "", "16:12",
     "`subject_alt_names.required` is true, but `kinds` allows none"},
    {"a flag is text", "wildcards = true", "wildcards = \"true\"", "18:13",
     "`subject_alt_names.wildcards` must be true or false"},
    {"unknown key usage", "\"keyAgreement\"", "\"encipherOnly\"", "21:13", "`extensions.key_usage` holds"},
    {"keyCertSign without ca", "\"cRLSign\"", "\"keyCertSign\"", "21:13", "`extensions.key_usage` must name"},
    {"ca without keyCertSign", "ca = false", "ca = true", "21:13", "`extensions.key_usage` must name"},
    {"path length without ca", "ca = false", "ca = false\npath_length = 0", "21:15",
     "`extensions.path_length`"},
    {"path length too large", "ca = false", "ca = true\npath_length = 17", "21:15",
     "`extensions.path_length` is 17"},
    {"self signed without ca", "ca = false", "self_signed = true", "20:15",
     "`extensions.self_signed` is for CA"},
    {"a purpose that is no OID", "\"serverAuth\"", "\"server\"", "22:22",
     "`extensions.extended_key_usage` holds"},
    {"a purpose spelt twice", "\"1.3.6.1.4.1.311.20.2.2\"", "\"1.3.6.1.5.5.7.3.1\"", "22:22",
     "`extensions.extended_key_usage` names 1.3.6.1.5.5.7.3.1 twice"},
    {"any purpose", "\"1.3.6.1.4.1.311.20.2.2\"", "\"2.5.29.37.0\"", "22:22", "names anyExtendedKeyUsage"},
    {"a policy that is no OID", "\"2.999.1\"", "\"3.1.2\"", "23:24",
     "`extensions.certificate_policies` holds"},
    {"an OID with leading zeros", "\"2.999.1\"", "\"2.0999.1\"", "23:24",
     "`extensions.certificate_policies` holds"},
    {"an OID that ends in a dot", "\"2.999.1\"", "\"2.999.\"", "23:24",
     "`extensions.certificate_policies` holds"},
    {"an OID beyond any reader", "\"2.999.1\"", "\"2.999.18446744073709551615\"", "23:24",
     "`extensions.certificate_policies` holds"},
    {"a policy twice", "\"2.999.1\"", "\"1.2.392.200091.100.721.1\"", "23:24", "twice"},
    {"no-check without OCSPSigning", "\"OCSPSigning\"", "\"clientAuth\"", "24:17",
     "`extensions.ocsp_no_check` is for OCSPSigning"},
};

std::string complaint_of(const std::string& document) {
  try {
    Profile::parse(document, "dir/bad.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    return error.what();
  }
  return "";
}

TEST(Profile, RefusesWhatItDoesNotMean) {
  for (const auto& bad : k_bad) {
    SCOPED_TRACE(bad.name);
    std::string document = k_full;
    const auto at = document.find(bad.from);
    ASSERT_NE(at, std::string::npos);
    document.replace(at, std::string(bad.from).size(), bad.to);
    const std::string complaint = complaint_of(document);
    EXPECT_NE(complaint.find(bad.about), std::string::npos) << complaint;
    EXPECT_TRUE(std::regex_search(complaint, std::regex("^dir/bad\\.toml:[0-9]+:[0-9]+: "))) << complaint;
    if (*bad.at) {
      EXPECT_TRUE(complaint.starts_with("dir/bad.toml:" + std::string(bad.at) + ": ")) << complaint;
    }
  }
}

TEST(Profile, NeedsAPurposeForAnEndEntity) {
  std::string document = document_of("operator");
  document.replace(document.find("[\"clientAuth\"]"), 14, "[]");
  EXPECT_NE(complaint_of(document).find("`extensions.extended_key_usage` must name at least one purpose"),
            std::string::npos);
}

TEST(Profile, NeedsASubjectForACa) {
  std::string document = document_of("root-ca");
  document.replace(document.find("required = [\"CN\"]"), 17, "required = []");
  EXPECT_NE(complaint_of(document).find("`subject` must require an attribute"), std::string::npos);
}

TEST(Profile, SaysWhereAnEmptyDocumentFailsAndNeverCrashesOnHostileOnes) {
  EXPECT_NE(complaint_of("").find("`name` is missing"), std::string::npos);
  EXPECT_NE(complaint_of(std::string("\0\0", 2)), "");
  EXPECT_NE(complaint_of("\xff\xfe"), "");
  EXPECT_NE(complaint_of("a = " + std::string(10000, '[')), "");
  EXPECT_NE(complaint_of(std::string(10000, '[')), "");
}

TEST(ProfileSet, IsNeverEmptyAndNamesAreUnique) {
  EXPECT_THROW(ProfileSet({}), Error);
  const auto profile = Profile::parse(k_full, "full.toml");
  EXPECT_THROW(ProfileSet({profile, profile}), Error);
  const ProfileSet one({profile});
  EXPECT_NE(one.find("full-1"), nullptr);
  EXPECT_EQ(one.find("full"), nullptr);
}

}  // namespace
}  // namespace inkan::policy
