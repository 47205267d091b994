// A request for an act, as the store keeps it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/sqlite/database.h"
#include "policy/dual_control/act.h"
#include "policy/dual_control/tally.h"
#include "policy/types/tree_head.h"

namespace inkan::daemon {

// Of an approved act that is not done in its last vote's own transaction, or could not be: how far it is.
enum class ActWork { none, waiting, running, undoing, done, failed };
std::string_view name(ActWork work);  // "" for none

struct ApprovalRow {
  std::string id;
  policy::Act act;
  std::string nonce;
  policy::Tally tally;  // needed and officers; the votes are counted where they are asked for
  std::string requester;
  policy::Instant created, expires;
  std::string state;  // as a close wrote it, or "open"
  policy::LeafIndex leaf = 0;
  std::optional<policy::LeafIndex> result_leaf;
  ActWork work = ActWork::none;
  std::string failure;  // why it could not be carried out

  static std::optional<ApprovalRow> find(Database& database, const std::string& id);
  static std::vector<ApprovalRow> of_state(Database& database, const std::string& state);
  static std::vector<ApprovalRow> newest(Database& database, int most);  // the newest first

  static std::vector<ApprovalRow> in_work(
      Database& database);  // waiting, running or undoing, the oldest first
  void insert(Database& database) const;
  static void set_work(Database& database, const std::string& id, ActWork work,
                       const std::string& failure = "");
  // Between a request's last moment and the job that writes so, it is expired all the same.
  std::string state_at(policy::Instant now) const;
};

}  // namespace inkan::daemon
