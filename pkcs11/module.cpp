#include "pkcs11/module.h"

#include <dlfcn.h>

#include <map>

#include "pkcs11/cryptoki_error.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;

// Guards `modules` and with it every first C_Initialize and last C_Finalize.
std::mutex& registry_mutex() {
  static std::mutex mutex;
  return mutex;
}
std::map<std::string, std::weak_ptr<Module>>& registry() {
  static std::map<std::string, std::weak_ptr<Module>> modules;
  return modules;
}

CK_FUNCTION_LIST* function_list(const std::string& path) {
  // Never dlclose()d: modules start threads and register exit handlers, whose code must stay mapped.
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const why = dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps it per thread
    throw Error(ErrorCode::config, "PKCS#11 module " + path +
                                       " cannot be loaded: " + (why ? why : "unknown reason") +
                                       ". Set the token's `module` to the vendor's library, e.g. "
                                       "/usr/lib/softhsm/libsofthsm2.so");
  }
  const auto entry = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  // Once per module: p11-kit's client makes every further list an application of its own, with its own login.
  if (entry == nullptr || entry(&functions) != CKR_OK || functions == nullptr)
    throw Error(ErrorCode::config,
                path + " is a shared library but not a PKCS#11 module (no C_GetFunctionList)");
  return functions;
}

}  // namespace

std::shared_ptr<Module> Module::load(const std::filesystem::path& path, const std::string& init_args) {
  std::error_code ignored;
  const auto canonical = std::filesystem::canonical(path, ignored);
  const std::string name = canonical.empty() ? path.string() : canonical.string();
  const std::lock_guard lock(registry_mutex());
  if (auto loaded = registry()[name].lock()) {
    if (loaded->init_args_ != init_args)
      throw Error(ErrorCode::config,
                  "PKCS#11 module " + name +
                      " is configured twice with different init_args; a module is initialised once, so "
                      "give all its tokens the same");
    return loaded;
  }
  // The deleter runs ~Module under the registry's lock, so that a new owner never meets a half finalised
  // module.
  std::shared_ptr<Module> module(new Module(name, init_args), [](Module* last) {
    const std::lock_guard guard(registry_mutex());
    delete last;
  });
  registry()[name] = module;
  return module;
}

Module::Module(std::string path, std::string init_args)
    : path_(std::move(path)), init_args_(std::move(init_args)) {
  static std::map<std::string, CK_FUNCTION_LIST*> lists;  // guarded by the registry's lock
  auto& functions = lists[path_];
  if (functions == nullptr) functions = function_list(path_);
  functions_ = functions;
  const CK_RV rv = initialise();
  ours_ = rv != CKR_CRYPTOKI_ALREADY_INITIALIZED;
  if (ours_ && rv != CKR_OK)
    throw Error(ErrorCode::token,
                "C_Initialize of " + path_ + " failed with " + rv_name(rv) +
                    ": check init_args and the module's own configuration (SoftHSM: the file "
                    "named by SOFTHSM2_CONF and its token directory must be readable)");
  generation_ = 1;
}

CK_RV Module::initialise() {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  arguments.pReserved = init_args_.empty() ? nullptr : init_args_.data();
  return functions_->C_Initialize(&arguments);
}

CK_RV Module::reinitialise(std::uint64_t seen, Deadline deadline) {
  const std::lock_guard lock(reinitialising_);
  if (generation_.load() != seen) return CKR_OK;
  if (!ours_) return CKR_FUNCTION_FAILED;
  if (!gate_.shut(deadline)) return k_calls_stuck;
  // Its answer does not matter: a dead remote module fails to finalise, and is initialised anew all the same.
  functions_->C_Finalize(nullptr);
  const CK_RV rv = initialise();
  ++generation_;
  gate_.open();
  return rv;
}

Module::~Module() {
  // A stuck call holds its session, and with it this object; whoever runs this is alone with the module.
  if (ours_) functions_->C_Finalize(nullptr);
}

}  // namespace inkan::pkcs11
