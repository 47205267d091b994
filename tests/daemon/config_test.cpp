#include "daemon/config.h"

#include <gmock/gmock.h>

#include <fstream>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

constexpr const char* k_good = R"(state_dir = "state"
node = "n1"
[api]
address = "127.0.0.1:8443"
[public]
address = "127.0.0.1:8080"
base_url = "http://pki.example/"
[[token]]
name = "ca"
module = "/m.so"
label = "inkan-ca"
pin_file = "pin"
[ledger]
origin = "log.example"
)";

class ConfigTest : public testing::Test {
 protected:
  ConfigTest()
      : file_(std::filesystem::temp_directory_path() / ("inkand-" + std::to_string(::getpid()) + ".toml")) {}
  ~ConfigTest() override { std::filesystem::remove(file_); }
  Config load(const std::string& text) {
    std::ofstream(file_) << text;
    return Config::load(file_);
  }
  std::string refusal(const std::string& text) {
    try {
      load(text);
      return "accepted";
    } catch (const policy::Error& error) {
      EXPECT_EQ(error.code(), policy::ErrorCode::config);
      return error.what();
    }
  }
  std::filesystem::path file_;
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

TEST_F(ConfigTest, ReadsPathsFromWhereTheFileIs) {
  const auto config = load(k_good);
  EXPECT_EQ(config.state_dir, file_.parent_path() / "state");
  EXPECT_EQ(config.tokens.at(0).pin_file, file_.parent_path() / "pin");
  EXPECT_EQ(config.tokens.at(0).token.module, "/m.so");
  EXPECT_EQ(config.api.port, 8443);
  EXPECT_EQ(config.base_url, "http://pki.example");
}

struct Bad {
  const char* name;
  const char* what;
  const char* by;
  const char* says;
};

TEST_F(ConfigTest, NamesPlaceKeyAndMendOfEachFault) {
  const Bad table[] = {
      {"misspelt key", "node =", "nod =", "node"},
      {"unknown key", "node = \"n1\"", "node = \"n1\"\ncolour = 1", "unknown key `colour`"},
      {"wrong type", "node = \"n1\"", "node = 1", "must be a string"},
      {"no TOML", "[api]", "[api", "not TOML"},
      {"port", "127.0.0.1:8443", "127.0.0.1:99999", "host:port"},
      {"no port", "127.0.0.1:8443", "127.0.0.1", "host:port"},
      {"https base", "http://pki.example/", "https://pki.example/", "http://"},
      {"no token", "[[token]]\nname = \"ca\"\nmodule = \"/m.so\"\nlabel = \"inkan-ca\"\npin_file = \"pin\"\n",
       "", "[[token]]"},
      {"sessions", "pin_file = \"pin\"", "pin_file = \"pin\"\nsessions = 0", "from 1 to 256"},
      {"no PIN", "pin_file = \"pin\"\n", "", "LoadCredential="},
      {"two PINs", "pin_file = \"pin\"", "pin_file = \"pin\"\npin_credential = \"p\"", "not both"},
      {"credential's path", "pin_file = \"pin\"", "pin_credential = \"/run/p\"", "is a name, not a path"},
      {"token key", "pin_file = \"pin\"", "pin_file = \"pin\"\npin = \"1234\"", "unknown key `token.pin`"},
      {"limits", "[ledger]", "[limits]\nbody_bytes = -1\n[ledger]", "limits.body_bytes"},
      {"crl", "[ledger]", "[crl]\nnext_update_hours = 24\nrefresh_hours = 24\n[ledger]",
       "less than next_update_hours"},
  };
  for (const auto& row : table) {
    const std::string text = refusal(replaced(k_good, row.what, row.by));
    EXPECT_THAT(text, testing::HasSubstr(row.says)) << row.name;
    EXPECT_THAT(text, testing::HasSubstr(file_.string() + ":")) << row.name << ": the place";
  }
}

TEST_F(ConfigTest, SaysThatTheFileIsMissing) {
  EXPECT_THROW(Config::load("/nonexistent/inkand.toml"), policy::Error);
}

}  // namespace
}  // namespace inkan::daemon
