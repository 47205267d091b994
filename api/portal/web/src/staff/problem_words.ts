// What a refusal means to the bank's staff and what to do next. By the API's `rule`, else by its type or status.
import type { Told } from '../page/problem_words';
import type { StaffWords } from './texts/ja';

interface Refusal {
  status: number;
  type: string;
  rule: string;
  instance?: string;
}

function nameOf({ status, type, rule }: Refusal): string {
  if (rule) return rule;
  if (status === 401) return 'page.certificate';
  if (/:(role-not-allowed|unknown-identity)$/.test(type)) return 'page.role';
  if (status === 400) return 'page.fields';
  if (status === 404) return 'page.not-there';
  if (status === 429) return 'many-tries';
  return status === 503 ? 'unavailable' : '';
}

export function problemWords(words: StaffWords, refusal: Refusal): Told {
  const { rules } = words.problem;
  return rules[nameOf(refusal)] ?? rules[refusal.instance ? 'other' : 'page.unexpected'] ?? ['', ''];
}
