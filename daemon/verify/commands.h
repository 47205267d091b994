// The commands of inkan-verify. They read files and a public key, and print a verdict.
#pragma once

namespace CLI {
class App;
}

namespace inkan::daemon::verify {

enum class Exit { good = 0, bad = 1, usage = 2 };

// Each adds its command; running it leaves the verdict in `exit`.
void add_log(CLI::App& app, Exit& exit);
void add_pack(CLI::App& app, Exit& exit);
void add_receipt(CLI::App& app, Exit& exit);

}  // namespace inkan::daemon::verify
