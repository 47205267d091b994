// A leaf of the audit log, as a row of a user's history: what happened, and by whom.
import type { StaffWords } from './texts/ja';
import type { KnownUser, Leaf } from './types';

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
// Of a table of words; what it does not know is told as the log spells it.
const named = (table: Record<string, string>, value: unknown): string => table[text(value)] ?? text(value);

export function whatHappened(words: StaffWords, { type, outcome, detail = {} }: Leaf, moment: (rfc3339: string) => string): { what: string; more: string } {
  const { history } = words;
  const what = history.types[type] ?? type;
  const serial = text(detail['serial']) && `${history.serial} ${text(detail['serial'])}`;
  const more = (): string[] => {
    switch (type) {
      case 'user.create': return [named(words.kinds, detail['kind'])];
      case 'user.change': return Array.isArray(detail['what']) ? detail['what'].map((each) => named(history.changed, each)) : [];
      case 'user.auth': return [named(history.screens, detail['screen']), named(history.tries, detail['result'])];
      case 'user.lock': return [history.until(moment(text(detail['until'])))];
      case 'user.unlock': return [named(words.states, detail['was'])];
      case 'enrol.request': return [named(words.enrolmentKinds, detail['kind'])];
      case 'enrol.confirm': return [named(history.confirmed, detail['how']), serial];
      case 'cert.issue': return [serial, history.expires(moment(text(detail['not_after'])))];
      case 'cert.revoke': {
        const application = text(detail['application']);
        return [named(words.reasons, detail['reason']), application && `${words.revoke.application} ${application}`, serial];
      }
      case 'notify.sent': return [named(history.mails, detail['kind']), named(history.mailStatus, detail['status'])];
      case 'request.denied': return [words.problem.rules[text(detail['rule'])]?.[0] ?? text(detail['rule'])];
      default: return [serial];
    }
  };
  const failed = outcome === 'success' || type === 'request.denied' || type === 'user.auth' || type === 'notify.sent' ? '' : named(history.outcomes, outcome);
  return { what, more: [failed, ...more()].filter(Boolean).join(history.separator) };
}

export function byWhom(words: StaffWords, { actor, detail = {} }: Leaf, user: Pick<KnownUser, 'id'>): string {
  if (typeof detail['by'] === 'string') return detail['by'] === user.id ? words.history.self : words.history.master;
  // Who types a wrong password there may be anybody.
  if (actor.role === 'web-tier') return words.history.page;
  if (actor.role === 'system') return words.history.system;
  return `${words.history.roles[actor.role] ?? actor.role} ${actor.id}`;
}
