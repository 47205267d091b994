// The commands of `inkan`, one file each; main.cpp lists them.
#pragma once

#include "daemon/cli/context.h"

namespace CLI {
class App;
}

namespace inkan::daemon::cli {

void add_issue(CLI::App& app, Context& context);
void add_show(CLI::App& app, Context& context);
void add_list(CLI::App& app, Context& context);
void add_revoke(CLI::App& app, Context& context);
void add_release(CLI::App& app, Context& context);
void add_organisations(CLI::App& app, Context& context);
void add_users(CLI::App& app, Context& context);
void add_enrolments(CLI::App& app, Context& context);
void add_publish(CLI::App& app, Context& context);
void add_receipt(CLI::App& app, Context& context);
void add_ledger(CLI::App& app, Context& context);
void add_events(CLI::App& app, Context& context);
void add_approvals(CLI::App& app, Context& context);
void add_issuing(CLI::App& app, Context& context);
void add_ca(CLI::App& app, Context& context);
void add_keys(CLI::App& app, Context& context);
void add_roles(CLI::App& app, Context& context);
void add_profile(CLI::App& app, Context& context);
void add_blocklist(CLI::App& app, Context& context);
void add_evidence(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_reconcile(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_init(CLI::App& app, Context& context);      // in-process, on an empty store and token
void add_ceremony(CLI::App& app, Context& context);  // the same, by officers' votes
void add_token(CLI::App& app, Context& context);     // in-process, on a PKCS#11 module
void add_backup(CLI::App& app, Context& context);    // on the state directory
void add_restore(CLI::App& app, Context& context);   // on a backup and the tokens
void add_unlock(CLI::App& app, Context& context);    // over the local socket of an inkand that starts

void add_user_import(CLI::App& user, Context& context);    // part of user
void add_prove_backup(CLI::App& token, Context& context);  // part of token

}  // namespace inkan::daemon::cli
