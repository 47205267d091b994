// R21: the password by mouse or finger, past what listens to the keyboard.
import { button, h, type Child } from '../shared/dom';
import type { CredentialRule } from '../shared/types';
import type { Words } from '../texts/ja';

const rows = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

// The pack's symbols in rows of ten.
function rowsOf(rule: CredentialRule): string[] {
  const symbols = Array.from({ length: Math.ceil(rule.symbols.length / 10) }, (_, i) => rule.symbols.slice(10 * i, 10 * i + 10));
  return [...rows, ...symbols];
}

function panel(words: Words, rule: CredentialRule, input: HTMLInputElement, close: () => void): HTMLElement {
  const id = `${input.id}-keyboard`;
  const count = h('p', { class: 'count', role: 'status' });
  const write = (value: string) => {
    input.value = value;
    input.dispatchEvent(new Event('input'));
    count.textContent = words.keyboard.count(value.length);
  };
  const shifted = () => shift.getAttribute('aria-pressed') === 'true';
  const letterOf = (letter: string) => (shifted() ? letter.toUpperCase() : letter);
  const labels: (() => void)[] = [];
  const key = (letter: string) => {
    const made = button(letter, () => write(input.value + letterOf(letter)), { class: 'key' });
    if (letter === ' ') made.textContent = words.keyboard.space;
    else labels.push(() => { made.textContent = letterOf(letter); });
    return made;
  };
  const keys = rowsOf(rule).map((row) => Array.from(row, key));
  const shift = button(words.keyboard.shift, () => {
    shift.setAttribute('aria-pressed', String(!shifted()));
    for (const label of labels) label();
  }, { class: 'key wide', 'aria-pressed': 'false' });
  return h('div', { id, class: 'keyboard', role: 'group', 'aria-label': words.keyboard.title, hidden: true },
    h('p', { class: 'why' }, words.keyboard.why),
    ...keys.map((row) => h('div', { class: 'row' }, ...row)),
    h('div', { class: 'row' }, shift,
      button(words.keyboard.erase, () => write(input.value.slice(0, -1)), { class: 'key wide' }),
      button(words.keyboard.clear, () => write(''), { class: 'key wide' }),
      button(words.keyboard.close, close, { class: 'key wide' })),
    count);
}

export function keyboardFor(words: Words, rule: CredentialRule, input: HTMLInputElement): Child[] {
  const open = (wanted: boolean) => {
    keyboard.hidden = !wanted;
    opener.setAttribute('aria-expanded', String(wanted));
  };
  const opener = button(words.keyboard.open, () => open(keyboard.hidden), { class: 'button small', 'aria-expanded': 'false', 'aria-controls': `${input.id}-keyboard` });
  const keyboard = panel(words, rule, input, () => {
    open(false);
    opener.focus();
  });
  return [opener, keyboard];
}
