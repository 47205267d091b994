// ① to ⑧: where one is.
import { h } from '../shared/dom';
import type { Words } from '../texts/ja';

export function stepsOf(words: Words, now: number): HTMLElement[] {
  const step = (name: string, i: number) => {
    const number = i + 1, done = number < now;
    return h('li', { class: done ? 'done' : number === now ? 'now' : 'ahead', ...(number === now && { 'aria-current': 'step' }) },
      h('span', { class: 'number', 'aria-hidden': 'true' }, done ? '✓' : String(number)),
      h('span', { class: 'name' }, h('span', { class: 'unseen' }, `${number}. `), name, done && h('span', { class: 'unseen' }, ` ${words.steps.done}`)));
  };
  return [h('p', { class: 'where', 'aria-hidden': 'true' }, `${words.steps.count(now)}　${words.steps.names[now - 1] ?? ''}`), h('ol', { class: 'steps' }, ...words.steps.names.map(step))];
}
