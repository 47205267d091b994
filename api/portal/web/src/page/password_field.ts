// A password, with its software keyboard (R21).
import { faultWords, field, type Field } from '../shared/form';
import { keyboardFor } from './software_keyboard';
import type { CredentialRule } from '../shared/types';
import type { Words } from '../texts/ja';

export function passwordField(words: Words, rule: CredentialRule, name: string, label: string, autocomplete: string, fault?: (value: string) => string | undefined): Field {
  return field(words, {
    name, label, type: 'password', autocomplete, hint: words.credentials.hint(rule),
    fault: fault ?? ((value) => faultWords(words, rule, value)),
    more: (input) => keyboardFor(words, rule, input),
  });
}
