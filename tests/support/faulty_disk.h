// A disk that fails as a test says: SQLite's own file layer behind a thin one that counts the writes and
// syncs of database and log files and lets the n-th go wrong. Every connection of the process goes through
// it.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <stdexcept>

namespace inkan::tests {

class FaultyDisk {
 public:
  enum class Call { write, sync };
  enum class Fault {
    fails,      // not done, and said so
    persisted,  // done, and yet an error is said
    full        // not done: there is no room
  };

  FaultyDisk() {
    if (layer().zName) return;
    real_ = sqlite3_vfs_find(nullptr);
    layer() = *real_;
    layer().zName = "faulty";
    layer().szOsFile += static_cast<int>(sizeof(File));
    layer().xOpen = [](sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
      const int status = real_->xOpen(real_, name, real(file), flags, out);
      file->pMethods = real(file)->pMethods ? &methods() : nullptr;
      return status;
    };
    if (sqlite3_vfs_register(&layer(), 1) != SQLITE_OK) throw std::runtime_error("no file layer of our own");
  }

  // The n-th such call from now on, counted from 1, has the fault; once.
  static void arm(Call call, long n, Fault fault) {
    fault_ = fault;
    left_[static_cast<int>(call)] = n;
  }
  // Whether the fault came.
  static bool disarm() {
    const bool came = left_[0] == 0 && left_[1] == 0;
    left_[0] = left_[1] = 0;
    return came;
  }
  static long seen(Call call) { return seen_[static_cast<int>(call)]; }

 private:
  struct File {
    sqlite3_file base;
  };

  static sqlite3_vfs& layer() {
    static sqlite3_vfs layer{};
    return layer;
  }
  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
  }
  static const sqlite3_io_methods* of(sqlite3_file* file) { return real(file)->pMethods; }

  static bool falls(Call call) {
    const int which = static_cast<int>(call);
    ++seen_[which];
    return left_[which] > 0 && --left_[which] == 0;
  }
  template <class Do>
  static int perform(Call call, int said, Do&& act) {
    if (!falls(call)) return act();
    if (fault_ == Fault::persisted) act();
    return fault_ == Fault::full ? SQLITE_FULL : said;
  }

  static const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods all = {
        3,
        [](sqlite3_file* f) { return of(f)->xClose(real(f)); },
        [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return of(f)->xRead(real(f), to, n, at); },
        [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
          return perform(Call::write, SQLITE_IOERR_WRITE,
                         [&] { return of(f)->xWrite(real(f), from, n, at); });
        },
        [](sqlite3_file* f, sqlite3_int64 size) { return of(f)->xTruncate(real(f), size); },
        [](sqlite3_file* f, int flags) {
          return perform(Call::sync, SQLITE_IOERR_FSYNC, [&] { return of(f)->xSync(real(f), flags); });
        },
        [](sqlite3_file* f, sqlite3_int64* size) { return of(f)->xFileSize(real(f), size); },
        [](sqlite3_file* f, int lock) { return of(f)->xLock(real(f), lock); },
        [](sqlite3_file* f, int lock) { return of(f)->xUnlock(real(f), lock); },
        [](sqlite3_file* f, int* out) { return of(f)->xCheckReservedLock(real(f), out); },
        [](sqlite3_file* f, int op, void* argument) { return of(f)->xFileControl(real(f), op, argument); },
        [](sqlite3_file* f) { return of(f)->xSectorSize(real(f)); },
        [](sqlite3_file* f) { return of(f)->xDeviceCharacteristics(real(f)); },
        [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
          return of(f)->xShmMap(real(f), page, size, extend, out);
        },
        [](sqlite3_file* f, int at, int n, int flags) { return of(f)->xShmLock(real(f), at, n, flags); },
        [](sqlite3_file* f) { of(f)->xShmBarrier(real(f)); },
        [](sqlite3_file* f, int remove) { return of(f)->xShmUnmap(real(f), remove); },
        [](sqlite3_file* f, sqlite3_int64 at, int n, void** out) {
          return of(f)->xFetch(real(f), at, n, out);
        },
        [](sqlite3_file* f, sqlite3_int64 at, void* page) { return of(f)->xUnfetch(real(f), at, page); }};
    return all;
  }

  inline static sqlite3_vfs* real_ = nullptr;
  inline static std::atomic<Fault> fault_ = Fault::fails;
  inline static std::atomic<long> left_[2] = {0, 0}, seen_[2] = {0, 0};
};

}  // namespace inkan::tests
