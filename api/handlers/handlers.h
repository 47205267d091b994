// The handlers of the route table: each decodes, makes one call of the port, and encodes.
#pragma once

#include "api/routes.h"

namespace inkan::api {

Answer issue_certificate(const Exchange& exchange);
Answer dry_run_certificate(const Exchange& exchange);
Answer get_certificate(const Exchange& exchange);
Answer list_certificates(const Exchange& exchange);
Answer revoke_certificate(const Exchange& exchange);
Answer release_certificate(const Exchange& exchange);
Answer revoke_certificates(const Exchange& exchange);
Answer get_revocations(const Exchange& exchange);
Answer get_renewal(const Exchange& exchange);
Answer get_receipt(const Exchange& exchange);
Answer list_authorities(const Exchange& exchange);
Answer get_ca_request(const Exchange& exchange);
Answer list_profiles(const Exchange& exchange);
Answer get_profile(const Exchange& exchange);
Answer get_ledger(const Exchange& exchange);
Answer list_ledger_entries(const Exchange& exchange);
Answer get_reconciliation(const Exchange& exchange);
Answer list_events(const Exchange& exchange);
Answer request_approval(const Exchange& exchange);
Answer list_approvals(const Exchange& exchange);
Answer get_approval(const Exchange& exchange);
Answer vote_on_approval(const Exchange& exchange);
Answer get_issuing(const Exchange& exchange);
Answer stop_issuing(const Exchange& exchange);
Answer order_evidence(const Exchange& exchange);
Answer get_evidence(const Exchange& exchange);
Answer get_evidence_archive(const Exchange& exchange);
Answer get_evidence_signature(const Exchange& exchange);
Answer get_entry_bundle(const Exchange& exchange);
Answer list_tokens(const Exchange& exchange);
Answer list_keys(const Exchange& exchange);
Answer list_identities(const Exchange& exchange);
Answer review_identities(const Exchange& exchange);
Answer get_readiness(const Exchange& exchange);

Answer redirect_to_staff_page(const Exchange& exchange);
Answer get_staff_page(const Exchange& exchange);
Answer get_staff_asset(const Exchange& exchange);

Answer get_policy_pack(const Exchange& exchange);
Answer register_organisation(const Exchange& exchange);
Answer list_organisations(const Exchange& exchange);
Answer create_user(const Exchange& exchange);
Answer list_users(const Exchange& exchange);
Answer get_user(const Exchange& exchange);
Answer get_user_history(const Exchange& exchange);
Answer list_user_enrolments(const Exchange& exchange);
Answer change_user(const Exchange& exchange);
Answer delete_user(const Exchange& exchange);
Answer release_user(const Exchange& exchange);
Answer revoke_user_certificates(const Exchange& exchange);
Answer log_in(const Exchange& exchange);
Answer get_session(const Exchange& exchange);
Answer log_out(const Exchange& exchange);
Answer choose_password(const Exchange& exchange);
Answer judge_shown_certificate(const Exchange& exchange);
Answer open_enrolment(const Exchange& exchange);
Answer get_enrolment(const Exchange& exchange);
Answer issue_enrolment(const Exchange& exchange);
Answer enter_enrolment_code(const Exchange& exchange);
Answer cancel_enrolment(const Exchange& exchange);
Answer confirm_enrolment(const Exchange& exchange);
Answer decline_enrolment(const Exchange& exchange);

Answer get_openapi(const PublicExchange& exchange);
Answer get_livez(const PublicExchange& exchange);
Answer get_readyz(const PublicExchange& exchange);
Answer get_old_with_new(const PublicExchange& exchange);
Answer get_new_with_old(const PublicExchange& exchange);
Answer get_ca_certificate(const PublicExchange& exchange);
Answer get_ca_certificate_pem(const PublicExchange& exchange);
Answer get_crl(const PublicExchange& exchange);
Answer get_crl_shard(const PublicExchange& exchange);
Answer post_ocsp(const PublicExchange& exchange);
Answer get_ocsp(const PublicExchange& exchange);
Answer get_checkpoint(const PublicExchange& exchange);
Answer get_tile(const PublicExchange& exchange);
Answer get_metrics(const PublicExchange& exchange);

}  // namespace inkan::api
