// What /portal/* answers (api/portal/README.md).
import type { CredentialRule, EnrolmentState, User } from '../shared/types';

export interface Pack {
  name: string;
  user_id: CredentialRule;
  password: CredentialRule;
  first_password: 'nobody' | 'masters' | 'everybody';
  lock: { tries: number; seconds: number; locks: number };
  unconfirmed: 'seed' | 'auto_revoke';
}

export interface Session {
  user: User;
  ends: string;
  choose_password: boolean;
}

export interface Certificate {
  serial: string;
  certificate: string; // PEM
  chain: string[]; // PEM, the certificate first
  not_before: string;
  not_after: string;
}

export interface Enrolment {
  id: string;
  kind: 'first' | 'renew' | 'reissue';
  state: EnrolmentState;
  ends: string;
  confirm_by?: string;
  code_asked?: boolean;
  nonce: string;
  user_id: string;
  certificate?: Certificate;
}

export type ShownStatus = 'none' | 'valid' | 'expired' | 'revoked' | 'held' | 'not-yet-valid' | 'foreign';

export interface PortalState {
  pack: Pack;
  proof_origin: string;
  shown: { status: ShownStatus };
  session: Session | null;
  enrolment: Enrolment | null;
}
