#include <algorithm>

#include "policy/rules/rule.h"

namespace inkan::policy {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& each : list) text += (text.empty() ? "" : ", ") + each;
  return text.empty() ? "none" : text;
}

bool is_server(const Profile& profile) {
  return contains(profile.extended_key_usage, "1.3.6.1.5.5.7.3.1");
}

}  // namespace

std::optional<Denial> judge_subject(const RuleInput& input) {
  const Profile& profile = input.profile;
  const std::string clause = profile.label() + ", subject";
  std::vector<std::string> seen;
  for (const auto& [type, value] : input.request.subject().attributes()) {
    if (!contains(profile.subject_required, type) && !contains(profile.subject_optional, type))
      return Denial{"name.attribute", clause,
                    std::string("the subject has ")
                        .append(type)
                        .append("=")
                        .append(value)
                        .append(", which profile ")
                        .append(profile.name)
                        .append(" does not take"),
                    "leave it out, or send `subject` with only: " + joined(profile.subject_required) +
                        " (required), " + joined(profile.subject_optional) + " (optional)"};
    // OU may repeat; of the others a second one would leave it open which of them is meant.
    if (type != "OU" && contains(seen, type))
      return Denial{"name.repeated", clause, "the subject has " + type + " more than once",
                    "send each attribute once"};
    seen.push_back(type);
  }
  for (const auto& type : profile.subject_required)
    if (!contains(seen, type))
      return Denial{"name.required", clause, "the subject has no " + type,
                    "add " + type + " to the request's subject or send `subject`"};
  // BR §7.1.4.3: a server's CN, if there is one, is one of its names.
  if (is_server(profile))
    for (const auto& [type, value] : input.request.subject().attributes()) {
      const auto& names = input.request.subject_alt_names();
      const bool listed = std::any_of(names.begin(), names.end(),
                                      [&wanted = value](const GeneralName& n) { return n.value == wanted; });
      if (type == "CN" && !listed)
        return Denial{"name.cn-not-in-san", "CA/B Forum BR §7.1.4.3",
                      "CN=" + value + " is not among the subject alternative names",
                      "add it to the request's subjectAltName, or leave the CN out"};
    }
  return std::nullopt;
}

}  // namespace inkan::policy
