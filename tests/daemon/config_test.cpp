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

TEST_F(ConfigTest, EndsForAHungTokenAfterTenSecondsUnlessToldOtherwise) {
  const auto with = [](const char* line) {
    return replaced(k_good, "[ledger]", std::string(line) + "[ledger]");
  };
  EXPECT_EQ(load(k_good).tokens.at(0).stuck_exit, std::chrono::seconds(10));
  EXPECT_EQ(load(with("stuck_exit_s = 300\n")).tokens.at(0).stuck_exit, std::chrono::seconds(300));
  EXPECT_EQ(load(with("stuck_exit_s = 0\n")).tokens.at(0).stuck_exit, std::chrono::seconds(0));
  EXPECT_THAT(refusal(with("stuck_exit_s = -1\n")), testing::HasSubstr("stuck_exit_s"));
}

TEST_F(ConfigTest, OpensMetricsWhereAskedAndToThisMachineUnlessToldOtherwise) {
  EXPECT_EQ(load(k_good).metrics.host, "");
  const auto plain = load(replaced(k_good, "[ledger]", "[metrics]\n[ledger]")).metrics;
  EXPECT_EQ(plain.host, "127.0.0.1");
  EXPECT_EQ(plain.port, 9464);
  const auto told =
      load(replaced(k_good, "[ledger]", "[metrics]\naddress = \"10.0.0.1:1\"\n[ledger]")).metrics;
  EXPECT_EQ(told.host, "10.0.0.1");
  EXPECT_EQ(told.port, 1);
}

constexpr const char* k_witness_key =
    "witness.example.test/w1+6c8d503b+BCLSWSb2j0PYGTJQdmX3+meDP/MaedjjQxnEhvvpcWys";

std::string with_witness(const std::string& lines, const std::string& key = k_witness_key) {
  return std::string(k_good) + "[[witness]]\nverifier_key = \"" + key + "\"\n" + lines;
}

TEST_F(ConfigTest, ReadsWhoIsAskedToCosign) {
  EXPECT_TRUE(load(k_good).witnesses.empty());
  const auto config = load(with_witness("url = \"http://127.0.0.1:7380/w/\"\n"));
  ASSERT_EQ(config.witnesses.size(), 1U);
  const auto& witness = config.witnesses[0];
  EXPECT_EQ(witness.verifier.name(), "witness.example.test/w1");
  EXPECT_EQ(witness.address.authority(), "127.0.0.1:7380");
  EXPECT_EQ(witness.address.path, "/w");
  EXPECT_FALSE(witness.address.tls);
  EXPECT_EQ(load(with_witness("url = \"http://[::1]:7380\"\n")).witnesses.at(0).address.authority(),
            "[::1]:7380");
  const std::string self = file_.string();
  const auto secure = load(with_witness("url = \"https://witness.example.test\"\nca = \"" + self + "\"\n"));
  EXPECT_TRUE(secure.witnesses.at(0).address.tls);
  EXPECT_EQ(secure.witnesses.at(0).address.port, 443);
  EXPECT_EQ(secure.witnesses.at(0).ca, file_);
}

