#include "daemon/store/sqlite/database.h"

#include <sqlite3.h>

#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

Statement::~Statement() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::int64_t value) {
  if (sqlite3_bind_int64(statement_, ++bound_, value) != SQLITE_OK) database_.fail("bind");
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  if (sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8) !=
      SQLITE_OK)
    database_.fail("bind");
  return *this;
}

Statement& Statement::bind(BytesView octets) {
  return bind(octets, SQLITE_TRANSIENT);
}

Statement& Statement::bind_borrowed(BytesView octets) {
  return bind(octets, SQLITE_STATIC);
}

Statement& Statement::bind(BytesView octets, void (*keeping)(void*)) {
  // A null pointer would bind NULL; an empty blob is a value.
  const void* const data = octets.empty() ? static_cast<const void*>("") : octets.data();
  if (sqlite3_bind_blob64(statement_, ++bound_, data, octets.size(), keeping) != SQLITE_OK)
    database_.fail("bind");
  return *this;
}

Statement& Statement::bind_null() {
  if (sqlite3_bind_null(statement_, ++bound_) != SQLITE_OK) database_.fail("bind");
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) database_.fail(sqlite3_sql(statement_));
  return false;
}

void Statement::run() {
  if (step())
    throw Error(ErrorCode::internal,
                std::string("a row where none was expected: ") + sqlite3_sql(statement_));
}

int Statement::changes() const {
  return sqlite3_changes(database_.handle_);
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
  const auto* text = sqlite3_column_text(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return text ? std::string(reinterpret_cast<const char*>(text), size) : std::string();
}

BytesView Statement::view(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data ? BytesView(data, size) : BytesView();
}

Bytes Statement::octets(int column) const {
  return policy::to_bytes(view(column));
}

Database::Database(const std::filesystem::path& file, Mode mode) : file_(file.string()) {
  int flags = SQLITE_OPEN_NOMUTEX;
  flags |= mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::create) flags |= SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2(file_.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    const std::string why = handle_ ? sqlite3_errmsg(handle_) : "out of memory";
    sqlite3_close(handle_);
    throw Error(ErrorCode::store,
                "the database " + file_ + " cannot be opened: " + why +
                    "; check state_dir and its owner, or run `inkan init` for a new authority");
  }
  try {
    sqlite3_busy_timeout(handle_, 5000);
    if (mode != Mode::read_only) execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
    execute("PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;");
    // KiB: readers are many and ask for little; there is one writer, whose indexes should stay.
    execute(mode == Mode::read_only ? "PRAGMA cache_size=-1024" : "PRAGMA cache_size=-8192");
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void Database::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

Statement Database::prepare(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return {*this, known->second};
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                         &statement, nullptr) != SQLITE_OK)
    fail(std::string(sql));
  statements_.emplace(sql, statement);
  return {*this, statement};
}

namespace {

using Handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

[[noreturn]] void fail_copy(const std::filesystem::path& file, int code, const char* why) {
  throw Error(ErrorCode::store, "the copy " + file.string() + " cannot be written: " + why +
                                    ((code & 0xff) == SQLITE_FULL ? ": free some space there" : ""));
}

Handle open_copy(const std::filesystem::path& file) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle copy(handle, sqlite3_close);
  if (code != SQLITE_OK) fail_copy(file, code, copy ? sqlite3_errmsg(copy.get()) : "out of memory");
  return copy;
}

}  // namespace

void Database::copy_to(const std::filesystem::path& file,
                       const std::function<void(int done, int all)>& progress) {
  constexpr int k_pages = 4096;  // at a time
  const Handle copy = open_copy(file);
  // One reading transaction round all steps: else what others write between two of them starts it anew.
  execute("BEGIN; SELECT count(*) FROM sqlite_schema;");
  int code = SQLITE_OK;
  if (sqlite3_backup* const backup = sqlite3_backup_init(copy.get(), "main", handle_, "main")) {
    int step = SQLITE_OK;
    while ((step = sqlite3_backup_step(backup, k_pages)) == SQLITE_OK)
      progress(sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup),
               sqlite3_backup_pagecount(backup));
    // Of a step that found something locked, the end alone would not tell.
    const int end = sqlite3_backup_finish(backup);
    code = step == SQLITE_DONE ? end : step;
  } else {
    code = sqlite3_errcode(copy.get());
  }
  execute("COMMIT");
  // The copied pages say that there is a log beside them.
  if (code == SQLITE_OK)
    code = sqlite3_exec(copy.get(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_copy(file, code, sqlite3_errstr(code));
}

void Database::fail(const std::string& doing) const {
  const std::string hint = disk_full() ? "; the disk is full: free some space" : "";
  throw Error(ErrorCode::store, "the database " + file_ + " failed: " + sqlite3_errmsg(handle_) + " (" +
                                    std::to_string(sqlite3_extended_errcode(handle_)) +
                                    ") in: " + doing.substr(0, 120) + hint);
}

bool Database::failed() const {
  const int code = sqlite3_errcode(handle_) & 0xff;
  return code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE && code != SQLITE_CONSTRAINT;
}

bool Database::disk_full() const {
  return (sqlite3_errcode(handle_) & 0xff) == SQLITE_FULL;
}

}  // namespace inkan::daemon
