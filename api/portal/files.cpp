#include "api/portal/files.h"

#include <openssl/pem.h>

#include "api/page/read_file.h"
#include "policy/types/error.h"
#include "policy/x509/pem.h"

namespace inkan::api::portal {
namespace {

using policy::Error;
using policy::ErrorCode;

int no_passphrase(char*, int, int, void*) {
  return 0;
}

void refuse_readable(const std::filesystem::path& file) {
  using std::filesystem::perms;
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!error && (status.permissions() & perms::others_all) != perms::none)
    throw Error(ErrorCode::config, "the key file " + file.string() +
                                       " can be read or written by everybody: chmod o= " + file.string());
}

std::shared_ptr<EVP_PKEY> read_key(const std::filesystem::path& file) {
  refuse_readable(file);
  auto text = read_file(file, "the key file");
  ERR_clear_error();
  const policy::BioPtr memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  policy::EvpPkeyPtr key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr));
  OPENSSL_cleanse(text.data(), text.size());
  if (!key)
    throw Error(ErrorCode::config, "the key file " + file.string() +
                                       " holds no private key in PEM without a passphrase (" +
                                       policy::openssl_errors() + ")");
  return key;
}

void check_pair(const TlsIdentity& identity, const std::filesystem::path& certificate,
                const std::filesystem::path& key) {
  const auto& der = identity.chain.front();
  const unsigned char* data = der.data();
  const policy::X509Ptr own(d2i_X509(nullptr, &data, static_cast<long>(der.size())));
  if (!own || X509_check_private_key(own.get(), identity.key.get()) != 1)
    throw Error(ErrorCode::config, "the key in " + key.string() +
                                       " is not that of the first certificate in " + certificate.string() +
                                       ": name the two that belong together");
}

}  // namespace

std::vector<policy::Bytes> read_certificates(const std::filesystem::path& file) {
  const auto text = read_file(file, "the certificate file");
  std::vector<policy::Bytes> all;
  try {
    for (auto& block : policy::pem_decode_all(text))
      if (block.label == "CERTIFICATE") all.push_back(std::move(block.der));
  } catch (const Error& error) {
    throw Error(ErrorCode::config,
                "the certificate file " + file.string() + " is not certificates in PEM: " + error.what());
  }
  if (all.empty())
    throw Error(ErrorCode::config, "the certificate file " + file.string() + " holds no certificate in PEM");
  return all;
}

TlsIdentity read_identity(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  TlsIdentity identity{read_certificates(certificate), read_key(key), {}};
  check_pair(identity, certificate, key);
  return identity;
}

}  // namespace inkan::api::portal
