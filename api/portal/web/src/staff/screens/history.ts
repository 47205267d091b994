// What the audit log tells of a user. The API gives it from the oldest on; people ask for the newest first.
import { button, h, p, type Child } from '../../shared/dom';
import type { App } from '../app';
import { shortText, shortTime } from '../short_time';
import { byWhom, whatHappened } from '../history_words';
import type { KnownUser, Leaf, Page } from '../types';
import { table } from './table';

const atOnce = 20;

// Locks end what a guesser can add to it: it stays small enough to be read whole.
async function leavesOf(app: App, user: string): Promise<Leaf[]> {
  const all: Leaf[] = [];
  let next: string | null | undefined;
  do {
    const page: Page<Leaf> = await app.get(`/v1/users/${user}/history?limit=1000${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
    all.push(...page.items);
    next = page.next;
  } while (next);
  return all.reverse();
}

function row(app: App, user: KnownUser, leaf: Leaf): Child[] {
  const { what, more } = whatHappened(app.words, leaf, (rfc3339) => shortText(app.words, rfc3339));
  return [shortTime(app.words, leaf.time), h('span', {}, h('strong', {}, what), more && h('br'), more && h('span', { class: 'soft' }, more)), byWhom(app.words, leaf, user), String(leaf.index)];
}

export async function historyOf(app: App, user: KnownUser): Promise<Child[]> {
  const words = app.words.history, leaves = await leavesOf(app, user.id);
  if (leaves.length === 0) return [p(words.none)];
  const place = h('div', { class: 'history' }), count = h('p', { class: 'soft', role: 'status', tabindex: '-1' });
  let shown = 0;
  const more = button(app.words.more, () => {
    show();
    if (more.hidden) count.focus(); // the button that had the focus is gone
  }, { class: 'button small' });
  const show = () => {
    shown = Math.min(shown + atOnce, leaves.length);
    place.replaceChildren(table(words.title, [words.time, words.what, words.who, words.leaf], leaves.slice(0, shown).map((leaf) => row(app, user, leaf))));
    count.textContent = words.count(shown, leaves.length);
    more.hidden = shown === leaves.length;
  };
  show();
  return [h('p', { class: 'soft' }, words.lead), place, count, more];
}
