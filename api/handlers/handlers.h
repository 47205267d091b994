// The handlers of the route table: each decodes, makes one call of the port, and encodes.
#pragma once

#include "api/routes.h"

namespace inkan::api {

Answer issue_certificate(const Exchange& exchange);
Answer dry_run_certificate(const Exchange& exchange);
Answer get_certificate(const Exchange& exchange);
Answer list_certificates(const Exchange& exchange);
Answer revoke_certificate(const Exchange& exchange);
Answer list_authorities(const Exchange& exchange);
Answer list_profiles(const Exchange& exchange);
Answer get_profile(const Exchange& exchange);
Answer get_ledger(const Exchange& exchange);
Answer list_ledger_entries(const Exchange& exchange);
Answer list_tokens(const Exchange& exchange);
Answer get_readiness(const Exchange& exchange);

Answer get_openapi(const PublicExchange& exchange);
Answer get_livez(const PublicExchange& exchange);
Answer get_readyz(const PublicExchange& exchange);
Answer get_ca_certificate(const PublicExchange& exchange);
Answer get_ca_certificate_pem(const PublicExchange& exchange);
Answer get_crl(const PublicExchange& exchange);
Answer get_checkpoint(const PublicExchange& exchange);

}  // namespace inkan::api
