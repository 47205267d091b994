// Authorities whose certificates CAs outside make: what the log must tell of their requests and imports.
#include <gmock/gmock.h>

#include "tests/support/control_story.h"

namespace inkan::policy {
namespace {

using test::Control;
using test::officer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Outside : Control {
  void approve(const std::string& id, ActKind kind) {
    ask(id, 2, officer("o1"), name(kind));
    vote(id, officer("o1"));
    vote(id, officer("o2"));
    close(id, "approved");
  }
  void request(const std::string& id, const std::string& key, bool is_signed = true) {
    Event done{.type = EventType::ca_request, .target = {"authority", "outer"}};
    done.detail = {{"ceremony_id", id},
                   {"profile", "issuing-ca"},
                   {"sha256", std::string(64, '2')},
                   {"spki_sha256", key},
                   {"tries", 1}};
    if (is_signed) {
      Event intent{.type = EventType::sign_intent};
      intent.detail = {{"purpose", "certification-request"},
                       {"key_id", log.ca_key()},
                       {"tbs_sha256", std::string(64, '1')},
                       {"ceremony_id", id}};
      done.detail["intent"] = log.append(intent);
    }
    log.append(done);
  }
  void import(const std::string& id, const std::string& key) {
    Event event{.type = EventType::ca_import, .target = {"authority", "outer"}};
    event.detail = {{"chain", {std::string(64, '3')}},
                    {"key_id", log.ca_key()},
                    {"request", id},
                    {"sha256", std::string(64, '4')},
                    {"spki_sha256", key}};
    log.append(event);
  }
  const std::string spki = std::string(64, '5');
};

TEST(ApprovalsStory, HasAuthoritiesOutsideByRequestAndImport) {
  Outside good;
  good.approve("r", ActKind::request_authority);
  good.request("r", good.spki);
  good.approve("i", ActKind::import_authority);
  good.import("i", good.spki);
  EXPECT_THAT(good.end(), IsEmpty());
  EXPECT_EQ(good.story.signings().counts().requests, 1U);
}

TEST(ApprovalsStory, FindsWhatWasTakenFromOutsideWithoutARightTo) {
  Outside unasked;
  unasked.approve("i", ActKind::import_authority);
  unasked.import("i", unasked.spki);
  EXPECT_THAT(unasked.end(), ElementsAre(HasSubstr("waits for none")));

  Outside twice;
  twice.approve("r", ActKind::request_authority);
  twice.request("r", twice.spki);
  for (const auto* id : {"i", "j"}) {
    twice.approve(id, ActKind::import_authority);
    twice.import(id, twice.spki);
  }
  EXPECT_THAT(twice.end(), ElementsAre(HasSubstr("waits for none")));

  Outside of_another_act;
  of_another_act.approve("r", ActKind::import_authority);
  of_another_act.request("r", of_another_act.spki);
  EXPECT_THAT(of_another_act.end(), ElementsAre(HasSubstr("without an approval of its own")));

  Outside unsigned_request;
  unsigned_request.approve("r", ActKind::request_authority);
  unsigned_request.request("r", unsigned_request.spki, false);
  EXPECT_THAT(unsigned_request.end(), ElementsAre(HasSubstr("without intent"), HasSubstr("nothing signed")));
}

}  // namespace
}  // namespace inkan::policy
