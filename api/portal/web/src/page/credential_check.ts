// R17, R18: what a user ID or password must look like, by the pack's rule. The API has the last word.
import type { CredentialRule } from './types';

export type Fault = 'missing' | 'length' | 'letters' | 'letter' | 'digit';

export function faultOf(rule: CredentialRule, value: string): Fault | undefined {
  if (value === '') return 'missing';
  // A12: full-width letters are refused, not folded.
  if (Array.from(value).some((letter) => !/[A-Za-z0-9]/.test(letter) && !rule.symbols.includes(letter))) return 'letters';
  if (value.length < rule.least || value.length > rule.most) return 'length';
  if (rule.letter && !/[A-Za-z]/.test(value)) return 'letter';
  if (rule.digit && !/[0-9]/.test(value)) return 'digit';
  return undefined;
}
