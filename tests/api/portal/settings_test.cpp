#include "api/portal/settings.h"

#include "policy/types/error.h"
#include "tests/support/portal_bench.h"

namespace inkan::test {
namespace {

const PortalBench& bench() {
  static const PortalBench k_bench;
  return k_bench;
}

// What is said of a configuration in which `from` stands as `to`; empty: it is good.
std::string fault_of(const std::string& from, const std::string& to) {
  auto text = bench().configuration();
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  bench().write("changed.toml", text);
  try {
    const api::portal::Portal portal(api::portal::Settings::load(bench().folder.path() / "changed.toml"), {});
    return "";
  } catch (const policy::Error& error) {
    EXPECT_EQ(error.code(), policy::ErrorCode::config);
    return error.what();
  }
}

struct Case {
  const char *name, *from, *to, *said;
};

class PortalSettings : public testing::TestWithParam<Case> {};

TEST_P(PortalSettings, SaysWhatIsWrongWhereAndHowToMendIt) {
  const auto said = fault_of(GetParam().from, GetParam().to);
  EXPECT_NE(said.find(GetParam().said), std::string::npos) << said;
}

INSTANTIATE_TEST_SUITE_P(
    Faults, PortalSettings,
    testing::Values(
        Case{"UnknownKey", "[proof]", "adress = 1\n[proof]",
             "changed.toml:5:1: unknown key `main.adress`; known here: "},
        Case{"NotToml", "[main]", "[main", "changed.toml:2:"},
        Case{"MissingTable", "[api]", "[other]", "`api` is missing"},
        Case{"Address", "127.0.0.1:0", "localhost", "`main.address` is \"localhost\"; it must be host:port"},
        Case{"PlainOrigin", "https://localhost:9443", "http://localhost:9443", "`main.origin` is \"http://"},
        Case{"OriginWithPath", "https://localhost:9443", "https://localhost:9443/", "without a path"},
        Case{"OriginInCapitals", "https://localhost:9443", "https://Localhost:9443", "in lower case"},
        Case{"OriginWithItsOwnPort", "https://localhost:9443", "https://localhost:443", "the port 443"},
        Case{"OriginWithUser", "https://localhost:9443", "https://x@localhost:9443", "`main.origin` is"},
        Case{"OtherHost", "https://localhost:9444", "https://proof.example:9444", "give both the same host"},
        Case{"SamePort", "https://localhost:9444", "https://localhost:9443", "[main]"},
        Case{"NoPage", "web = \"page\"", "web = \"nowhere\"", "holds no index.html"},
        Case{"NoCertificate", "\"portal.crt\"", "\"none.crt\"", "none.crt cannot be read"},
        Case{"KeyAsCertificate", "\"portal.crt\"", "\"portal.key\"", "portal.key"},
        Case{"OtherKey", "\"portal.key\"", "\"web.key\"", "is not that of the first certificate"},
        Case{"CertificateAsKey", "key = \"web.key\"", "key = \"web.crt\"", "holds no private key in PEM"},
        Case{"NoCa", "ca = \"ca.pem\"", "ca = \"secret.txt\"", "secret.txt is not certificates in PEM"},
        Case{"Deadline", "deadline_ms = 2000", "deadline_ms = 1", "it must be a whole number from 10"}),
    [](const auto& row) { return row.param.name; });

TEST(PortalSettings, ItsOwnAreGood) {
  EXPECT_EQ(fault_of("deadline_ms = 2000", "deadline_ms = 2001"), "");
}

TEST(PortalSettings, RefuseAKeyThatEverybodyMayRead) {
  bench().write("open.key", key_pem_of(pki().server));
  std::filesystem::permissions(bench().folder.path() / "open.key", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const auto said = fault_of("\"portal.key\"", "\"open.key\"");
  EXPECT_NE(said.find("chmod o="), std::string::npos) << said;
}

}  // namespace
}  // namespace inkan::test
