#include <set>

#include "policy/lint/lint.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using test::utc;

// A TBSCertList taken apart, as RFC 5280 §5.1.2 orders it.
struct RawList {
  Bytes version = der::integer(1);
  Bytes signature, issuer;
  Bytes this_update = der::time(utc(2026, 11, 23)), next_update = der::time(utc(2026, 11, 30));
  Bytes entries;  // the list's content
  bool entries_there = true;
  Bytes extensions;  // the list's content
  Bytes after;

  Bytes encode() const {
    using namespace der;
    return sequence({version, signature, issuer, this_update, next_update,
                     entries_there ? tlv(k_sequence, entries) : Bytes{},
                     tlv(context_constructed(0), tlv(k_sequence, extensions)), after});
  }
};

Bytes extension(const char* oid, const Bytes& value, const Bytes& critical = {}) {
  return der::sequence({der::oid(oid), critical, der::octet_string(value)});
}
Bytes entry(const Bytes& serial, const Bytes& extensions = {}) {
  return der::sequence({serial, der::time(utc(2026, 11, 22)),
                        extensions.empty() ? Bytes{} : der::tlv(der::k_sequence, extensions)});
}
Bytes reason(std::uint8_t code) {
  return extension("2.5.29.21", der::enumerated(code));
}
Bytes authority_key(const Issuer& issuer) {
  return extension("2.5.29.35",
                   der::sequence({der::tlv(der::context(0), issuer.public_key.key_identifier())}));
}
Bytes number(const Bytes& value) {
  return extension("2.5.29.20", value);
}

RawList good_list(const Issuer& issuer) {
  RawList list;
  list.signature = algorithm_identifier(issuer.signature_algorithm);
  list.issuer = issuer.subject.der();
  list.entries = der::join({entry(der::integer(1)), entry(der::integer(2), reason(1))});
  list.extensions = der::join({authority_key(issuer), number(der::integer(7))});
  return list;
}

struct Mutation {
  const char* rule;
  const char* what;
  void (*apply)(RawList&, const Issuer&);
};

void put_entry(RawList& list, const Bytes& extensions) {
  list.entries = entry(der::integer(1), extensions);
}

void add(RawList& list, const Bytes& extension) {
  list.extensions.insert(list.extensions.end(), extension.begin(), extension.end());
}

const Bytes k_only_user_certificates = {0x81, 1, 0xff};

Bytes distribution_point(const std::string& url, const Bytes& only = k_only_user_certificates,
                         const Bytes& critical = der::boolean_true()) {
  using namespace der;
  const Bytes full_name = tlv(context_constructed(0), tlv(context(6), as_bytes(url)));
  return extension("2.5.29.28", sequence({tlv(context_constructed(0), full_name), only}), critical);
}

const Mutation k_mutations[] = {
    {"lint.crl.parse", "v1", [](RawList& l, const Issuer&) { l.version = der::integer(0); }},
    {"lint.crl.parse", "an empty list of entries", [](RawList& l, const Issuer&) { l.entries.clear(); }},
    {"lint.crl.parse", "octets after the extensions",
     [](RawList& l, const Issuer&) {
       l.after = {der::k_null, 0};
     }},
    {"lint.crl.parse", "no nextUpdate", [](RawList& l, const Issuer&) { l.next_update.clear(); }},
    {"lint.crl.parse", "GeneralizedTime before 2050",
     [](RawList& l, const Issuer&) { l.next_update = der::generalized_time(utc(2026, 11, 30)); }},
    {"lint.crl.parse", "an entry without a date",
     [](RawList& l, const Issuer&) { l.entries = der::sequence({der::integer(1)}); }},
    {"lint.crl.parse", "a critical number",
     [](RawList& l, const Issuer& i) {
       l.extensions =
           der::join({authority_key(i), extension("2.5.29.20", der::integer(7), der::boolean_true())});
     }},
    {"lint.crl.parse", "the number twice",
     [](RawList& l, const Issuer& i) {
       l.extensions = der::join({authority_key(i), number(der::integer(7)), number(der::integer(8))});
     }},
    {"lint.crl.parse", "two reasons in an entry",
     [](RawList& l, const Issuer&) {
       put_entry(l, der::join({reason(1), reason(4)}));
     }},
    {"lint.crl.parse", "octets after a reason",
     [](RawList& l, const Issuer&) {
       put_entry(l, extension("2.5.29.21", der::join({der::enumerated(1), der::integer(1)})));
     }},
    {"lint.crl.parse", "an invalidity date in UTCTime (RFC 5280 §5.3.2)",
     [](RawList& l, const Issuer&) { put_entry(l, extension("2.5.29.24", der::time(utc(2026, 1, 1)))); }},
    {"lint.crl.signature", "another algorithm",
     [](RawList& l, const Issuer&) { l.signature = algorithm_identifier(SignatureAlgorithm::ed25519); }},
    {"lint.crl.issuer", "another name",
     [](RawList& l, const Issuer&) {
       l.issuer = test::name_of({{"CN", "Another"}}).der();
     }},
    {"lint.crl.authority-key", "missing",
     [](RawList& l, const Issuer&) { l.extensions = number(der::integer(7)); }},
    {"lint.crl.authority-key", "another key's",
     [](RawList& l, const Issuer&) {
       Issuer other = test::TestChain::one().root.issuer;
       l.extensions = der::join({authority_key(other), number(der::integer(7))});
     }},
    {"lint.crl.next-update", "the same moment",
     [](RawList& l, const Issuer&) { l.next_update = l.this_update; }},
    {"lint.crl.next-update", "before",
     [](RawList& l, const Issuer&) { l.next_update = der::time(utc(2026, 11, 22)); }},
    {"lint.crl.number", "missing", [](RawList& l, const Issuer& i) { l.extensions = authority_key(i); }},
    {"lint.crl.number", "negative",
     [](RawList& l, const Issuer& i) {
       l.extensions = der::join({authority_key(i), number(der::integer(-1))});
     }},
    {"lint.crl.number", "the one before again",
     [](RawList& l, const Issuer& i) {
       l.extensions = der::join({authority_key(i), number(der::integer(6))});
     }},
    {"lint.crl.duplicate", "a serial twice",
     [](RawList& l, const Issuer&) {
       l.entries = der::join({entry(der::integer(1)), entry(der::integer(2)), entry(der::integer(2))});
     }},
    {"lint.crl.order", "a serial twice, and another between",
     [](RawList& l, const Issuer&) {
       l.entries = der::join({entry(der::integer(1)), entry(der::integer(2)), entry(der::integer(1))});
     }},
    {"lint.crl.order", "a shorter one that begins alike, after the longer",
     [](RawList& l, const Issuer&) {
       l.entries = der::join({entry(der::integer(0x0102)), entry(der::integer(0x01))});
     }},
    {"lint.crl.serial", "zero", [](RawList& l, const Issuer&) { l.entries = entry(der::integer(0)); }},
    {"lint.crl.serial", "negative", [](RawList& l, const Issuer&) { l.entries = entry(der::integer(-5)); }},
    {"lint.crl.reason", "unspecified written out",
     [](RawList& l, const Issuer&) { put_entry(l, reason(0)); }},
    {"lint.crl.reason", "7, which is unused", [](RawList& l, const Issuer&) { put_entry(l, reason(7)); }},
    {"lint.crl.reason", "removeFromCRL", [](RawList& l, const Issuer&) { put_entry(l, reason(8)); }},
    {"lint.crl.reason", "11", [](RawList& l, const Issuer&) { put_entry(l, reason(11)); }},
    {"lint.crl.scope", "an issuing distribution point",
     [](RawList& l, const Issuer& i) { add(l, distribution_point(i.crl_url)); }},
    {"lint.crl.extension", "an issuing distribution point of an entry",
     [](RawList& l, const Issuer& i) { put_entry(l, distribution_point(i.crl_url)); }},
    {"lint.crl.extension", "an entry of another issuer",
     [](RawList& l, const Issuer&) { put_entry(l, extension("2.5.29.29", der::sequence({}))); }},
};

