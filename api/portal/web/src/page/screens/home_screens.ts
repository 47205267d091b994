// After a login: a small home page, and the master user's list of his company's users (R15).
import type { App } from '../app';
import { ask } from '../dialog';
import { actions, button, facts, h, p, primary } from '../dom';
import { time } from '../times';
import type { PortalState, User, UserPage } from '../types';
import type { Shown } from './screen';

async function logOut(app: App): Promise<void> {
  await app.post('/portal/logout');
  await app.go('/');
}

export function homeScreen(app: App, state: PortalState): Shown {
  const words = app.words.home, session = state.session;
  if (!session) return { title: words.title, body: [] };
  const { user } = session;
  return {
    title: words.title,
    body: [
      h('p', { class: 'welcome' }, words.welcome(user.name)),
      facts([app.words.credentials.userId, h('strong', {}, user.user_id)], [words.kind, words.kinds[user.kind]], [words.mail, user.mail],
        [words.certificate, app.words.shown[state.shown.status]], [words.until, time(app.words, session.ends)]),
      user.kind === 'master' && h('ul', { class: 'entries' }, h('li', {}, h('button', { type: 'button', class: 'entry main', click: () => void app.act(() => app.go('/users')) },
        h('span', { class: 'label' }, words.users), h('span', { class: 'hint' }, words.usersHint)))),
      actions(button(words.logout, () => void app.act(() => logOut(app)))),
    ],
  };
}

const mayRelease = (user: User) => user.state === 'locked' || user.state === 'blocked';

function row(app: App, user: User, release: (user: User) => void): HTMLElement {
  const words = app.words.users;
  const cell = (name: string, ...content: (Node | string)[]) => h('td', {}, h('span', { class: 'name', 'aria-hidden': 'true' }, name), h('span', {}, ...content));
  const until = user.state === 'locked' && user.locked_until ? [' ', words.until(time(app.words, user.locked_until).textContent ?? '')] : [];
  return h('tr', {},
    h('th', { scope: 'row' }, user.user_id), cell(words.name, user.name),
    cell(words.state, h('span', { class: `state ${user.state}` }, words.states[user.state]), ...until),
    h('td', {}, mayRelease(user) ? button(words.release, () => release(user), { class: 'button small', 'aria-label': words.releaseOf(user.user_id) }) : ''));
}

export function usersScreen(app: App): Shown {
  const words = app.words.users;
  const told = h('p', { class: 'told', role: 'status' });
  const rows = h('tbody'), none = h('p', { hidden: true }, words.none);
  let next: string | null | undefined;
  const more = button(words.more, () => void app.act(load), { hidden: true });
  const load = async () => {
    const page = await app.get<UserPage>(`/portal/users${next ? `?cursor=${encodeURIComponent(next)}` : ''}`);
    rows.append(...page.items.filter((user) => user.kind === 'general').map((user) => row(app, user, release)));
    next = page.next;
    more.hidden = !next;
    none.hidden = rows.childElementCount > 0 || !more.hidden;
  };
  const release = (user: User) => void app.act(async () => {
    if (!(await ask(app.words, { warning: '', title: words.ask(user.user_id), more: words.after }))) return;
    const released = (await app.post<User>(`/portal/users/${user.id}/release`)).body;
    const old = Array.from(rows.rows).find((each) => each.cells[0]?.textContent === user.user_id);
    old?.replaceWith(row(app, released, release));
    told.textContent = words.released(user.user_id);
  });
  const head = h('thead', {}, h('tr', {}, ...[app.words.credentials.userId, words.name, words.state, words.act].map((name) => h('th', { scope: 'col' }, name))));
  return {
    title: words.title,
    body: [p(words.lead), told, h('table', { class: 'users' }, head, rows), none, more, actions(primary(words.home, () => void app.act(() => app.go('/home'))))],
    begin: () => void app.act(load),
  };
}
