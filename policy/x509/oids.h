// Object identifiers (RFC 5280 §4.2, RFC 6960 §4, RFC 9654), spelled once for builders, readers and lints.
#pragma once

namespace inkan::policy::oid {

constexpr const char* k_subject_key_identifier = "2.5.29.14";
constexpr const char* k_key_usage = "2.5.29.15";
constexpr const char* k_subject_alt_name = "2.5.29.17";
constexpr const char* k_basic_constraints = "2.5.29.19";
constexpr const char* k_crl_number = "2.5.29.20";
constexpr const char* k_issuing_distribution_point = "2.5.29.28";
constexpr const char* k_crl_distribution_points = "2.5.29.31";
constexpr const char* k_certificate_policies = "2.5.29.32";
constexpr const char* k_authority_key_identifier = "2.5.29.35";
constexpr const char* k_extended_key_usage = "2.5.29.37";
constexpr const char* k_authority_info_access = "1.3.6.1.5.5.7.1.1";
constexpr const char* k_ca_issuers = "1.3.6.1.5.5.7.48.2";
constexpr const char* k_ocsp = "1.3.6.1.5.5.7.48.1";
constexpr const char* k_ocsp_basic = "1.3.6.1.5.5.7.48.1.1";
constexpr const char* k_ocsp_nonce = "1.3.6.1.5.5.7.48.1.2";
constexpr const char* k_ocsp_no_check = "1.3.6.1.5.5.7.48.1.5";
constexpr const char* k_sha1 = "1.3.14.3.2.26";  // RFC 8017 Appendix B.1
constexpr const char* k_sha256 = "2.16.840.1.101.3.4.2.1";

}  // namespace inkan::policy::oid
