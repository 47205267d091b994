// What /portal/* answers (api/portal/README.md).
export interface CredentialRule {
  least: number;
  most: number;
  letter: boolean;
  digit: boolean;
  symbols: string;
}

export interface Pack {
  name: string;
  user_id: CredentialRule;
  password: CredentialRule;
  first_password: 'nobody' | 'masters' | 'everybody';
  lock: { tries: number; seconds: number; locks: number };
  unconfirmed: 'seed' | 'auto_revoke';
}

export type UserState = 'registered' | 'active' | 'locked' | 'blocked' | 'deleted';

export interface User {
  id: string;
  user_id: string;
  kind: 'general' | 'master';
  name: string;
  mail: string;
  state: UserState;
  locked_until?: string;
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

export type EnrolmentState =
  | 'authenticated' | 'cancelled' | 'timed_out' | 'issuing' | 'failed' | 'possibly_signed'
  | 'issued_unconfirmed' | 'confirmed' | 'declined' | 'revoked' | 'expired';

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

export interface UserPage {
  items: User[];
  next?: string | null;
}
