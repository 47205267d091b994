#include "daemon/subscribers/parts.h"

#include <array>

#include "daemon/clock.h"

namespace inkan::daemon {
namespace {

policy::LeafIndex append_about(Writing& w, const policy::Identity& actor, policy::Event event,
                               const std::string& user) {
  event.target = {"user", user};
  event.detail["user_ref"] = user;
  const auto leaf = w.append(event, actor);
  add_history(w.database(), user, leaf);
  return leaf;
}

}  // namespace

policy::LeafIndex tell_of(Writing& w, const api::Call& call, policy::Event event, const std::string& user) {
  event.request_id = call.request_id;
  event.trace_id = call.trace_id;
  return append_about(w, call.identity, std::move(event), user);
}

policy::LeafIndex tell_of(Writing& w, const policy::Identity& job, policy::Event event,
                          const std::string& user) {
  return append_about(w, job, std::move(event), user);
}

policy::Event refusal_of(const std::string& op, const policy::Denial& denial) {
  policy::Event event{.type = policy::EventType::request_denied, .outcome = "denied"};
  event.detail = {{"op", op}, {"rule", denial.rule}, {"clause", denial.clause}};
  return event;
}

void post(Writing& w, const policy::Pack& pack, const std::string& user, Mail mail) {
  if (!pack.mail.kinds.contains(mail.kind)) return;
  OutboxRow row{
      0,      std::move(mail.once), mail.kind, user, std::move(mail.serial), std::move(mail.parameters), 0,
      w.now()};
  row.insert(w.database(), w.now());
}

Bytes ticket_hash(std::string_view text) {
  return policy::to_bytes(policy::sha256(policy::as_bytes(text)).bytes());
}

std::string new_ticket() {
  std::array<std::uint8_t, 32> octets;
  random_octets(octets);
  std::string text = policy::to_base64(octets);
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (text.ends_with('=')) text.pop_back();
  return text;
}

}  // namespace inkan::daemon
