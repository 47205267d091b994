// A fresh SoftHSM token in a temporary folder, for one test process; and the shim in front of it.
#pragma once

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "pkcs11/token.h"
#include "pkcs11/token_init.h"

namespace inkan::tests {

inline const std::string k_shim = std::string(INKAN_BINARY_DIR) + "/tests/support/p11-shim.so";
#ifdef __SANITIZE_ADDRESS__
inline const char* const k_softhsm = k_shim.c_str();  // which tells SoftHSM's leaks from ours
#else
inline constexpr const char* k_softhsm = "/usr/lib/softhsm/libsofthsm2.so";
#endif

class SofthsmToken {
 public:
  // Must come before any other use of SoftHSM in the process: SOFTHSM2_CONF is read at C_Initialize only.
  explicit SofthsmToken(const std::string& label = "inkan-test") : label_(label) {
    std::string pattern = (std::filesystem::temp_directory_path() / "inkan-token-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    std::filesystem::create_directory(tokens());
    write(configuration(), "directories.tokendir = " + tokens().string() +
                               "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n");
    setenv("SOFTHSM2_CONF", configuration().c_str(), 1);
    write(pin_file(), "1234-user\n");
    std::filesystem::permissions(pin_file(), std::filesystem::perms::owner_read);
    add(label);
  }
  ~SofthsmToken() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  SofthsmToken(const SofthsmToken&) = delete;
  SofthsmToken& operator=(const SofthsmToken&) = delete;

  // Another token in the same store.
  void add(const std::string& label) const {
    pkcs11::init_token(k_softhsm, "", label, pkcs11::Pin::from_text("5678-officer"), pin());
  }

  const std::string& label() const { return label_; }
  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path tokens() const { return folder_ / "tokens"; }
  std::filesystem::path configuration() const { return folder_ / "softhsm2.conf"; }
  std::filesystem::path pin_file() const { return folder_ / "pin"; }
  pkcs11::Pin pin() const { return pkcs11::Pin::from_file(pin_file()); }
  pkcs11::TokenConfig config(const std::string& module = k_softhsm) const {
    pkcs11::TokenConfig config;
    config.name = "main";
    config.module = module;
    config.label = label_;
    config.sessions = 8;
    return config;
  }
  std::shared_ptr<pkcs11::Token> open(const std::string& module = k_softhsm) const {
    return pkcs11::Token::open(config(module), pin());
  }

 private:
  static void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path);
    file << text;
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
  }

  std::string label_;
  std::filesystem::path folder_;
};

// The shim's rules and counts, in this process.
class Shim {
 public:
  Shim() {
    void* const library = dlopen(k_shim.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    control_ = reinterpret_cast<void (*)(const char*)>(dlsym(library, "inkan_shim_control"));
    calls_ = reinterpret_cast<long (*)(const char*)>(dlsym(library, "inkan_shim_calls"));
    control_("reset-counts");
  }
  ~Shim() { control_(""); }  // releases what hangs
  Shim(const Shim&) = delete;
  Shim& operator=(const Shim&) = delete;

  void rules(const std::string& text) const { control_(text.c_str()); }
  long calls(const char* function) const { return calls_(function); }

 private:
  void (*control_)(const char*);
  long (*calls_)(const char*);
};

}  // namespace inkan::tests
