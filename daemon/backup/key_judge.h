// Whether the tokens of this machine have the keys of a backup's store.
#pragma once

#include "daemon/backup/judgement.h"
#include "daemon/config.h"
#include "daemon/pin_entry.h"
#include "daemon/store/store.h"

namespace inkan::daemon {

// A line for each token that has keys, standbys too, and for each key on it: found by its CKA_ID, public
// half, label and attributes as at its birth. Nothing is signed: no signature goes without an intent in the
// CA's own log, which a drill leaves alone. Canaries show at the next start that they sign, `inkan token
// prove-backup` that a clone does.
void judge_keys(const Config& config, PinEntry* officers, Store& store, Judgements& say);

}  // namespace inkan::daemon
