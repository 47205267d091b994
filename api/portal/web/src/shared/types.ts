// What the portal's answers and the API's have in common.
export interface CredentialRule {
  least: number;
  most: number;
  letter: boolean;
  digit: boolean;
  symbols: string;
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

export type EnrolmentState =
  | 'authenticated' | 'cancelled' | 'timed_out' | 'issuing' | 'failed' | 'possibly_signed'
  | 'issued_unconfirmed' | 'confirmed' | 'declined' | 'revoked' | 'expired';

export interface UserPage {
  items: User[];
  next?: string | null;
}
