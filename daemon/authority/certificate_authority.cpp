#include "daemon/authority/certificate_authority.h"

namespace inkan::daemon {

CertificateAuthority& Authorities::add(std::unique_ptr<CertificateAuthority> authority) {
  const std::unique_lock lock(mutex_);
  return *list_.emplace_back(std::move(authority));
}

CertificateAuthority* Authorities::find(std::string_view id) const {
  const std::shared_lock lock(mutex_);
  for (const auto& each : list_)
    if (each->issuer.id == id) return each.get();
  return nullptr;
}

std::vector<CertificateAuthority*> Authorities::all() const {
  const std::shared_lock lock(mutex_);
  std::vector<CertificateAuthority*> all;
  for (const auto& each : list_) all.push_back(each.get());
  return all;
}

std::vector<CertificateAuthority*> Authorities::signing() const {
  auto those = all();
  std::erase_if(those, [](const auto* each) { return !each->signer || !each->signs(); });
  return those;
}

std::vector<policy::Bytes> Authorities::chain(const std::string& authority, const policy::Bytes& leaf) const {
  std::vector<policy::Bytes> chain{leaf};
  const auto* at = find(authority);
  for (; at && at->parent; at = find(*at->parent)) chain.push_back(at->certificate);
  if (at && !at->outside_issuers.empty()) {
    chain.push_back(at->certificate);
    chain.insert(chain.end(), at->outside_issuers.begin(), at->outside_issuers.end() - 1);
  }
  return chain;
}

}  // namespace inkan::daemon
