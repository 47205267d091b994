// Everything a running authority is made of, below HTTP: store, ledger, tokens, keys, authorities. Opened in
// one order, in which each step refuses to go on from a state it does not understand.
#pragma once

#include <memory>
#include <string>

#include "daemon/authority/certificate_authority.h"
#include "daemon/authority/crl_publisher.h"
#include "daemon/authority/issuance.h"
#include "daemon/authority/key_keeper.h"
#include "daemon/authority/open_authorities.h"
#include "daemon/authority/serial_source.h"
#include "daemon/config.h"
#include "daemon/ledger/checkpoint_keeper.h"
#include "daemon/ledger/unfinished.h"
#include "daemon/store/instance_lock.h"
#include "daemon/tokens.h"

namespace inkan::daemon {

// Parents before children: members are destroyed in the reverse of this order.
class Core {
 public:
  // `run`: what `inkan init` has finished. `set_up`: what it is making, so there may be no authority yet.
  enum class Mode { run, set_up };

  // Throws Error saying which of store, log, token, PIN or key is wrong. `fatal` is called when the store's
  // state has become unknown while running.
  Core(const Config& given, Mode mode, std::function<void(const std::string&)> fatal);

  const pkcs11::KeyRecord& key(
      policy::KeyPurpose purpose) const;  // the one of that purpose; throws Error{config}
  policy::EvpPkeyPtr tls_key();
  std::vector<policy::Bytes> tls_chain();            // the server's certificate, then its issuers
  std::vector<policy::Bytes> trust_anchors() const;  // what a client certificate may chain to
  CertificateAuthority& add(std::unique_ptr<CertificateAuthority> authority);  // set-up only

  const Config config;
  InstanceLock lock;
  Store store;
  policy::Engine engine;
  std::vector<pkcs11::KeyRecord> keys;
  policy::NoteVerifier verifier;
  std::unique_ptr<LogWriter> writer;
  IntentLedger ledger;
  Unfinished unfinished;
  Tokens tokens;
  Authorities authorities;
  pkcs11::CheckpointSigner checkpoint_signer;
  CheckpointKeeper checkpoints;
  KeyKeeper key_keeper;
  CrlPublisher crls;
  SerialSource serials;
  Issuance issuance;

 private:
  void hear_late(CertificateAuthority& authority);
  void check_keys();
  void announce(Mode mode);
  void close_dangling();
};

}  // namespace inkan::daemon
