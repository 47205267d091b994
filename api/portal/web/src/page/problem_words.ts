// What a refusal means and what to do next, in plain words. By the API's `rule`; its own sentences are for operators.
import type { Words } from '../texts/ja';
import type { Pack } from './types';

export type Told = [what: string, next: string];

interface Refusal {
  status: number;
  type: string;
  rule: string;
  instance?: string;
}

// Such a refusal is for who runs the system to look at: he finds it by its number.
export const wantsNumber = (words: Words, { status, rule, instance }: Required<Refusal>): boolean =>
  instance !== '' && (status >= 500 || !(rule in words.problem.rules) || rule.startsWith('portal.'));

function nameOf({ status, type, rule }: Refusal): string {
  if (rule) return rule;
  if (type.endsWith(':issuing-stopped')) return 'issuing-stopped';
  if (status === 400) return 'page.fields';
  if (status === 429) return 'many-tries';
  return status === 503 ? 'unavailable' : '';
}

export function problemWords(words: Words, refusal: Refusal, pack: Pack | undefined): Told {
  const { rules } = words.problem;
  const [what, next] = rules[nameOf(refusal)] ?? rules[refusal.instance ? 'other' : 'page.unexpected'] ?? ['', ''];
  return [what, next.replace('{minutes}', String(Math.round((pack?.lock.seconds ?? 0) / 60)))];
}