TEST(CertListLint, SaysNothingOfAGoodList) {
  const auto& issuer = test::TestChain::one().issuing.issuer;
  EXPECT_EQ(lint_cert_list(good_list(issuer).encode(), issuer, 6), std::nullopt);
  EXPECT_EQ(lint_cert_list(good_list(issuer).encode(), issuer, std::nullopt), std::nullopt);
  auto empty = good_list(issuer);
  empty.entries_there = false;
  EXPECT_EQ(lint_cert_list(empty.encode(), issuer, 6), std::nullopt);
}

TEST(CertListLint, EachFaultIsFound) {
  const auto& issuer = test::TestChain::one().issuing.issuer;
  for (const auto& mutation : k_mutations) {
    auto list = good_list(issuer);
    mutation.apply(list, issuer);
    const auto denial = lint_cert_list(list.encode(), issuer, 6);
    ASSERT_TRUE(denial) << mutation.rule << ": " << mutation.what;
    EXPECT_EQ(denial->rule, mutation.rule) << mutation.what << ": " << denial->detail;
    EXPECT_FALSE(denial->clause.empty() || denial->detail.empty() || denial->mend.empty());
  }
}

TEST(CertListLint, OfAShardTellsExactlyOfWhatItsCertificatesName) {
  const Issuer shard = test::TestChain::one().issuing.issuer.with_crl_shard(2);
  const auto fault = [&](const Bytes& scope) {
    auto list = good_list(shard);
    add(list, scope);
    const auto denial = lint_cert_list(list.encode(), shard, 6);
    return denial ? denial->rule : "";
  };
  const Bytes only_ca_certificates = {0x82, 1, 0xff}, indirect = {0x84, 1, 0xff};
  EXPECT_EQ(fault(distribution_point(shard.crl_url)), "");
  EXPECT_EQ(fault({}), "lint.crl.scope") << "none";
  EXPECT_EQ(fault(distribution_point(shard.crl_url + "x")), "lint.crl.scope");
  EXPECT_EQ(fault(distribution_point(test::TestChain::one().issuing.issuer.crl_url)), "lint.crl.scope");
  EXPECT_EQ(fault(distribution_point(shard.crl_url, k_only_user_certificates, {})), "lint.crl.parse")
      << "not critical";
  EXPECT_EQ(fault(distribution_point(shard.crl_url, k_only_user_certificates, {1, 1, 0})), "lint.crl.parse")
      << "critical FALSE";
  EXPECT_EQ(fault(distribution_point(shard.crl_url, {})), "lint.crl.parse") << "of CA certificates too";
  EXPECT_EQ(fault(distribution_point(shard.crl_url, {0x81, 1, 0})), "lint.crl.parse");
  EXPECT_EQ(fault(distribution_point(shard.crl_url, only_ca_certificates)), "lint.crl.parse");
  EXPECT_EQ(fault(distribution_point(shard.crl_url, der::join({k_only_user_certificates, indirect}))),
            "lint.crl.parse");
}

TEST(CertListLint, ATruncatedOneDoesNotParse) {
  const auto& issuer = test::TestChain::one().issuing.issuer;
  const Bytes list = good_list(issuer).encode();
  for (std::size_t size = 0; size < list.size(); ++size)
    ASSERT_EQ(lint_cert_list(BytesView(list).first(size), issuer, 6)->rule, "lint.crl.parse") << size;
}

}  // namespace
}  // namespace inkan::policy
