// R17, R18: what a user ID or password must look like, by the pack's rule. The API has the last word.
import type { CredentialRule } from './types';

export type Fault = 'missing' | 'length' | 'width' | 'letters' | 'letter' | 'digit';

// One by one, as in “! # space”.
export const symbolsShown = (symbols: string, space: string): string => Array.from(symbols, (each) => (each === ' ' ? space : each)).join(' ');

export function faultOf(rule: CredentialRule, value: string): Fault | undefined {
  if (value === '') return 'missing';
  // A12: full-width letters are refused, not folded.
  const unusable = Array.from(value).filter((letter) => !/[A-Za-z0-9]/.test(letter) && !rule.symbols.includes(letter));
  if (unusable.length > 0) return unusable.some((letter) => letter > '~') ? 'width' : 'letters';
  if (value.length < rule.least || value.length > rule.most) return 'length';
  if (rule.letter && !/[A-Za-z]/.test(value)) return 'letter';
  if (rule.digit && !/[0-9]/.test(value)) return 'digit';
  return undefined;
}
