// The manual's warnings: a question with はい and いいえ. Escape is いいえ.
import { actions, button, h, primary, type Child } from './dom';
import type { Words } from '../texts/ja';

interface Question {
  id?: string;
  warning: string;
  title: string;
  more: Child;
  yes?: string;
  no?: string;
}

export const yes = 'yes'; // what the dialog is closed with

export function ask(words: Pick<Words, 'yes' | 'no'>, question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (given: boolean) => dialog.close(given ? yes : '');
    const title = h('h2', { id: 'dialog-title' }, question.title);
    const dialog = h('dialog', {
      ...(question.id && { id: question.id }),
      'aria-labelledby': 'dialog-title',
      close: () => {
        dialog.remove();
        resolve(dialog.returnValue === yes);
      },
    },
    question.warning && h('p', { class: 'warning' }, h('span', { class: 'mark', 'aria-hidden': 'true' }, '!'), question.warning), title, typeof question.more === 'string' ? h('p', {}, question.more) : question.more,
    actions(button(question.no ?? words.no, () => end(false)), primary(question.yes ?? words.yes, () => end(true))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
