// Labelled fields, their faults, and forms that do one thing.
import { faultOf } from './credential_check';
import { Problem, type FieldFault } from './calls';
import { h, type Child } from './dom';
import type { CredentialRule } from './types';
import type { CommonWords } from './words';

export interface Field {
  name: string; // of the member in the call's body
  input: HTMLInputElement;
  element: HTMLElement;
  fault(): string | undefined;
  tell(fault: string | undefined): void;
}

// What a form needs of each, be it one input or a choice.
export type Asked = Pick<Field, 'name' | 'element' | 'fault' | 'tell'>;

interface Wanted {
  name: string;
  label: string;
  type: 'text' | 'password';
  autocomplete: string;
  hint?: string;
  numeric?: boolean;
  optional?: boolean;
  value?: string;
  fault(value: string): string | undefined;
  more?: (input: HTMLInputElement) => Child[];
}

export function field(words: Pick<CommonWords, 'required'>, wanted: Wanted): Field {
  const id = `field-${wanted.name}`;
  const input = h('input', {
    id, name: wanted.name, type: wanted.type, autocomplete: wanted.autocomplete as string, autocapitalize: 'none', spellcheck: 'false', required: !wanted.optional,
    'aria-describedby': `${id}-hint ${id}-fault`, ...(wanted.numeric && { inputmode: 'numeric', maxlength: '6' }), ...(wanted.value && { value: wanted.value }),
  });
  const fault = h('p', { id: `${id}-fault`, class: 'fault' });
  const element = h('div', { class: 'field' },
    h('label', { for: id }, wanted.label, !wanted.optional && h('span', { class: 'required' }, words.required)),
    h('p', { id: `${id}-hint`, class: 'hint' }, wanted.hint ?? ''),
    input, fault, ...(wanted.more?.(input) ?? []));
  const tell = (text: string | undefined) => {
    fault.textContent = text ?? '';
    if (text) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  input.addEventListener('input', () => tell(undefined));
  return { name: wanted.name, input, element, fault: () => wanted.fault(input.value), tell };
}

export function faultWords(words: Pick<CommonWords, 'credentials'>, rule: CredentialRule, value: string): string | undefined {
  const fault = faultOf(rule, value);
  if (!fault) return undefined;
  return fault === 'length' ? words.credentials.lengthFault(rule.least, rule.most) : words.credentials.fault[fault];
}

const hintOf = (words: Pick<CommonWords, 'credentials'>, rule: CredentialRule): string => words.credentials.hint(rule);

export function userIdField(words: Pick<CommonWords, 'required' | 'credentials'>, rule: CredentialRule, autocomplete = 'username'): Field {
  return field(words, {
    name: 'user_id', label: words.credentials.userId, type: 'text', autocomplete, hint: hintOf(words, rule),
    fault: (value) => faultWords(words, rule, value),
  });
}

// Nothing is sent while a field has a fault: a badly formed password is no try (A12).
export function form(fields: Asked[], buttons: Child, submit: () => void): HTMLFormElement {
  const element = h('form', { novalidate: true, submit: (event) => { event.preventDefault(); submit(); } }, ...fields.map((each) => each.element), buttons);
  return element;
}

export function checkFields(fields: Asked[]): void {
  const faults: FieldFault[] = [];
  for (const each of fields) {
    const fault = each.fault();
    each.tell(fault);
    if (fault) faults.push({ pointer: `#/${each.name}`, detail: fault });
  }
  if (faults.length > 0) throw Problem.ofPage('page.fields', faults);
}
