// What is known of a master user, as fields: for registering him and for changing it.
import type { CredentialRule } from '../../page/types';
import { faultWords, field, type Field } from '../../page/form';
import { nameTooLong } from '../../page/person';
import type { App } from '../app';

export function nameField(app: App, value = ''): Field {
  const words = app.words.person;
  return field(app.words, {
    name: 'name', label: words.name, type: 'text', autocomplete: 'off', hint: words.nameHint, value,
    fault: (typed) => (typed.trim() === '' ? app.words.credentials.fault.missing : nameTooLong(typed) ? words.nameLong : undefined),
  });
}

// The API has the last word on addresses.
export function mailField(app: App, value = ''): Field {
  const words = app.words.person;
  return field(app.words, {
    name: 'mail', label: words.mail, type: 'text', autocomplete: 'off', hint: words.mailHint, value,
    fault: (typed) => (typed.trim() === '' ? app.words.credentials.fault.missing : /^[^@\s]+@[^@\s]+$/.test(typed.trim()) ? undefined : words.mailFault),
  });
}

// Twice, since nobody sees what he types. `optional`: both may stay empty.
export function passwordFields(app: App, rule: CredentialRule, label: string, repeatLabel: string, optional: boolean): [Field, Field] {
  const faults = (value: string) => (optional && value === '' ? undefined : faultWords(app.words, rule, value));
  const wanted = { type: 'password' as const, autocomplete: 'new-password', hint: app.words.credentials.hint(rule), optional };
  const first = field(app.words, { ...wanted, name: 'password', label, fault: faults });
  const repeat = field(app.words, { ...wanted, name: 'repeat', label: repeatLabel, fault: (value) => (value === first.input.value ? faults(value) : app.words.person.differs) });
  return [first, repeat];
}
