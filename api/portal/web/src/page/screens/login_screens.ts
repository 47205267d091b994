// Logins, the master user's first one, and the password that he chooses.
import type { App } from '../app';
import { actions, button, p, primary } from '../../shared/dom';
import { checkFields, faultWords, form, userIdField } from '../../shared/form';
import { byTheManual } from '../pack_choices';
import { passwordField } from '../password_field';
import type { PortalState, Session } from '../types';
import type { Shown } from './screen';

function loginForm(app: App, state: PortalState, screen: 'login' | 'registration', next: string): HTMLFormElement {
  const { words } = app, { pack } = state;
  const user = userIdField(words, pack.user_id);
  const password = passwordField(words, pack.password, 'password', words.credentials.password, 'current-password');
  const fields = [user, password];
  const buttons = actions(button(words.cancel, () => void app.act(() => app.go('/'))), primary(words.login.submit, () => undefined, { type: 'submit' }));
  return form(fields, buttons, () => void app.act(async () => {
    checkFields(fields);
    await app.post<{ session: Session }>('/portal/login', { user_id: user.input.value, password: password.input.value, screen });
    await app.go(next);
  }));
}

export function loginScreen(app: App, state: PortalState): Shown {
  return { title: app.words.login.title, body: [p(app.words.login.lead), loginForm(app, state, 'login', '/home')] };
}

export function registerScreen(app: App, state: PortalState): Shown {
  const words = app.words.register, manual = byTheManual(state.pack);
  return { title: manual ? words.title : words.anyTitle, body: [p(manual ? words.lead : words.anyLead), loginForm(app, state, 'registration', '/password')] };
}

export function passwordScreen(app: App, state: PortalState): Shown {
  const words = app.words.password, rule = state.pack.password;
  const old = passwordField(app.words, rule, 'old', words.old, 'current-password');
  const fresh = passwordField(app.words, rule, 'new', words.fresh, 'new-password');
  const repeat = passwordField(app.words, rule, 'repeat', words.repeat, 'new-password', (value) =>
    faultWords(app.words, rule, value) ?? (value === fresh.input.value ? undefined : words.differs));
  const fields = [old, fresh, repeat];
  const leave = async () => {
    await app.post('/portal/logout');
    await app.go('/');
  };
  const buttons = actions(button(app.words.cancel, () => void app.act(leave)), primary(words.submit, () => undefined, { type: 'submit' }));
  const choose = async () => {
    checkFields(fields);
    await app.post('/portal/password', { old: old.input.value, new: fresh.input.value });
    // The ticket was good for this alone; what comes next is the certificate.
    await app.post('/portal/logout').catch(() => undefined); // it is chosen, whatever becomes of this
    app.notice = 'password';
    await app.enrol();
  };
  return { title: words.title, body: [p(words.lead), form(fields, buttons, () => void app.act(choose))] };
}
