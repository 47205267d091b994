#include "daemon/cli/api_client.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <fstream>

#include "daemon/cli/problem.h"

namespace inkan::daemon::cli {
namespace {

constexpr std::size_t k_max_answer = 512 * 1024 * 1024;  // a CRL of ten million entries
const Poco::Timespan k_timeout(60, 0);

void require_readable(const std::string& path, const char* option) {
  if (!std::ifstream(path).good())
    throw Failure(Exit::usage, "cannot read " + path + " (" + option + ")",
                  "check the path and who may read it");
}

Poco::Net::Context::Ptr tls_context(const Context& context) {
  require_readable(context.ca, "--ca");
  require_readable(context.certificate, "--cert");
  require_readable(context.key, "--key");
  try {
    Poco::Net::Context::Ptr tls = std::make_unique<Poco::Net::Context>(
                                      Poco::Net::Context::TLS_CLIENT_USE, context.key, context.certificate,
                                      context.ca, Poco::Net::Context::VERIFY_STRICT)
                                      .release();
    tls->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    return tls;
  } catch (const Poco::Exception& error) {
    throw Failure(Exit::usage, "--ca, --cert and --key do not make a TLS identity: " + error.displayText(),
                  "the key must be the certificate's, both in PEM");
  }
}

Poco::URI address_of(const std::string& api) {
  try {
    Poco::URI uri(api);
    if (uri.getScheme() == "https" && !uri.getHost().empty()) return uri;
  } catch (const Poco::Exception&) {
    // Said below, once for every way to be wrong.
  }
  throw Failure(Exit::usage, "the API's address is not https://host:port but \"" + api + "\"",
                "mend --api or INKAN_API");
}

std::string read_all(std::istream& in) {
  std::string text;
  char part[16384];
  while (in.read(part, sizeof part), in.gcount() > 0) {
    text.append(part, static_cast<std::size_t>(in.gcount()));
    if (text.size() > k_max_answer) throw Failure(Exit::unavailable, "the answer is longer than 512 MiB");
  }
  return text;
}

std::string with_query(const std::string& path, const Query& query) {
  Poco::URI uri(path);
  for (const auto& [name, value] : query)
    if (!value.empty()) uri.addQueryParameter(name, value);
  return uri.getPathAndQuery();
}

}  // namespace

ApiClient::ApiClient(const Context& context) : api_(context.api) {
  const Poco::URI uri = address_of(context.api);
  session_ =
      std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(), tls_context(context));
  session_->setKeepAlive(true);
  session_->setTimeout(k_timeout);
}

ApiClient::~ApiClient() = default;

Response ApiClient::get(const std::string& path, const Query& query, const std::string& prefer) {
  return answered("GET", with_query(path, query), {}, {}, prefer);
}

Response ApiClient::post(const std::string& path, const nlohmann::json& body,
                         const std::string& idempotency_key, const std::string& prefer) {
  return answered("POST", path, body.dump(), idempotency_key, prefer);
}

std::string ApiClient::fetch(const std::string& path, const Query& query) {
  Response response = call("GET", with_query(path, query), {}, {});
  if (!response.ok()) throw failure_of(response);
  return std::move(response.text);
}

Response ApiClient::look(const std::string& path) {
  return call("GET", path, {}, {});
}

Response ApiClient::look(const std::string& path, const nlohmann::json& body) {
  return call("POST", path, body.dump(), {}, {});
}

Response ApiClient::answered(const std::string& method, const std::string& target, const std::string& body,
                             const std::string& idempotency_key, const std::string& prefer) {
  Response response = call(method, target, body, idempotency_key, prefer);
  if (!response.ok()) throw failure_of(response);
  if (response.body.is_discarded())
    throw Failure(Exit::unavailable, "the answer to " + method + " " + target + " is not JSON",
                  "is " + api_ + " inkand's API?");
  return response;
}

// Half an answer looks like a whole one to a reader of streams.
void ApiClient::demand_whole(const Poco::Net::HTTPResponse& answer, std::streamsize octets) const {
  if (!answer.hasContentLength() || answer.getContentLength64() == octets) return;
  throw Failure(Exit::unavailable,
                "the answer from " + api_ + " broke off after " + std::to_string(octets) + " of " +
                    std::to_string(answer.getContentLength64()) + " octets",
                "run it again");
}

template <class Work>
auto ApiClient::reaching(Work work) {
  try {
    return work();
  } catch (const Poco::Net::SSLException& error) {
    throw Failure(Exit::unavailable, "TLS with " + api_ + " failed: " + error.displayText(),
                  "--ca must hold the CA of the server's certificate, and --cert one that the server trusts");
  } catch (const Poco::Exception& error) {
    throw Failure(Exit::unavailable, "no answer from " + api_ + ": " + error.displayText(),
                  "is inkand running, and is --api its API listener?");
  }
}

std::istream& ApiClient::ask(const std::string& method, const std::string& target, const std::string& body,
                             const std::string& idempotency_key, const std::string& prefer,
                             Poco::Net::HTTPResponse& answer) {
  Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
  request.set("Accept", "application/json, */*;q=0.5");  // receipts and tiles have one form of their own
  if (!prefer.empty()) request.set("Prefer", prefer);
  if (!idempotency_key.empty()) request.set("Idempotency-Key", idempotency_key);
  if (method == "POST") {
    request.setContentType("application/json");
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
  }
  session_->sendRequest(request) << body << std::flush;
  return session_->receiveResponse(answer);
}

Response ApiClient::call(const std::string& method, const std::string& target, const std::string& body,
                         const std::string& idempotency_key, const std::string& prefer) {
  return reaching([&] {
    Poco::Net::HTTPResponse answer;
    std::string text = read_all(ask(method, target, body, idempotency_key, prefer, answer));
    demand_whole(answer, static_cast<std::streamsize>(text.size()));
    auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    return Response{answer.getStatus(), answer.get("X-Request-Id", ""), std::move(json), std::move(text)};
  });
}

void ApiClient::download(const std::string& path, std::ostream& out) {
  reaching([&] {
    Poco::Net::HTTPResponse answer;
    auto& in = ask("GET", path, {}, {}, {}, answer);
    if (answer.getStatus() != Poco::Net::HTTPResponse::HTTP_OK) {
      std::string text = read_all(in);
      auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
      throw failure_of({answer.getStatus(), answer.get("X-Request-Id", ""), std::move(json), text});
    }
    demand_whole(answer, Poco::StreamCopier::copyStream(in, out, 256 * 1024));
  });
}

}  // namespace inkan::daemon::cli
