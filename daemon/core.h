// Everything a running authority is made of, below HTTP: store, ledger, tokens, keys, authorities. Opened in
// one order, in which each step refuses to go on from a state it does not understand.
#pragma once

#include <memory>
#include <string>

#include "daemon/acts/act_desk.h"
#include "daemon/approvals/approvals.h"
#include "daemon/authority/certificate_authority.h"
#include "daemon/authority/crl_publisher.h"
#include "daemon/authority/identities.h"
#include "daemon/authority/issuance.h"
#include "daemon/authority/key_keeper.h"
#include "daemon/authority/open_authorities.h"
#include "daemon/authority/policies.h"
#include "daemon/authority/serial_source.h"
#include "daemon/authority/tls_certificate.h"
#include "daemon/config.h"
#include "daemon/evidence/evidence_desk.h"
#include "daemon/failover.h"
#include "daemon/ledger/checkpoint_keeper.h"
#include "daemon/ledger/cosigning.h"
#include "daemon/ledger/tile_files.h"
#include "daemon/ledger/unfinished.h"
#include "daemon/metrics/measurements.h"
#include "daemon/ocsp/ocsp_desk.h"
#include "daemon/store/instance_lock.h"
#include "daemon/tokens.h"
#include "policy/types/error.h"

namespace inkan::daemon {

// Parents before children: members are destroyed in the reverse of this order.
class Core {
 public:
  // `run`: what `inkan init` has finished. `set_up`: what it is making, so there may be no authority yet.
  enum class Mode { run, set_up };

  // Throws Error saying which of store, log, token, PIN or key is wrong. `fatal` is called when the store's
  // state has become unknown while running. `officers` enter what PINs the configuration leaves to them; null
  // if it leaves none.
  Core(const Config& given, Mode mode, std::function<void(const std::string&)> fatal,
       PinEntry* officers = nullptr);

  const pkcs11::KeyRecord& key(
      policy::KeyPurpose purpose) const;  // the one of that purpose; throws Error{config}
  const pkcs11::KeyRecord* find_key(policy::KeyPurpose purpose) const;  // null: there is none
  int ocsp_sessions() const;                                            // of the token that has the OCSP key
  PublishedAt published_at() const;
  policy::EvpPkeyPtr tls_key();
  std::vector<policy::Bytes> trust_anchors() const;  // what a client certificate may chain to
  void hear_late(CertificateAuthority& authority);
  CertificateAuthority& add(
      std::unique_ptr<CertificateAuthority> authority);  // set-up only; it issues from then on

  std::int64_t checkpoints_before() const { return checkpoints_before_; }  // intents of earlier runs

  const Config config;
  InstanceLock lock;
  Store store;
  Policies policies;
  Measurements measurements;                  // before all that is measured
  const std::vector<pkcs11::KeyRecord> keys;  // at the start; the store knows those of now
  policy::NoteVerifier verifier;
  std::unique_ptr<LogWriter> writer;
  IntentLedger ledger;
  Unfinished unfinished;
  Tokens tokens;
  Failover failover;
  Authorities authorities;
  TileFiles tiles;
  pkcs11::CheckpointSigner checkpoint_signer;
  pkcs11::EvidenceSigner evidence_signer;
  std::unique_ptr<pkcs11::OcspSigner> ocsp_signer;  // null: the set-up made no key for one
  CheckpointKeeper checkpoints;
  Cosigning cosigning;
  EvidenceDesk evidence;
  KeyKeeper key_keeper;
  CrlPublisher crls;
  Identities identities;
  ActDesk desk;
  Approvals approvals;
  SerialSource serials;
  Issuance issuance;
  TlsCertificate tls_certificate;
  std::unique_ptr<OcspDesk> ocsp;  // null: there is no OCSP responder

 private:
  void hear_outcomes();
  void check_keys(Mode mode);
  void end_refused_start(const pkcs11::KeyRecord& record, const policy::Error& why);
  void close_dangling();

  std::int64_t checkpoints_before_ = 0;
};

}  // namespace inkan::daemon