TEST_F(ConfigTest, RefusesAWitnessThatCannotBeAskedOrBelieved) {
  const std::string url = "url = \"http://127.0.0.1:7380\"\n";
  const std::string again = with_witness(url).substr(std::string(k_good).size());
  struct {
    const char* name;
    std::string text;
    const char* says;
  } const table[] = {
      {"no url", with_witness(""), "`witness.url` is missing"},
      {"another scheme", with_witness("url = \"ftp://x\"\n"), "is not http://host"},
      {"a query", with_witness("url = \"http://x/?a=b\"\n"), "is not http://host"},
      {"a user", with_witness("url = \"http://a:b@x/\"\n"), "is not http://host"},
      {"ca of http", with_witness(url + "ca = \"ca.pem\"\n"), "is for https"},
      {"no such ca", with_witness("url = \"https://x\"\nca = \"/nonexistent\"\n"), "cannot be read"},
      {"unknown key", with_witness(url + "name = \"w\"\n"), "unknown key"},
      {"a log's key",
       with_witness(url, "inkan.example.test/log-1+c5bc303a+AQXjJlB4YgMKeyAFleG4lvICgVSvFxMtcs5ooEMpZNF2"),
       "is not 4"},
      {"another key id", with_witness(url, std::string(k_witness_key).replace(24, 1, "7")), "key id"},
      {"twice", with_witness(url) + again, "twice"},
  };
  for (const auto& row : table) EXPECT_THAT(refusal(row.text), testing::HasSubstr(row.says)) << row.name;
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
      {"two PINs", "pin_file = \"pin\"", "pin_file = \"pin\"\npin_credential = \"p\"", "only one of them"},
      {"a PIN and entry", "pin_file = \"pin\"", "pin_file = \"pin\"\npin_entry = true", "only one of them"},
      {"no entry", "pin_file = \"pin\"", "pin_entry = false", "`pin_entry = true` is needed"},
      {"no file's name", "pin_file = \"pin\"", "pin_file = \"\"", "pin_file` is empty"},
      {"no credential's name", "pin_file = \"pin\"", "pin_credential = \"\"", "pin_credential` is empty"},
      {"credential's path", "pin_file = \"pin\"", "pin_credential = \"/run/p\"", "is a name, not a path"},
      {"token key", "pin_file = \"pin\"", "pin_file = \"pin\"\npin = \"1234\"", "unknown key `token.pin`"},
      {"limits", "[ledger]", "[limits]\nbody_bytes = -1\n[ledger]", "limits.body_bytes"},
      {"metrics", "[ledger]", "[metrics]\naddress = \"9464\"\n[ledger]", "metrics.address"},
      {"metrics key", "[ledger]", "[metrics]\nport = 1\n[ledger]", "unknown key `metrics.port`"},
      {"standby for nobody", "pin_file = \"pin\"", "pin_file = \"pin\"\nstandby_for = \"x\"",
       "stands by for \"x\""},
      {"standby for itself", "pin_file = \"pin\"", "pin_file = \"pin\"\nstandby_for = \"ca\"",
       "no standby itself"},
      {"revocation", "[ledger]", "[revocation]\nalone = 1001\n[ledger]", "alone"},
      {"no shards", "[ledger]", "[crl]\nshards = 0\n[ledger]", "shards"},
      {"too many shards", "[ledger]", "[crl]\nshards = 129\n[ledger]", "shards"},
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

TEST_F(ConfigTest, ReadsSubscribersAndTheirMail) {
  const std::string subscribers = std::string(k_good) + "[subscribers]\npack = \"rokin\"\n";
  const std::string mail = "[mail]\nserver = \"mail.example:587\"\nfrom = \"ca@example.jp\"\n";
  EXPECT_FALSE(load(k_good).subscribers);
  const auto config = load(subscribers + mail + "user = \"inkan\"\npassword_file = \"secret\"\n");
  EXPECT_EQ(config.subscribers->password.memory_kib, 19'456);
  EXPECT_EQ(config.mail->host, "mail.example");
  EXPECT_EQ(config.mail->tls, MailSettings::Tls::starttls);
  EXPECT_EQ(config.mail->password_file, file_.parent_path() / "secret");
  for (const auto& [text, complaint] : std::vector<std::pair<std::string, const char*>>{
           {subscribers, "`mail` is missing: the policy pack rokin sends mails"},
           {k_good + mail, "of no use without [subscribers]"},
           {replaced(subscribers, "rokin", "rokn") + mail, "no policy pack \"rokn\""},
           {replaced(subscribers, "rokin", "none.toml") + mail, "none.toml cannot be read"},
           {subscribers + mail + "folder = \"mail\"\n", "only one of them"},
           {subscribers + replaced(mail, ":587", ""), "must be host:port"},
           {subscribers + replaced(mail, "ca@example.jp", "ca"), "is not a mail address"},
           {subscribers + mail + "user = \"inkan\"\n", "go together"},
           {subscribers + mail + "tls = \"none\"\nuser = \"a\"\npassword_file = \"b\"\n", "in the clear"},
           {subscribers + mail + "tls = \"ssl\"\n", "known: starttls, from-the-start, none"},
           {subscribers + "password_memory_kib = 1\n" + mail, "password_memory_kib` is 1"},
       })
    EXPECT_THAT(refusal(text), testing::HasSubstr(complaint)) << text;
}

TEST_F(ConfigTest, ReadsTheStaffsPage) {
  const std::string good =
      std::string(k_good) +
      "[subscribers]\npack = \"rokin\"\n[mail]\nfolder = \"mails\"\nfrom = "
      "\"ca@example.jp\"\n[staff]\npage = \"staff\"\norigin = \"https://ca.inside:8443\"\n";
  EXPECT_FALSE(load(k_good).staff);
  EXPECT_FALSE(load_staff_page(load(k_good)));
  const auto config = load(good);
  EXPECT_EQ(config.staff->page, file_.parent_path() / "staff");
  EXPECT_EQ(config.staff->origin, "https://ca.inside:8443");
  const auto page_fault = [&] {
    try {
      load_staff_page(config);
    } catch (const policy::Error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  EXPECT_THAT(page_fault(), testing::HasSubstr("`page` names " + config.staff->page.string() +
                                               ", which holds no index.html"));
  std::filesystem::create_directories(config.staff->page);
  std::ofstream(config.staff->page / "index.html") << "<!doctype html>";
  EXPECT_EQ(page_fault(), "none");
  std::filesystem::remove_all(config.staff->page);
  for (const auto& [text, complaint] : std::vector<std::pair<std::string, const char*>>{
           {k_good + good.substr(good.find("[staff]")), "of no use without [subscribers]"},
           {replaced(good, "inside:8443", "inside:8443/"), "staff.origin` is \"https://ca.inside:8443/\""},
           {replaced(good, "https://ca.inside:8443", "http://ca.inside"), "what browsers call it"},
           {replaced(good, "https://ca.inside:8443", "https://CA.inside:8443"), "in lower case"},
           {replaced(good, "https://ca.inside:8443", "https://ca.inside:443"), "the port 443"},
           {replaced(good, "page = \"staff\"", "page = \"\""), "is empty"},
           {replaced(good, "page = \"staff\"\n", ""), "staff.page` is missing"},
           {good + "web = \"x\"\n", "staff.web"},
       })
    EXPECT_THAT(refusal(text), testing::HasSubstr(complaint)) << text;
}

}  // namespace
}  // namespace inkan::daemon
