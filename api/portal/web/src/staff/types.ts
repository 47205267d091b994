// What /v1 answers to the bank's staff (api/openapi.yaml).
import type { CredentialRule, EnrolmentState, User } from '../shared/types';

export type Reason = 'superseded' | 'keyCompromise' | 'cessationOfOperation' | 'privilegeWithdrawn';
export const reasons: Reason[] = ['superseded', 'keyCompromise', 'cessationOfOperation', 'privilegeWithdrawn'];

export interface Pack {
  name: string;
  user_id: CredentialRule;
  password: CredentialRule;
  lock: { tries: number; seconds: number; locks: number };
  roles: Record<string, string[]>;
}

export interface Organisation {
  id: string;
  name: string;
  created: string;
}

export interface KnownUser extends User {
  organisation: string;
  failures: number;
  locks: number;
  own_password: boolean;
  created: string;
  deleted?: string;
  mail_fault?: string;
}

export interface UserEnrolment {
  id: string;
  kind: 'first' | 'renew' | 'reissue';
  state: EnrolmentState;
  opened: string;
  confirm_by?: string;
  serial?: string;
}

export type CertificateStatus = 'valid' | 'held' | 'revoked' | 'expired' | 'not-yet-valid' | 'failed' | 'possibly-signed';

export interface KnownCertificate {
  serial: string;
  status: CertificateStatus;
  not_before: string;
  not_after: string;
  revocation?: { revoked_at: string; reason: string; ledger: { index: number } };
}

// A leaf of the audit log; what `detail` holds goes by its type (packaging/doc/auditor.md).
export interface Leaf {
  index: number;
  time: string;
  type: string;
  outcome: string;
  actor: { id: string; kind: string; role: string };
  detail?: Record<string, unknown>;
}

export interface Page<T> {
  items: T[];
  next?: string | null;
}
