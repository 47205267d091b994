#include "daemon/cli/notes.h"

#include <iostream>

#include "daemon/cli/context.h"
#include "daemon/cli/print.h"
#include "policy/log/verifier.h"

namespace inkan::daemon::cli {

policy::NoteVerifier resolve_verifier(const std::string& given, const nlohmann::json& head) {
  if (given.empty())
    std::cerr << "note: the verifier key is the server's own word; give --verifier-key to hold it to one you "
                 "know\n";
  return policy::parse_verifier_key(given.empty() ? text_at(head, "verifier_key") : given);
}

policy::TreeHead open_note(const policy::NoteVerifier& verifier, const std::string& note,
                           const std::string& name) {
  const auto head = verifier.open(note);
  if (!head)
    throw Failure(
        Exit::refused, name + " is not signed by " + verifier.verifier_key(),
        "if the key was changed on purpose, its change is a leaf; otherwise treat the log as forged");
  return *head;
}

}  // namespace inkan::daemon::cli
