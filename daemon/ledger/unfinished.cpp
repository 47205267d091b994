#include "daemon/ledger/unfinished.h"

#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

void Unfinished::give_up(policy::LeafIndex intent, const policy::Identity& actor,
                         const pkcs11::SignOutcome& outcome, const std::string& what) {
  if (const auto* failed = std::get_if<pkcs11::NotSigned>(&outcome)) {
    close(intent, actor, *failed);
    throw Error(ErrorCode::unavailable, what + ": " + failed->reason);
  }
  const auto& unknown = std::get<pkcs11::PossiblySigned>(outcome);
  close(intent, actor, unknown);
  throw Error(ErrorCode::unavailable, what + ": " + unknown.reason);
}

void Unfinished::close(policy::LeafIndex intent, const policy::Identity& actor, Outcome outcome) {
  Entry entry{intent, actor, std::move(outcome)};
  try {
    write(entry);
  } catch (const std::exception&) {
    keep(std::move(entry));  // the store cannot write now; the caller hears of the signing, not of this
  }
}

void Unfinished::close(policy::LeafIndex intent, OcspTally tally) {
  close(intent, policy::Identity::system_job("ocsp"), std::move(tally));
}

void Unfinished::add_late(policy::LeafIndex intent, pkcs11::Signed late) {
  keep({intent, policy::Identity::system_job("signer"), std::move(late)});
}

void Unfinished::keep(Entry entry) {
  const std::lock_guard lock(mutex_);
  entries_.push_back(std::move(entry));
}

std::size_t Unfinished::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void Unfinished::write(const Entry& entry) {
  if (const auto* failed = std::get_if<pkcs11::NotSigned>(&entry.outcome))
    return ledger_.fail(entry.intent, entry.actor, *failed);
  if (const auto* unknown = std::get_if<pkcs11::PossiblySigned>(&entry.outcome))
    return ledger_.possibly_signed(entry.intent, entry.actor, *unknown);
  if (const auto* tally = std::get_if<OcspTally>(&entry.outcome))
    return ledger_.complete_ocsp(entry.intent, *tally);
  ledger_.late(entry.intent, std::get<pkcs11::Signed>(entry.outcome));
}

void Unfinished::settle() {
  std::deque<Entry> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(entries_);
  }
  std::exception_ptr first;
  for (auto& entry : waiting) {
    try {
      write(entry);
    } catch (const std::exception&) {
      if (!first) first = std::current_exception();
      keep(std::move(entry));
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace inkan::daemon
