// Which screen is to be seen: by the server's state first, then by the address, then by what this window alone knows.
import type { KeyKind } from '../crypto';
import type { Enrolment, PortalState } from './types';

export type Screen =
  | 'entry' | 'certificate' | 'login' | 'register' | 'password' | 'home' | 'users' | 'newuser' | 'user'
  | 'authenticate' | 'code' | 'issue' | 'issuing' | 'install' | 'saved' | 'result' | 'declined' | 'over' | 'closed';

export interface Local {
  path: string;
  certificateSeen: boolean; // ② was answered with OK
  dismissed: string; // the enrolment whose result was closed
  asking: string; // the enrolment whose certificate this window is asking for: ⑥ before the server knows
  keyKind: KeyKind; // of the key that is made for it
  saved: string; // the enrolment whose file this window has saved: ⑦, the second half
  declined: string; // the enrolment that this window has declined
  closed: boolean; // ⑧, closed
}

// R23: a certificate that is no use never stops anybody; ② says so once, and OK goes on.
const useless = new Set(['expired', 'revoked', 'held', 'not-yet-valid', 'foreign']);

function ofSession(state: PortalState, otherwise: Screen, wanted: Screen): Screen {
  if (!state.session) return otherwise;
  if (state.session.choose_password) return 'password';
  return state.session.user.kind !== 'master' ? (wanted === 'password' ? wanted : 'home') : wanted;
}

// One that can go on here: not one that this window has left for another's.
export function underWay({ enrolment }: PortalState, { dismissed }: Local): Enrolment | undefined {
  return enrolment && enrolment.id !== dismissed && ['authenticated', 'issuing', 'issued_unconfirmed'].includes(enrolment.state) ? enrolment : undefined;
}

function ofEnrolment(state: PortalState, local: Local): Screen {
  const enrolment = state.enrolment;
  if (!enrolment || enrolment.id === local.dismissed) return 'authenticate';
  switch (enrolment.state) {
    case 'authenticated':
      if (enrolment.code_asked) return 'code';
      return local.asking === enrolment.id ? 'issuing' : 'issue';
    case 'issuing': return 'issuing';
    case 'issued_unconfirmed': return local.saved === enrolment.id ? 'saved' : 'install';
    case 'confirmed': return 'result';
    case 'declined': return 'declined';
    // A pack may have the certificate revoked at once (A23).
    case 'revoked': return local.declined === enrolment.id ? 'declined' : 'over';
    default: return 'over';
  }
}

export function chooseScreen(state: PortalState, local: Local): Screen {
  if (local.closed) return 'closed';
  switch (local.path) {
    case '/enrol': return ofEnrolment(state, local);
    case '/login': return ofSession(state, 'login', 'home');
    case '/register': return ofSession(state, 'register', 'home');
    case '/password': return ofSession(state, 'login', 'password');
    case '/home': return ofSession(state, 'login', 'home');
    case '/users': return ofSession(state, 'login', 'users');
    case '/newuser': return ofSession(state, 'login', 'newuser');
    case '/user': return ofSession(state, 'login', 'user');
    case '/certificate': return 'certificate';
    default: return useless.has(state.shown.status) && !local.certificateSeen ? 'certificate' : 'entry';
  }
}

const steps: Partial<Record<Screen, number>> = {
  certificate: 2, entry: 3, authenticate: 4, code: 4, issue: 5, issuing: 6, install: 7, saved: 7, result: 8, declined: 8, closed: 8,
};

// ① to ⑧; undefined on screens beside them.
export const stepOf = (screen: Screen): number | undefined => steps[screen];
