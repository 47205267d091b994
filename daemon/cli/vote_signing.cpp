#include "daemon/cli/vote_signing.h"

#include <openssl/pem.h>

#include "daemon/ceremony/officer_key.h"
#include "policy/types/error.h"

namespace inkan::daemon::cli {
namespace {

policy::BioPtr open(const std::string& file, const char* option) {
  policy::BioPtr in(BIO_new_file(file.c_str(), "r"));
  if (!in) throw Failure(Exit::usage, std::string(option) + " " + file + " cannot be read");
  return in;
}

[[noreturn]] void unusable(const std::string& file, const char* option,
                           const std::string& why = policy::openssl_errors()) {
  throw Failure(Exit::usage, std::string(option) + " " + file + " cannot be used: " + why,
                "give the operator's certificate and its key, both in PEM");
}

}  // namespace

policy::Bytes sign_vote(const Context& context, const std::string& document) {
  const auto certificate_file = open(context.certificate, "--cert"), key_file = open(context.key, "--key");
  const policy::X509Ptr certificate(PEM_read_bio_X509(certificate_file.get(), nullptr, nullptr, nullptr));
  if (!certificate) unusable(context.certificate, "--cert");
  const policy::EvpPkeyPtr key(PEM_read_bio_PrivateKey(key_file.get(), nullptr, nullptr, nullptr));
  if (!key) unusable(context.key, "--key");
  try {
    return sign_document(certificate.get(), key.get(), document);
  } catch (const policy::Error& error) {
    unusable(context.key, "--key", error.what());
  }
}

}  // namespace inkan::daemon::cli
