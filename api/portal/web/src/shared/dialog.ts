// The manual's warnings: a question with はい and いいえ. Escape is いいえ.
import { actions, button, h, primary, type Child } from './dom';
import type { CommonWords } from './words';

interface Question {
  id?: string;
  warning: string;
  title: string;
  more: Child;
  yes?: string;
  no?: string;
  escape?: 'yes' | 'no'; // what Escape answers
  focus?: 'yes' | 'no'; // the answer that costs nothing, and has the focus first; of itself what Escape answers, or いいえ
}

// '': closed without either.
export type Answer = 'yes' | 'no' | '';

let opened = 0;

export function choose(words: Pick<CommonWords, 'yes' | 'no'>, question: Question): Promise<Answer> {
  return new Promise((resolve) => {
    const id = `dialog-title-${opened += 1}`;
    const title = h('h2', { id }, question.title);
    const escape: Answer = question.escape ?? '', focus = question.focus ?? question.escape ?? 'no';
    const answer = (label: string, value: 'yes' | 'no', make: typeof button) =>
      make(label, () => dialog.close(value), { ...(value === 'yes' && { class: 'button primary' }), ...(value === focus && { autofocus: true }) });
    const dialog = h('dialog', {
      ...(question.id && { id: question.id }),
      'aria-labelledby': id,
      cancel: (event) => {
        event.preventDefault();
        dialog.close(escape);
      },
      close: () => {
        dialog.remove();
        resolve(dialog.returnValue as Answer);
      },
    },
    question.warning && h('p', { class: 'warning' }, h('span', { class: 'mark', 'aria-hidden': 'true' }, '!'), question.warning), title, h('p', {}, question.more),
    actions(answer(question.no ?? words.no, 'no', button), answer(question.yes ?? words.yes, 'yes', primary)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Back, or the end of a login: what is asked is not answered by はい.
export function closeQuestions(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog[open]')) dialog.close('');
}

export const ask = async (words: Pick<CommonWords, 'yes' | 'no'>, question: Question): Promise<boolean> => (await choose(words, question)) === 'yes';
