#include "daemon/acts/act_worker.h"

#include "daemon/acts/authority_acts.h"
#include "daemon/acts/revocation_acts.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::ActKind;
using policy::Error;
using policy::ErrorCode;

namespace {

constexpr const char* k_ended = "the daemon ended while it was being carried out: ask for it anew";

}  // namespace

void ActWorker::turn() {
  const auto requests = core_.store.read([](Database& database) { return ApprovalRow::in_work(database); });
  // One that a token keeps from going on must not keep the others from theirs.
  std::exception_ptr first;
  const auto attempt = [&](auto&& work) {
    try {
      work();
    } catch (const std::exception&) {
      if (!first) first = std::current_exception();
    }
  };
  for (const auto& request : requests) attempt([&] { go_on(request); });
  if (!swept_)
    attempt([&] {
      making_.erase_left_unborn();
      swept_ = true;
    });
  if (first) std::rethrow_exception(first);
}

void ActWorker::go_on(const ApprovalRow& request) {
  if (request.act.kind() == ActKind::destroy_key) return destroy_key(request);
  if (request.act.kind() == ActKind::import_authority) return import_certificate(request);
  if (request.act.kind() == ActKind::revoke_certificates) {
    carry_out_revocations(core_, request);
    return wake_publisher_();
  }
  if (request.work == ActWork::undoing) return undo(request, request.failure);
  if (request.work == ActWork::running) return undo(request, k_ended);
  carry_out(request);
}

void ActWorker::carry_out(const ApprovalRow& request) {
  core_.writer->write([&](Writing& w) {
    tell_step(w, request.id, "begin", "done");
    ApprovalRow::set_work(w.database(), request.id, ActWork::running);
  });
  fault_point("act.after-begin");
  try {
    if (const auto fault =
            core_.store.read([&](Database& database) { return core_.desk.fault_in(database, request.act); }))
      throw Error(ErrorCode::config, fault->detail + ": " + fault->mend);
    if (request.act.kind() == ActKind::grant_role)
      granting_.make(request);
    else if (request.act.kind() == ActKind::request_authority)
      making_.make_request(request);
    else if (request.act.kind() == ActKind::generate_key)
      making_.make_service_key(request);
    else
      making_.make(request);
  } catch (const std::exception& error) {
    undo(request, error.what());
  }
}

// What cannot be undone yet, since the token is out, is undone at a later turn, or in a later run.
void ActWorker::undo(ApprovalRow request, const std::string& why) {
  core_.writer->write(
      [&](Writing& w) { ApprovalRow::set_work(w.database(), request.id, ActWork::undoing, why); });
  fault_point("undo.after-begin");
  request.failure = why;
  if (request.act.kind() == ActKind::grant_role)
    granting_.undo(request);
  else
    making_.undo(request);
  wake_publisher_();
}

// Nothing is made that could be undone: it is taken over whole or not at all, and then goes on where it was.
void ActWorker::import_certificate(const ApprovalRow& request) {
  const auto read = [&](auto&& what) { return core_.store.read(what); };
  if (request.work == ActWork::waiting)
    core_.writer->write([&](Writing& w) {
      tell_step(w, request.id, "begin", "done");
      ApprovalRow::set_work(w.database(), request.id, ActWork::running);
    });
  fault_point("import.after-begin");
  const bool adopted = read([&](Database& database) {
    return AuthorityRow::find(database, request.act.parameter("authority")).has_value();
  });
  if (!adopted) {
    try {
      if (const auto fault =
              read([&](Database& database) { return core_.desk.fault_in(database, request.act); }))
        throw Error(ErrorCode::config, fault->detail + ": " + fault->mend);
      making_.adopt(request);
    } catch (const std::exception& error) {
      const std::string why = error.what();
      core_.writer->write([&](Writing& w) { tell_failed(w, request.id, "adopt", why); });
      return;
    }
  }
  making_.finish_import(request);
}

// There is no way back from here: a crash goes on where it was.
void ActWorker::destroy_key(const ApprovalRow& request) {
  const auto job = policy::Identity::system_job("acts");
  const auto id = policy::KeyId::from_hex(request.act.parameter("key"));
  for (const auto& key : core_.store.read([](Database& database) { return KeyRow::all(database); })) {
    if (!id || key.record.id != *id) continue;
    if (request.work == ActWork::waiting) {
      const auto fault =
          core_.store.read([&](Database& database) { return core_.desk.fault_in(database, request.act); });
      if (fault) {
        const auto why = fault->detail + ": " + fault->mend;
        core_.writer->write([&](Writing& w) { tell_failed(w, request.id, "begin", why); });
        return;
      }
      core_.writer->write([&](Writing& w) {
        tell_step(w, request.id, "begin", "done");
        if (key.state != KeyState::deactivated)
          change_state(w, key.record, key.state, KeyState::deactivated, job);
        const auto& authority = request.act.parameter("authority");
        const auto asked = CaRequestRow::find(w.database(), authority);
        if (asked && asked->key == key.record.id)
          CaRequestRow::remove(w.database(), authority);
        else
          AuthorityRow::set_state(w.database(), authority, AuthorityState::closed);
        ApprovalRow::set_work(w.database(), request.id, ActWork::running);
      });
      follow_store(core_.authorities, core_.store);
    }
    fault_point("act.after-deactivate");
    pkcs11::erase_key(*core_.tokens.find(key.record.token), key.record.id);
    fault_point("act.after-erase");
    core_.writer->write([&](Writing& w) {
      record_destruction(w, key.record, request.id, job);
      tell_step(w, request.id, "done", "done");
      ApprovalRow::set_work(w.database(), request.id, ActWork::done);
    });
  }
}

}  // namespace inkan::daemon
