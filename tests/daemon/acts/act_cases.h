// What each kind of act needs before it can be asked for, what is asked, and what it changes: for the tests
// that try every act in the same way.
#pragma once

#include <sstream>

#include "tests/support/act_bench.h"
#include "tests/support/outside_root.h"

namespace inkan::daemon {

using Lines = std::set<std::string>;

struct Case {
  std::function<void(tests::ActBench&)> prepare;  // until it can be asked for
  std::function<policy::ActParameters(tests::ActBench&)> parameters;
  Lines gone, come;  // how ActBench::standing() changes
};

inline void create_spare(tests::ActBench& bench) {
  bench.officers().approve(policy::ActKind::create_authority,
                           {{"authority", "spare"}, {"common_name", "Spare"}, {"issuer", "root"}});
}
inline void retire_spare(tests::ActBench& bench) {
  create_spare(bench);
  bench.officers().approve(policy::ActKind::retire_authority, {{"authority", "spare"}});
}
inline void nothing(tests::ActBench&) {}

inline void request_spare(tests::ActBench& bench) {
  bench.officers().approve(policy::ActKind::request_authority,
                           {{"authority", "spare"}, {"common_name", "Spare"}});
}

inline std::string key_of_spare(tests::ActBench& bench) {
  return bench.core().store.read(
      [](Database& database) { return AuthorityRow::find(database, "spare")->key.hex(); });
}

inline auto fixed(policy::ActParameters parameters) {
  return [parameters](tests::ActBench&) { return parameters; };
}

// In base64 of its DER.
inline std::string newcomers_request() {
  static const test::TestOfficer newcomer("newcomer");
  std::string text;
  std::istringstream pem(newcomer.request());
  for (std::string line; std::getline(pem, line);)
    if (!line.starts_with("-----")) text += line;
  return text;
}

inline std::string second_client_auth() {
  for (const auto& profile : policy::ProfileSet::built_in())
    if (profile.name == "client-auth") {
      auto document = profile.document;
      const std::string version = "version = 1";
      return document.replace(document.find(version), version.size(), "version = 2");
    }
  throw std::logic_error("no client-auth");
}

// A new root that takes over from another makes two certificates more.
inline Case linked_root() {
  return {nothing,
          fixed({{"authority", "root-2"}, {"common_name", "Root 2"}, {"links", "root"}}),
          {},
          {"authority root-2 active", "key inkan/ca/root-2 active"}};
}
inline Case given_up_request() {
  return {request_spare,
          [](tests::ActBench& bench) {
            return policy::ActParameters{{"key", bench.service().ca_requests().at(0).key_id}};
          },
          {"request spare", "key inkan/ca/spare pre-active"},
          {}};
}

inline void issue_two(tests::ActBench& bench) {
  for (const char* const name : {"one01", "two01"})
    bench.service().issue(tests::call_by(tests::web_tier()), tests::ask_for(name), std::nullopt);
}
inline policy::ActParameters two_serials(tests::ActBench& bench) {
  std::vector<policy::Serial> serials;
  for (const auto& record : bench.subscribers()) serials.push_back(record.serial);
  return {{"revocation_reason", "superseded"}, {"serials", policy::SerialList(std::move(serials)).text()}};
}

// No default: a kind without its case does not compile.
inline Case case_of(policy::ActKind kind) {
  switch (kind) {
    case policy::ActKind::start_issuing:
      return {[](tests::ActBench& bench) {
                bench.service().stop_issuing(tests::call_by(bench.officers().one()), "a test");
              },
              fixed({}),
              {"issuing is stopped"},
              {"issuing goes on"}};
    case policy::ActKind::create_authority:
      return {nothing,
              fixed({{"authority", "spare"}, {"common_name", "Spare"}, {"issuer", "root"}}),
              {},
              {"authority spare active", "key inkan/ca/spare active"}};
    case policy::ActKind::roll_over:
      return {nothing,
              fixed({{"authority", "next"}, {"common_name", "Next"}}),
              {"issuing issues"},
              {"authority next active", "key inkan/ca/next active", "next issues"}};
    case policy::ActKind::activate_authority:
      return {create_spare, fixed({{"authority", "spare"}}), {"issuing issues"}, {"spare issues"}};
    case policy::ActKind::retire_authority:
      return {create_spare,
              fixed({{"authority", "spare"}}),
              {"authority spare active"},
              {"authority spare retired"}};
    case policy::ActKind::destroy_key:
      return {retire_spare,
              [](tests::ActBench& bench) {
                return policy::ActParameters{{"key", key_of_spare(bench)}};
              },
              {"authority spare retired", "key inkan/ca/spare active"},
              {"authority spare closed"}};
    case policy::ActKind::request_authority:
      return {nothing,
              fixed({{"authority", "spare"}, {"common_name", "Spare"}}),
              {},
              {"request spare", "key inkan/ca/spare pre-active"}};
    case policy::ActKind::import_authority:
      return {request_spare,
              [](tests::ActBench& bench) {
                static const test::OutsideRoot root;
                return root.answer("spare", bench.service().ca_requests().at(0).request);
              },
              {"request spare", "key inkan/ca/spare pre-active"},
              {"authority spare active", "key inkan/ca/spare active"}};
    case policy::ActKind::grant_role:
      return {nothing,
              fixed({{"identity", "new"}, {"role", "auditor"}, {"csr", newcomers_request()}}),
              {},
              {"identity new auditor"}};
    case policy::ActKind::revoke_role:
      return {nothing, fixed({{"identity", "web-1"}}), {"identity web-1 web-tier"}, {}};
    case policy::ActKind::change_profile:
      return {nothing,
              fixed({{"profile", "client-auth"}, {"document", second_client_auth()}}),
              {"profile client-auth 1"},
              {"profile client-auth 2"}};
    case policy::ActKind::change_blocklist:
      return {nothing, fixed({{"add", std::string(64, 'a')}}), {}, {"blocked " + std::string(64, 'a')}};
    case policy::ActKind::revoke_certificates:
      return {issue_two,
              two_serials,
              {"certificate CN=one01 valid", "certificate CN=two01 valid"},
              {"certificate CN=one01 revoked", "certificate CN=two01 revoked"}};
    case policy::ActKind::generate_key:
      return {nothing, fixed({{"purpose", "ocsp"}}), {}, {"key inkan/ocsp/responders active"}};
  }
  throw std::logic_error("an act without a case");
}

}  // namespace inkan::daemon
