// A TBSCertificate taken apart into its encoded fields, so that a test can put any octets in any place.
#pragma once

#include "policy/lint/lint.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::test {

struct RawExtension {
  std::string oid;
  policy::Bytes critical;  // the encoded BOOLEAN, or nothing
  policy::Bytes value;
};

struct RawTbs {
  policy::Bytes version, serial, signature, issuer, validity, subject, spki;
  std::vector<RawExtension> extensions;

  static RawTbs parse(policy::BytesView tbs) {
    policy::der::Reader whole(tbs);
    policy::der::Reader fields = whole.sequence("tbs");
    const auto next = [&] { return policy::to_bytes(fields.any().whole); };
    RawTbs raw{next(), next(), next(), next(), next(), next(), next(), {}};
    policy::der::Reader tagged(fields.any());
    policy::der::Reader list = tagged.sequence("extensions");
    while (!list.at_end()) {
      policy::der::Reader one = list.sequence("extension");
      RawExtension extension{one.oid("extnID"), {}, {}};
      if (const auto critical = one.optional(policy::der::k_boolean))
        extension.critical = policy::to_bytes(critical->whole);
      extension.value = policy::to_bytes(one.expect(policy::der::k_octet_string, "extnValue").content);
      raw.extensions.push_back(extension);
    }
    return raw;
  }

  policy::Bytes encode() const {
    using namespace policy::der;
    policy::Bytes list;
    for (const auto& each : extensions) {
      const auto one = sequence({oid(each.oid), each.critical, octet_string(each.value)});
      list.insert(list.end(), one.begin(), one.end());
    }
    const auto tagged = tlv(context_constructed(3), tlv(k_sequence, list));
    return sequence({version, serial, signature, issuer, validity, subject, spki,
                     extensions.empty() ? policy::Bytes{} : tagged});
  }

  RawExtension& at(const std::string& oid) {
    for (auto& each : extensions)
      if (each.oid == oid) return each;
    throw std::logic_error("there is no extension " + oid);
  }
  void drop(const std::string& oid) {
    std::erase_if(extensions, [&](const RawExtension& each) { return each.oid == oid; });
  }
};

// Bytes, and what they are to be held against.
struct LintCase {
  RawTbs tbs;
  policy::Issuer issuer;
  policy::Profile profile;
};

// The ids of the lints that complain, in the order in which the engine asks them; at most `most`.
inline std::vector<std::string> complaints(policy::BytesView tbs, const policy::Issuer& issuer,
                                           const policy::Profile& profile, std::size_t most = 1000) {
  std::vector<std::string> ids;
  try {
    const auto view = policy::TbsView::parse(tbs);
    for (const auto* lints : {&policy::rfc5280_lints(), &policy::profile_lints()})
      for (const auto& each : *lints) {
        if (ids.size() == most) return ids;
        try {
          if (each.judge({view, issuer, profile})) ids.emplace_back(each.id);
        } catch (const policy::der::Malformed&) {
          ids.emplace_back(each.id);
        }
      }
  } catch (const policy::der::Malformed&) {
    ids.emplace_back("lint.parse");
  }
  return ids;
}

// A certificate of a built-in profile as the engine builds it, with all that the profile allows.
inline LintCase good_case(const std::string& profile_name,
                          policy::KeyAlgorithm algorithm = policy::KeyAlgorithm::ec_p256) {
  using policy::GeneralNameKind;
  const auto& chain = TestChain::one();
  const auto& profile = built_in(profile_name);
  static const TestAuthority k_ed25519_root = TestAuthority::root(policy::KeyAlgorithm::ed25519);
  const TestAuthority& authority = profile.self_signed ? k_ed25519_root
                                   : profile.ca        ? chain.root
                                                       : chain.issuing;
  std::vector<policy::GeneralName> names;
  if (profile.san_kinds.contains(GeneralNameKind::email))
    names = {{GeneralNameKind::email, "user@example.test"}};
  if (profile.san_kinds.contains(GeneralNameKind::dns))
    names = {{GeneralNameKind::dns, "a.example.test"}, {GeneralNameKind::ip, "2001:db8::1"}};
  const auto key = profile.self_signed                          ? authority.key
                   : algorithm == policy::KeyAlgorithm::ec_p256 ? chain.subject_key
                                                                : make_key(algorithm);
  const auto request = policy::IssuanceRequest::for_token_key(
      profile_name, key.public_key,
      profile.self_signed ? authority.issuer.subject
                          : name_of({{"O", "Example Bank"}, {"CN", "a.example.test"}}),
      names);
  const auto found =
      engine().examine(request, authority.issuer, *profile.roles.begin(), next_serial(), k_test_day);
  if (found.denial) throw std::logic_error(found.denial->rule + ": " + found.denial->detail);
  return {RawTbs::parse(found.tbs->to_be_signed()), authority.issuer, profile};
}

}  // namespace inkan::test
