// ② and ③: what the browser showed, and the four entries.
import type { App } from '../app';
import { actions, button, h, note, p, primary } from '../../shared/dom';
import { byTheManual, everybodyRegisters } from '../pack_choices';
import { underWay } from '../screen_choice';
import type { PortalState } from '../types';
import type { Shown } from './screen';

export function certificateScreen(app: App, state: PortalState): Shown {
  const words = app.words.certificate, { status } = state.shown;
  const goOn = () => {
    app.local.certificateSeen = true;
    void app.act(() => app.go('/'));
  };
  return {
    title: words.title,
    body: [
      note(status === 'valid' ? 'good' : status === 'none' ? 'plain' : 'warning', p(h('strong', {}, app.words.shown[status])), status !== 'valid' && p(words.useless)),
      p(words.lead),
      h('h2', {}, words.how),
      h('ul', { class: 'notes' }, ...words.notes.map((each) => h('li', {}, each))),
      actions(primary(app.words.ok, goOn)),
    ],
  };
}

function goOn(app: App, state: PortalState): HTMLElement | undefined {
  const words = app.words.entry, enrolment = underWay(state, app.local);
  return enrolment && note('warning', p(words.underWay(enrolment.user_id)), primary(words.goOn, () => void app.act(() => app.go('/enrol'))));
}

function loggedIn(app: App, state: PortalState): HTMLElement | null {
  const words = app.words.entry;
  if (!state.session || state.session.choose_password) return null; // a first password's login is good for nothing else
  return note('plain', p(words.loggedIn(state.session.user.name)), button(words.home, () => void app.act(() => app.go('/home'))));
}

export function entryScreen(app: App, state: PortalState): Shown {
  const words = app.words.entry;
  const done = app.done && note('plain', p(app.done));
  app.done = '';
  const entry = (label: string, hint: string, press: () => Promise<void>, main = false) =>
    h('li', {}, h('button', { type: 'button', class: main ? 'entry main' : 'entry', click: () => void app.act(press) },
      h('span', { class: 'label' }, label), h('span', { class: 'hint' }, hint)));
  return {
    title: words.title,
    body: [
      done, goOn(app, state), loggedIn(app, state),
      p(words.lead),
      h('ul', { class: 'entries' },
        entry(words.login, words.loginHint, () => app.go('/login'), true),
        entry(words.master, words.masterHint, () => app.go('/register')),
        entry(words.general, words.generalHint, () => (everybodyRegisters(state.pack) ? app.go('/register') : app.enrol())),
        entry(words.issue, words.issueHint, () => app.enrol())),
      note(state.shown.status === 'valid' ? 'good' : 'plain', p(app.words.shown[state.shown.status]),
        button(words.help, () => void app.act(() => app.go('/certificate')), { class: 'button link' })),
      h('ul', { class: 'notes' }, h('li', {}, byTheManual(state.pack) ? words.validity : words.anyValidity), h('li', {}, words.computer)),
    ],
  };
}
