#include "api/portal/api_client.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>

#include "api/http/tls_context.h"
#include "api/portal/files.h"
#include "policy/types/error.h"

namespace inkan::api::portal {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr std::size_t k_most_octets = 4 * 1024 * 1024;  // a page of a thousand users

TlsIdentity client_identity(const ApiSettings& settings) {
  auto identity = read_identity(settings.certificate, settings.key);
  identity.trust_anchors = read_certificates(settings.ca);
  return identity;
}

// Each read has what is left of the whole, so that a slow answer cannot go on for ever.
std::string read_all(std::istream& in, std::chrono::steady_clock::time_point end) {
  std::string text;
  char part[16384];
  while (in.read(part, sizeof part), in.gcount() > 0) {
    text.append(part, static_cast<std::size_t>(in.gcount()));
    if (text.size() > k_most_octets) throw Error(ErrorCode::unavailable, "the API's answer is too large");
    if (std::chrono::steady_clock::now() >= end)
      throw Error(ErrorCode::unavailable, "the API's answer did not come to its end in time");
  }
  return text;
}

}  // namespace

struct ApiClient::Tls {
  TlsIdentity identity;  // keeps the key for as long as the context may use it
  Poco::Net::Context::Ptr context;
};

ApiClient::ApiClient(const ApiSettings& settings) : settings_(settings), tls_(std::make_unique<Tls>()) {
  tls_->identity = client_identity(settings);
  tls_->context = make_client_tls_context(tls_->identity);
}

ApiClient::~ApiClient() = default;

ApiAnswer ApiClient::call(const ApiCall& call) {
  const auto end = Clock::now() + settings_.deadline;
  auto session = borrow(end);
  try {
    auto answer = converse(*session, call, end);
    give_back(std::move(session));
    return answer;
  } catch (const Poco::Exception& error) {
    give_back({});
    throw Error(ErrorCode::unavailable, "no answer from the API: " + error.displayText());
  } catch (...) {
    give_back({});
    throw;
  }
}

// One that the API has closed meanwhile is readable: what would be read is its end.
ApiClient::Session ApiClient::borrow(Clock::time_point end) {
  std::unique_lock lock(mutex_);
  if (!returned_.wait_until(lock, end, [this] { return borrowed_ < settings_.connections; }))
    throw Error(ErrorCode::unavailable, "all connections to the API are in use");
  ++borrowed_;
  while (!idle_.empty()) {
    auto session = std::move(idle_.back());
    idle_.pop_back();
    if (session->connected() && !session->socket().poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_READ))
      return session;
  }
  auto session =
      std::make_unique<Poco::Net::HTTPSClientSession>(settings_.host, settings_.port, tls_->context);
  session->setKeepAlive(true);
  return session;
}

void ApiClient::give_back(Session session) {
  {
    const std::lock_guard lock(mutex_);
    --borrowed_;
    if (session) idle_.push_back(std::move(session));
  }
  returned_.notify_one();
}

ApiAnswer ApiClient::converse(Poco::Net::HTTPSClientSession& session, const ApiCall& call,
                              Clock::time_point end) const {
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(end - Clock::now());
  session.setTimeout(Poco::Timespan(std::max<Poco::Timespan::TimeDiff>(left.count(), 1000)));
  Poco::Net::HTTPRequest request(call.method, call.target, Poco::Net::HTTPMessage::HTTP_1_1);
  request.set("Accept", "application/json");
  for (const auto& [name, value] : call.fields) request.set(name, value);
  if (call.method == "POST") {
    request.setContentType("application/json");
    request.setContentLength64(static_cast<Poco::Int64>(call.body.size()));
  }
  session.sendRequest(request) << call.body << std::flush;
  Poco::Net::HTTPResponse response;
  const auto text = read_all(session.receiveResponse(response), end);
  // Half an answer looks like a whole one to a reader of streams.
  if (response.hasContentLength() && response.getContentLength64() != static_cast<Poco::Int64>(text.size()))
    throw Error(ErrorCode::unavailable, "the API's answer broke off");
  return {response.getStatus(), Json::parse(text, nullptr, /*allow_exceptions=*/false),
          response.get("X-Request-Id", ""), response.get("Retry-After", "")};
}

}  // namespace inkan::api::portal
