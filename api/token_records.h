// What the port tells of tokens, and of the books of their keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace inkan::api {

struct TokenKeyRecord {
  std::string id, purpose, label;  // CKA_ID in hexadecimal; CKA_LABEL
  std::uint64_t signatures = 0;    // that the token returned since the daemon started
};
struct TokenRecord {
  std::string name;           // the configuration's
  std::string state, detail;  // absent, present, ready, degraded or recovering; why, if not ready
  std::string label, serial, manufacturer, model, firmware;  // CK_TOKEN_INFO
  int sessions = 0, in_flight = 0, stuck = 0, queued = 0;    // now
  int sign_ms = 0;                                           // what a signature took lately
  std::uint64_t logins = 0, recoveries = 0;                  // since the daemon started
  std::vector<TokenKeyRecord> keys;
  std::string standby_for = {};  // the token with the same keys, for which this one may stand in; empty: none
  bool in_use = true;            // calls go to it, not to the other of the two
};

// The books of one signing key, in intents: law 7 of packaging/doc/auditor.md.
struct KeyReconciliation {
  std::string id, purpose, token, label;
  std::uint64_t intents = 0;
  std::uint64_t certificates = 0, crls = 0, ocsp = 0, canaries = 0, requests = 0, evidence = 0,
                checkpoints = 0;  // signed
  std::uint64_t failed = 0, possible = 0, open = 0;
  std::uint64_t late = 0;                     // of the possible: the signature came after all
  std::uint64_t signatures = 0, allowed = 0;  // since the daemon started: returned by the token; explained
};
struct KeptCount {
  std::uint64_t store = 0, leaves = 0;
};
struct ReconciliationRecord {
  std::uint64_t leaves = 0;  // read
  std::string run;           // boot_id of the leaves whose signatures the token counted
  std::vector<KeyReconciliation> keys;
  std::vector<TokenKeyRecord> apart;  // keys without intents: TLS and probe
  KeptCount certificates, revocations, crls, checkpoints;
  std::uint64_t differences_found = 0;
  std::vector<std::string> differences;  // the first of them; empty: all agrees
};

}  // namespace inkan::api
