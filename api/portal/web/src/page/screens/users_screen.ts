// The master user's list of his company's general users: locks and blocks (R15), and the ways to register and change one.
import type { App } from '../app';
import { ask } from '../../shared/dialog';
import { actions, button, h, note, p, primary } from '../../shared/dom';
import { time } from '../../shared/times';
import type { User, UserPage } from '../../shared/types';
import type { Shown } from './screen';

const mayRelease = (user: User) => user.state === 'locked' || user.state === 'blocked';

function row(app: App, user: User, release: (user: User) => void): HTMLElement {
  const words = app.words.users;
  const cell = (name: string, ...content: (Node | string)[]) => h('td', {}, h('span', { class: 'name', 'aria-hidden': 'true' }, name), h('span', {}, ...content));
  const until = user.state === 'locked' && user.locked_until ? [' ', words.until(time(app.words, user.locked_until).textContent ?? '')] : [];
  const change = button(words.change, () => void app.act(() => app.go('/user', user.user_id)), { class: 'button small', 'aria-label': words.changeOf(user.user_id) });
  return h('tr', {},
    h('th', { scope: 'row' }, user.user_id), cell(words.name, user.name),
    cell(words.state, h('span', { class: `state ${user.state}` }, words.states[user.state]), ...until),
    h('td', { class: 'acts' }, mayRelease(user) && button(words.release, () => release(user), { class: 'button small', 'aria-label': words.releaseOf(user.user_id) }), change));
}

export function usersScreen(app: App): Shown {
  const words = app.words.users;
  const told = h('p', { class: 'told', role: 'status' });
  const done = app.done && note('good', p(app.done));
  app.done = '';
  const rows = h('tbody'), none = h('p', { hidden: true }, words.none);
  let next: string | null | undefined;
  const more = button(words.more, () => void app.act(load), { hidden: true });
  const load = async () => {
    const pressed = Boolean(next);
    const page = await app.get<UserPage>(`/portal/users${next ? `?cursor=${encodeURIComponent(next)}` : ''}`);
    const fresh = page.items.filter((user) => user.kind === 'general').map((user) => row(app, user, release));
    rows.append(...fresh);
    next = page.next;
    more.hidden = !next;
    // The button that had the focus is gone.
    if (pressed && more.hidden) (fresh[0] ?? rows.rows[rows.rows.length - 1])?.querySelector('button')?.focus();
    none.hidden = rows.childElementCount > 0 || !more.hidden;
  };
  const release = (user: User) => void app.act(async () => {
    if (!(await ask(app.words, { warning: '', title: words.ask(user.user_id), more: words.after }))) return;
    const released = (await app.post<User>(`/portal/users/${user.id}/release`)).body;
    const old = Array.from(rows.rows).find((each) => each.cells[0]?.textContent === user.user_id);
    const fresh = row(app, released, release);
    old?.replaceWith(fresh);
    told.textContent = words.released(user.user_id);
    fresh.querySelector<HTMLButtonElement>('button:last-of-type')?.focus();
  });
  const head = h('thead', {}, h('tr', {}, ...[app.words.credentials.userId, words.name, words.state, words.act].map((name) => h('th', { scope: 'col' }, name))));
  return {
    title: words.title,
    body: [
      done, p(words.lead), told, h('table', { class: 'users' }, head, rows), none, more,
      actions(button(words.home, () => void app.act(() => app.go('/home'))), primary(words.add, () => void app.act(() => app.go('/newuser')))),
    ],
    begin: () => void app.act(load),
  };
}
