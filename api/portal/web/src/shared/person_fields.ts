// What is known of a user, as fields: for registering him, and for changing it.
import { faultWords, field, type Field } from './form';
import { nameTooLong } from './person';
import type { Child } from './dom';
import type { CredentialRule } from './types';
import type { CommonWords } from './words';

// The API has the last word on addresses; this finds what was plainly forgotten.
const mailForm = /^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$/;

export function nameField(words: CommonWords, value = ''): Field {
  const { person } = words;
  return field(words, {
    name: 'name', label: person.name, type: 'text', autocomplete: 'off', hint: person.nameHint, value,
    fault: (typed) => (typed.trim() === '' ? words.credentials.fault.missing : nameTooLong(typed) ? person.nameLong : undefined),
  });
}

export function mailField(words: CommonWords, value = ''): Field {
  const { person } = words;
  return field(words, {
    name: 'mail', label: person.mail, type: 'text', autocomplete: 'off', hint: person.mailHint, value,
    fault: (typed) => (typed.trim() === '' ? words.credentials.fault.missing : mailForm.test(typed.trim()) ? undefined : person.mailFault),
  });
}

interface Passwords {
  label: string;
  repeat: string;
  optional?: boolean; // both may stay empty
  more?: (input: HTMLInputElement) => Child[]; // below each
}

// Twice, since nobody sees what he types.
export function passwordFields(words: CommonWords, rule: CredentialRule, { label, repeat, optional = false, more }: Passwords): [Field, Field] {
  const faults = (value: string) => (optional && value === '' ? undefined : faultWords(words, rule, value));
  const wanted = { type: 'password' as const, autocomplete: 'new-password', hint: words.credentials.hint(rule), optional, ...(more && { more }) };
  const first = field(words, { ...wanted, name: 'password', label, fault: faults });
  const again = field(words, { ...wanted, name: 'repeat', label: repeat, fault: (value) => (value === first.input.value ? faults(value) : words.person.differs) });
  return [first, again];
}
