// Makes OCSP responses: reads what is true, records the intent for a batch at once, signs one by one. It has
// a few threads, and with them its share of the token: however many strangers ask, the rest is for issuing
// and revoking.
#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "daemon/ledger/unfinished.h"
#include "daemon/live.h"
#include "daemon/ocsp/ocsp_settings.h"
#include "daemon/ocsp/responder_certificates.h"
#include "daemon/ocsp/response_cache.h"
#include "pkcs11/ocsp_signer.h"
#include "policy/engine.h"

namespace inkan::daemon {

// Certificates of one authority: who answers for it answers for no other.
struct OcspQuestion {
  const CertificateAuthority* authority;
  std::vector<policy::CertId> ids;
  std::optional<policy::Bytes> nonce;
};

class ResponseSigning {
 public:
  ResponseSigning(const policy::Engine& engine, IntentLedger& ledger, Unfinished& unfinished, Store& store,
                  pkcs11::OcspSigner& signer, const ResponderCertificates& responders, ResponseCache& cache,
                  const Live<OcspSettings>& settings);
  ~ResponseSigning();  // answers all that waits by Error{unavailable}

  void start(int threads);
  // Throws Error{unavailable} if there is none by the deadline, or too many wait.
  ResponseCache::Answer ask(OcspQuestion question, std::chrono::steady_clock::time_point deadline);
  // For the cache, when nobody waits; forgotten if too much is to be done already.
  void sign_later(OcspQuestion question);
  // Why the last response that should have been made was not; empty if it was made.
  std::string failure() const;

 private:
  struct Item {
    OcspQuestion question;
    std::promise<ResponseCache::Answer> answer;
    std::chrono::steady_clock::time_point deadline;
    int turns = 0;
  };
  using Batch = std::vector<std::unique_ptr<Item>>;
  struct Prepared {
    std::unique_ptr<Item> item;
    std::shared_ptr<const policy::OcspResponder> responder;
    ResponseCache::Epoch read_at;
  };

  void run();
  Batch take_batch();
  void sign(Batch batch);
  policy::Approved<policy::OcspResponseData> compose(Prepared& prepared);
  policy::CertStatus status_of(const CertificateAuthority& authority, const policy::Serial& serial);
  void sign_one(Prepared prepared, policy::Recorded<policy::OcspResponseData> recorded, OcspTally& tally);
  void release(Prepared prepared, const policy::OcspResponseData::Fields& fields, policy::Bytes der);
  void give_up(Prepared& prepared, OcspTally& tally);
  void fail(Item& item, std::exception_ptr why);

  const policy::Engine& engine_;
  IntentLedger& ledger_;
  Unfinished& unfinished_;
  Store& store_;
  pkcs11::OcspSigner& signer_;
  const ResponderCertificates& responders_;
  ResponseCache& cache_;
  const Live<OcspSettings>& settings_;

  mutable std::mutex mutex_;  // guards all below
  std::string failure_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Item>> asked_, later_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace inkan::daemon
