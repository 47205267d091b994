// A PKCS#11 module: loaded, initialised and finalised by one owner per process, whatever the number of its
// tokens.
#pragma once

#include <p11-kit/pkcs11.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "pkcs11/call_gate.h"

namespace inkan::pkcs11 {

// Module::reinitialise's answer when calls are stuck inside. No function of ours returns it for itself.
constexpr CK_RV k_calls_stuck = CKR_FUNCTION_NOT_PARALLEL;

class Module {
 public:
  // The module at that path: the one already loaded, or a new one. Throws Error{config} for a file that is
  // missing, is no PKCS#11 module, or was loaded with other init args; Error{token} if C_Initialize fails.
  static std::shared_ptr<Module> load(const std::filesystem::path& path, const std::string& init_args);
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  const std::string& path() const { return path_; }
  // How often it was initialised. Slots, sessions and handles belong to one generation.
  std::uint64_t generation() const { return generation_.load(); }

  // Every call into the module passes here: `call` gets the function list and returns a CK_RV. Refused with
  // CKR_CRYPTOKI_NOT_INITIALIZED while the module is being finalised, and with CKR_SESSION_HANDLE_INVALID
  // when `generation` is past, because a stale handle may by now be somebody else's.
  template <class Call>
  CK_RV call(std::uint64_t generation, Call&& call) {
    const Passage passage(gate_);
    if (!passage.granted()) return CKR_CRYPTOKI_NOT_INITIALIZED;
    if (generation != generation_.load()) return CKR_SESSION_HANDLE_INVALID;
    return call(*functions_);
  }

  // C_Finalize, C_Initialize, unless somebody has done so since `seen`. k_calls_stuck if calls are still
  // inside at the deadline; CKR_FUNCTION_FAILED if another part of the process initialised the module.
  CK_RV reinitialise(std::uint64_t seen, Deadline deadline);

  // Tokens of this module that sign: initialising it anew for the sake of another logs them out.
  std::atomic<int>& healthy_tokens() { return healthy_tokens_; }
  // When one of its tokens last made a signature.
  void note_signature() { signed_at_ = std::chrono::steady_clock::now(); }
  std::chrono::steady_clock::time_point signed_at() const { return signed_at_; }

 private:
  class Passage {
   public:
    explicit Passage(CallGate& gate) : gate_(gate), granted_(gate.enter()) {}
    ~Passage() {
      if (granted_) gate_.leave();
    }
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;
    bool granted() const { return granted_; }

   private:
    CallGate& gate_;
    bool granted_;
  };

  Module(std::string path, std::string init_args);
  CK_RV initialise();

  std::string path_;
  std::string init_args_;
  CK_FUNCTION_LIST* functions_ = nullptr;  // the module's own; lives as long as the process
  bool ours_ = true;                       // we called C_Initialize, so we may finalise
  CallGate gate_;
  std::mutex reinitialising_;  // one C_Finalize/C_Initialize at a time
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<int> healthy_tokens_{0};
  std::atomic<std::chrono::steady_clock::time_point> signed_at_{};
};

}  // namespace inkan::pkcs11
