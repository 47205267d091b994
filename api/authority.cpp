#include "api/authority.h"

#include <array>

namespace inkan::api {
namespace {

constexpr std::array k_statuses = {CertificateStatus::valid,          CertificateStatus::revoked,
                                   CertificateStatus::held,           CertificateStatus::expired,
                                   CertificateStatus::not_yet_valid,  CertificateStatus::failed,
                                   CertificateStatus::possibly_signed};

}  // namespace

std::string_view name(CertificateStatus status) {
  switch (status) {
    case CertificateStatus::valid:
      return "valid";
    case CertificateStatus::revoked:
      return "revoked";
    case CertificateStatus::held:
      return "held";
    case CertificateStatus::expired:
      return "expired";
    case CertificateStatus::not_yet_valid:
      return "not-yet-valid";
    case CertificateStatus::failed:
      return "failed";
    case CertificateStatus::possibly_signed:
      return "possibly-signed";
  }
  return "unknown";
}

std::optional<CertificateStatus> certificate_status(std::string_view text) {
  for (const auto status : k_statuses)
    if (name(status) == text) return status;
  return std::nullopt;
}

}  // namespace inkan::api
