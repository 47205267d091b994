// SQLite as values: a connection, prepared statements, errors as Error{store}. It knows no table.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "policy/types/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

namespace inkan::daemon {

using policy::Bytes;
using policy::BytesView;

class Database;

// One use of a prepared statement: bound, stepped through, and reset when it goes out of scope. Borrowed from
// its Database, so it must not outlive it, nor another use of the same SQL.
class Statement {
 public:
  Statement(Database& database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds the next `?` in turn.
  Statement& bind(std::int64_t value);
  Statement& bind(int value) { return bind(std::int64_t{value}); }
  Statement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(std::string_view text);
  Statement& bind(const char* text) { return bind(std::string_view(text)); }
  Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
  Statement& bind(BytesView octets);
  Statement& bind(const Bytes& octets) { return bind(BytesView(octets)); }
  Statement& bind_borrowed(BytesView octets);  // not copied: they must outlive this use of the statement
  Statement& bind_null();
  template <class T>
  Statement& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }

  bool step();  // true: a row is there. Throws Error{store}.
  void run();   // steps once and expects no row
  int changes() const;

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  Bytes octets(int column) const;
  BytesView view(int column) const;  // the same without a copy: borrowed, until the next step
  bool is_null(int column) const;

 private:
  Statement& bind(BytesView octets, void (*keeping)(void*));

  Database& database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

class Database {
 public:
  enum class Mode { create, existing, read_only };

  // WAL and synchronous=FULL: a commit that returned is on disk. Mode `existing` never makes a file: a
  // missing database is an error, not a fresh one. Throws Error{store} naming the file and how to mend it.
  Database(const std::filesystem::path& file, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const char* sql);            // one or more statements, without results
  Statement prepare(std::string_view sql);  // cached by its text

  // All of it as it is at one moment, into a file that is not there yet, while others go on writing
  // (SQLite's online backup). The file is whole by itself: it has no log beside it. `progress` hears now and
  // then how many pages of how many are copied. Throws Error{store}; what was written by then stays.
  void copy_to(const std::filesystem::path& file, const std::function<void(int done, int all)>& progress);

  // What SQLite says of its last failure, as Error{store}; "disk full" is told apart for the caller.
  [[noreturn]] void fail(const std::string& doing) const;
  bool disk_full() const;
  bool failed() const;  // the last call failed in a way that is not one statement's own (a constraint)

 private:
  friend class Statement;
  sqlite3* handle_ = nullptr;
  std::string file_;
  // Found by a view: every statement of every transaction is looked up here.
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, sqlite3_stmt*, Hash, std::equal_to<>> statements_;
};

}  // namespace inkan::daemon
