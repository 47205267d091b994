#include "daemon/witness/witness_key.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "policy/types/error.h"

namespace inkan::daemon::witness {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr std::size_t k_signature = 64, k_raw_key = 32;

class KeyFile {
 public:
  KeyFile(const std::filesystem::path& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (number_ < 0)
      throw Error(ErrorCode::store,
                  path.string() + (flags & O_CREAT ? " cannot be made: " : " cannot be opened: ") +
                      std::generic_category().message(errno) +
                      (errno == EEXIST ? "; a key is never overwritten: name another file" : ""));
  }
  ~KeyFile() { ::close(number_); }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  int number() const { return number_; }
  policy::BioPtr bio() const { return policy::BioPtr(BIO_new_fd(number_, BIO_NOCLOSE)); }

 private:
  int number_;
};

policy::CosignatureVerifier verifier_of(EVP_PKEY* key, const std::string& name) {
  policy::Bytes raw(k_raw_key);
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1 || size != raw.size())
    throw Error(ErrorCode::key, "the witness key has no public half: " + policy::openssl_errors());
  auto parsed = policy::PublicKey::parse(policy::ed25519_spki(raw));
  if (const auto* denial = policy::denied(parsed)) throw Error(ErrorCode::key, denial->detail);
  return {name, std::get<policy::PublicKey>(std::move(parsed))};
}

int no_password(char*, int, int, void*) {
  return 0;
}

}  // namespace

WitnessKey::WitnessKey(policy::EvpPkeyPtr key, const std::string& name)
    : key_(std::move(key)), verifier_(verifier_of(key_.get(), name)) {}

WitnessKey WitnessKey::make(const std::filesystem::path& file, const std::string& name) {
  policy::EvpPkeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) throw Error(ErrorCode::internal, "no key could be made: " + policy::openssl_errors());
  WitnessKey made(std::move(key), name);  // judges the name before a file is there
  const KeyFile out(file, O_WRONLY | O_CREAT | O_EXCL);
  const auto bio = out.bio();
  if (!bio ||
      PEM_write_bio_PrivateKey(bio.get(), made.key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      ::fsync(out.number()) != 0)
    throw Error(ErrorCode::store, file.string() + " cannot be written");
  return made;
}

WitnessKey WitnessKey::load(const std::filesystem::path& file, const std::string& name) {
  const KeyFile in(file, O_RDONLY);
  struct stat status {};
  if (::fstat(in.number(), &status) != 0 || (status.st_mode & 077) != 0)
    throw Error(ErrorCode::key,
                file.string() + " can be read by others: `chmod 600` it, and think who may have read it");
  const auto bio = in.bio();
  ERR_clear_error();
  policy::EvpPkeyPtr key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr) : nullptr);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519)
    throw Error(ErrorCode::key, file.string() +
                                    " holds no Ed25519 private key in PEM without a password: `inkan-witness "
                                    "keygen` makes one");
  return {std::move(key), name};
}

std::string WitnessKey::cosign(std::string_view body, policy::Instant now) const {
  const std::string message = policy::cosigned_message(body, now);
  const auto octets = policy::as_bytes(message);
  const policy::EvpMdCtxPtr context(EVP_MD_CTX_new());
  policy::Bytes signature(k_signature);
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, octets.data(), octets.size()) != 1 ||
      size != signature.size())
    throw Error(ErrorCode::internal, "the witness key did not sign: " + policy::openssl_errors());
  return verifier_.seal(now, signature);
}

}  // namespace inkan::daemon::witness
