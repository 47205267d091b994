#include "daemon/metrics/measurements.h"

#include "daemon/clock.h"

namespace inkan::daemon {
namespace {

// Callers choose what stands in a request's profile: what is not configured shares one name.
constexpr const char* k_unknown_profile = "unknown";
constexpr std::array k_results = {"issued", "denied", "failed", "possibly_signed"};
// As TryResult: of the try that locked or blocked, and of those while that lasts.
constexpr std::array k_try_results = {"accepted", "wrong", "locked_now", "blocked_now", "locked", "blocked"};
constexpr std::array k_mail_results = {"sent", "put_off", "refused", "given_up", "dropped"};
constexpr std::array k_classes = {"", "1xx", "2xx", "3xx", "4xx", "5xx"};

}  // namespace

Measurements::Measurements(const policy::ProfileSet& profiles, const std::vector<std::string>& tokens)
    : started_at_(now()), operations_(api::routes().size() + 1) {
  for (const auto& profile : profiles.all()) issuance_[profile.name];
  issuance_[k_unknown_profile];
  for (const auto& token : tokens) signing_[token];
}

void Measurements::count_issuance(const std::string& profile, IssuanceResult result) {
  auto at = issuance_.find(profile);
  if (at == issuance_.end()) at = issuance_.find(k_unknown_profile);
  ++at->second[static_cast<std::size_t>(result)];
}

void Measurements::count_answer(const api::Answered& answered) {
  const auto routes = api::routes();
  auto& operation = answered.route ? operations_[static_cast<std::size_t>(answered.route - routes.data())]
                                   : operations_.back();
  ++operation.by_class[static_cast<std::size_t>(answered.status / 100)];
  if (answered.route) operation.took.observe(answered.took);
}

void Measurements::write(Exposition& page) const {
  page.counter("inkan_issuance_total", "Requests for a certificate, by profile and how they ended.");
  for (const auto& [profile, counts] : issuance_)
    for (std::size_t i = 0; i < counts.size(); ++i)
      page.sample({{"profile", profile}, {"outcome", k_results[i]}}, counts[i].load());
  page.histogram("inkan_issuance_duration_seconds", "From the call to the certificate, stored.");
  page.sample({}, issuing_);
  page.counter("inkan_revocations_total", "Revocations that were asked for and written, by reason.");
  for (std::size_t i = 0; i < revocations_.size(); ++i)
    if (const auto reason = policy::revocation_reason(static_cast<int>(i)))
      page.sample({{"reason", policy::name(*reason)}}, revocations_[i].load());
  page.histogram("inkan_token_sign_duration_seconds", "A signature inside the token: C_SignInit and C_Sign.");
  for (const auto& [token, histogram] : signing_) page.sample({{"token", token}}, histogram);
  page.counter("inkan_config_reloads_total", "Reloads of the configuration, by what came of it.");
  page.sample({{"result", "taken_over"}}, reloads_.load());
  page.sample({{"result", "refused"}}, reloads_refused_.load());
  page.gauge("inkan_config_last_reload_successful", "0 after a reload that was refused.");
  page.sample({}, last_reload_refused_ ? 0 : 1);
  write_operations(page);
}

void Measurements::write_subscribers(Exposition& page) const {
  page.counter("inkan_subscriber_tries_total", "Passwords and codes that were tried, by what came of it.");
  for (std::size_t i = 0; i < tries_.size(); ++i)
    page.sample({{"result", k_try_results[i]}}, tries_[i].load());
  page.counter("inkan_mail_tries_total", "Mails that were to be sent, by what came of it.");
  for (std::size_t i = 0; i < mails_.size(); ++i)
    page.sample({{"result", k_mail_results[i]}}, mails_[i].load());
}

void Measurements::write_operations(Exposition& page) const {
  const auto routes = api::routes();
  page.counter("inkan_http_requests_total", "Answers, by operation of openapi.yaml and class of status.");
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    const auto name = i < routes.size() ? routes[i].operation : std::string_view("none");
    for (std::size_t k = 2; k < k_classes.size(); ++k)
      page.sample({{"operation", name}, {"code", k_classes[k]}}, operations_[i].by_class[k].load());
  }
  page.histogram("inkan_http_request_duration_seconds", "From the whole request read to the answer made.");
  for (std::size_t i = 0; i < routes.size(); ++i)
    page.sample({{"operation", routes[i].operation}}, operations_[i].took);
}

}  // namespace inkan::daemon
