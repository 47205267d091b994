#include "policy/log/event_type.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>

#include "policy/log/story/catalogue.h"

namespace inkan::policy {
namespace {

// The catalogue as auditors read it: type to the text of its last column. A reader of its own.
std::map<std::string, std::string> documented() {
  std::ifstream in(INKAN_SOURCE_DIR "/packaging/doc/auditor.md");
  std::map<std::string, std::string> found;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("| type | when |")) inside = true;
    if (!line.starts_with("|")) inside = false;
    if (!inside || !line.starts_with("| `")) continue;
    const auto end = line.find('`', 3);
    const auto last = line.rfind('|', line.size() - 2);
    EXPECT_TRUE(found.emplace(line.substr(3, end - 3), line.substr(last)).second) << line;
  }
  return found;
}

TEST(EventTypes, AreTheTableOfTheAuditorsGuide) {
  std::set<std::string> types, rows;
  for (const auto type : all_event_types()) types.insert(std::string(name(type)));
  for (const auto& [type, fields] : documented()) rows.insert(type);
  EXPECT_EQ(types, rows);
  EXPECT_EQ(types.size(), all_event_types().size());
}

TEST(EventTypes, PromiseWhatTheGuideSays) {
  const auto rows = documented();
  for (const auto type : all_event_types())
    for (const auto& field : known_type(type).detail) {
      if (!field.required) continue;
      EXPECT_THAT(rows.at(std::string(name(type))), testing::HasSubstr(std::string(field.name)))
          << name(type);
    }
}

}  // namespace
}  // namespace inkan::policy
