// ④: user ID and password, and where the pack asks for it a code.
import { passwordField } from '../password_field';
import type { App } from '../app';
import { actions, button, h, note, p, primary } from '../../shared/dom';
import { checkFields, field, form, userIdField } from '../../shared/form';
import { byTheManual } from '../pack_choices';
import type { Enrolment, PortalState } from '../types';
import type { Shown } from './screen';

export function authenticateScreen(app: App, state: PortalState): Shown {
  const words = app.words.authenticate, { pack } = state;
  const user = userIdField(app.words, pack.user_id);
  const password = passwordField(app.words, pack.password, 'password', app.words.credentials.password, 'current-password');
  const fields = [user, password];
  const registered = app.notice === 'password';
  app.notice = undefined;
  const buttons = actions(button(app.words.cancel, () => void app.act(() => app.go('/'))), primary(words.submit, () => undefined, { type: 'submit' }));
  const authenticate = async () => {
    checkFields(fields);
    const answer = await app.post<{ enrolment: Enrolment }>('/portal/enrolment', { user_id: user.input.value, password: password.input.value });
    if (app.state) app.state.session = null; // who enrols is not logged in beside it
    app.take(answer.body.enrolment);
  };
  return {
    title: words.title,
    body: [
      registered && note('good', p(app.words.password.done)),
      p(words.lead),
      form(fields, buttons, () => void app.act(authenticate)),
      h('ul', { class: 'notes' }, h('li', {}, words.lock(pack.lock.tries, Math.round(pack.lock.seconds / 60), pack.lock.locks)), h('li', {}, byTheManual(pack) ? words.gate : words.anyGate)),
    ],
  };
}

// R25, R26: キャンセル drops the authentication and leads to the login screen.
export async function cancelEnrolment(app: App): Promise<void> {
  await app.post('/portal/enrolment/cancel');
  await app.go('/');
}

export function codeScreen(app: App): Shown {
  const words = app.words.code;
  const code = field(app.words, {
    name: 'code', label: words.label, type: 'text', autocomplete: 'one-time-code', hint: words.hint, numeric: true,
    fault: (value) => (/^[0-9]{6}$/.test(value) ? undefined : words.fault),
  });
  const buttons = actions(button(app.words.cancel, () => void app.act(() => cancelEnrolment(app))), primary(words.submit, () => undefined, { type: 'submit' }));
  const enter = async () => {
    checkFields([code]);
    app.take((await app.post<{ enrolment: Enrolment }>('/portal/enrolment/code', { code: code.input.value })).body.enrolment);
  };
  return { title: words.title, body: [p(words.lead), form([code], buttons, () => void app.act(enter))] };
}
