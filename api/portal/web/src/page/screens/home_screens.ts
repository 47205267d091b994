// After a login: a small home page.
import type { App } from '../app';
import { actions, button, facts, h } from '../../shared/dom';
import { time } from '../../shared/times';
import type { PortalState } from '../types';
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
