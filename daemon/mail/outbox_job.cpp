#include "daemon/mail/outbox_job.h"

#include <algorithm>

#include "daemon/clock.h"

namespace inkan::daemon {
namespace {

constexpr int k_mails_at_once = 10;
constexpr auto k_lease = std::chrono::minutes(15);  // longer than so many sendings may take
constexpr auto k_first_pause = std::chrono::seconds(60);
constexpr auto k_longest_pause = std::chrono::hours(6);

std::chrono::seconds pause_after(int tries) {
  return std::min<std::chrono::seconds>(k_longest_pause, k_first_pause * (1 << std::min(tries - 1, 10)));
}

std::string_view status_of(MailResult result) {
  switch (result) {
    case MailResult::sent:
      return "sent";
    case MailResult::refused:
      return "refused";
    case MailResult::given_up:
      return "given up";
    case MailResult::dropped:
    case MailResult::put_off:  // is no end
      break;
  }
  return "dropped";
}

// Times as the user reads them, in his own zone (A21).
std::string in_words(const std::string& rfc3339, std::chrono::minutes utc_offset) {
  const auto instant = policy::from_rfc3339_seconds(rfc3339);
  return instant ? policy::to_civil(*instant, utc_offset) : rfc3339;
}

}  // namespace

OutboxJob::OutboxJob(SubscriberParts parts, const MailSettings& settings, std::string by)
    : parts_(parts), way_({settings, load_templates(settings.templates)}), by_(std::move(by)) {}

void OutboxJob::follow(MailSettings settings, MailTemplates templates) {
  way_.set({std::move(settings), std::move(templates)});
}

void OutboxJob::turn() {
  for (std::size_t seen = k_mails_at_once; seen == k_mails_at_once && !stopping_;) {
    if (!parts_.store.read([](Database& database) { return OutboxRow::any_due(database, now()); })) return;
    const auto leased = parts_.writer.write([&](Writing& w) {
      return OutboxRow::lease(w.database(), by_, w.now(), w.now() + k_lease, k_mails_at_once);
    });
    seen = leased.size();
    for (std::size_t i = 0; i < leased.size(); ++i) {
      if (stopping_) return give_back({leased.begin() + static_cast<std::ptrdiff_t>(i), leased.end()});
      send(leased[i]);
    }
  }
}

// Nothing for a user that was deleted: he gets no mail (A04).
std::optional<OutboxJob::Addressee> OutboxJob::addressee_of(const OutboxRow& row) const {
  return parts_.store.read([&](Database& database) -> std::optional<Addressee> {
    const auto user = UserRow::find(database, row.user);
    if (!user || user->deleted) return std::nullopt;
    const auto organisation = OrganisationRow::find(database, user->organisation);
    Addressee addressee{user->mail, {}};
    addressee.values = {{"name", user->name},
                        {"user_id", user->user_id},
                        {"organisation", organisation ? organisation->name : ""},
                        {"serial", policy::to_hex(row.serial)}};
    if (row.kind == policy::MailKind::code)
      addressee.values["code"] = parts_.secret.code_for(row.parameters.at("enrolment"));
    for (const auto& [name, value] : row.parameters)
      addressee.values[name] = in_words(value, parts_.pack.mail.utc_offset);
    return addressee;
  });
}

void OutboxJob::send(const OutboxRow& row) {
  const auto to = addressee_of(row);
  if (!to) return end(row, MailResult::dropped, "the user was deleted");
  if (row.kind == policy::MailKind::code && now() >= row.created + parts_.pack.ticket)
    return end(row, MailResult::dropped, "the code was of no use any more");
  const auto way = way_.get();
  const auto& settings = way->settings;
  const auto host = settings.from.substr(settings.from.find('@') + 1);
  const auto result =
      send_mail(settings, {to->mail,
                           "<inkan-" + std::to_string(row.id) + "-" +
                               std::to_string(row.created.time_since_epoch().count()) + "@" + host + ">",
                           now(), way->templates.at(row.kind).fill(to->values)});
  if (result.end == SendResult::End::sent) return end(row, MailResult::sent, "");
  if (result.end == SendResult::End::refused) return end(row, MailResult::refused, result.answer);
  if (now() >= row.created + settings.give_up) return end(row, MailResult::given_up, result.answer);
  parts_.measurements.count_mail(MailResult::put_off);
  parts_.writer.write(
      [&](Writing& w) { row.put_off(w.database(), by_, w.now() + pause_after(row.tries), result.answer); });
}

// A code is of use for minutes only: the next run must not wait until the lease is over.
void OutboxJob::give_back(const std::vector<OutboxRow>& rows) {
  parts_.writer.write([&](Writing& w) {
    for (const auto& row : rows) row.put_off(w.database(), by_, w.now(), "");
  });
}

// The answer may tell of the address: it is for the staff, not for the log.
void OutboxJob::end(const OutboxRow& row, MailResult result, const std::string& answer) {
  parts_.measurements.count_mail(result);
  const bool sent = result == MailResult::sent;
  parts_.writer.write([&](Writing& w) {
    if (!row.end(w.database(), by_, sent, answer, w.now())) return;  // the lease ran out: another's by now
    policy::Event event{.type = policy::EventType::notify_sent, .outcome = sent ? "success" : "failure"};
    event.detail = {
        {"kind", name(row.kind)}, {"mail_ref", std::to_string(row.id)}, {"status", status_of(result)}};
    if (!row.serial.empty()) event.detail["serial"] = policy::to_hex(row.serial);
    tell_of(w, policy::Identity::system_job("outbox"), std::move(event), row.user);
  });
}

}  // namespace inkan::daemon
