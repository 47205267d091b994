// The master user registers a general user of his company, changes what is known of one, or deletes him.
import type { App } from '../app';
import { Problem } from '../../shared/calls';
import { ask } from '../../shared/dialog';
import { actions, button, facts, h, p, primary } from '../../shared/dom';
import { checkFields, form, userIdField, type Field } from '../../shared/form';
import { mailField, nameField, passwordFields } from '../../shared/person_fields';
import { keyboardFor } from '../software_keyboard';
import type { PortalState } from '../types';
import type { CredentialRule, User, UserPage } from '../../shared/types';
import type { Shown } from './screen';

function passwordsOf(app: App, rule: CredentialRule, optional: boolean): [Field, Field] {
  const words = app.words.user;
  return passwordFields(app.words, rule, { label: optional ? words.newPassword : words.firstPassword, repeat: words.repeat, optional, more: (input) => keyboardFor(app.words, rule, input) });
}

const toList = (app: App) => button(app.words.back, () => void app.act(() => app.go('/users')));

export function newUserScreen(app: App, state: PortalState): Shown {
  const words = app.words.user, { pack } = state;
  const user = userIdField(app.words, pack.user_id, 'off'), name = nameField(app.words), mail = mailField(app.words), passwords = passwordsOf(app, pack.password, false);
  const fields = [user, name, mail, ...passwords];
  const register = async () => {
    checkFields(fields);
    const [password] = passwords;
    await app.post<User>('/portal/users', { user_id: user.input.value, kind: 'general', name: name.input.value.trim(), mail: mail.input.value.trim(), password: password.input.value });
    app.done = words.registered(user.input.value);
    await app.go('/users');
  };
  const buttons = actions(toList(app), primary(words.register, () => undefined, { type: 'submit' }));
  return { title: words.newTitle, body: [p(words.newLead), form(fields, buttons, () => void app.act(register))] };
}

function changeForm(app: App, state: PortalState, user: User): HTMLFormElement {
  const words = app.words.user;
  const name = nameField(app.words, user.name), mail = mailField(app.words, user.mail), passwords = passwordsOf(app, state.pack.password, true);
  const fields = [name, mail, ...passwords];
  const change = async () => {
    checkFields(fields);
    const password = passwords[0].input.value;
    await app.post<User>(`/portal/users/${user.id}/change`, { name: name.input.value.trim(), mail: mail.input.value.trim(), ...(password && { password }) });
    app.done = words.changed(user.user_id);
    await app.go('/users');
  };
  return form(fields, actions(toList(app), primary(words.save, () => undefined, { type: 'submit' })), () => void app.act(change));
}

async function remove(app: App, user: User): Promise<void> {
  const words = app.words.user;
  if (!(await ask(app.words, { warning: words.deleteWarning, title: words.deleteAsk(user.user_id), more: words.deleteAfter, yes: words.delete, no: app.words.back }))) return;
  await app.post<User>(`/portal/users/${user.id}/delete`);
  app.done = words.deleted(user.user_id);
  await app.go('/users');
}

// Whose is behind the address' #, so that a reload finds him again.
export function userScreen(app: App, state: PortalState): Shown {
  const words = app.words.user, userId = app.subject();
  const place = h('div');
  const load = async () => {
    if (!userId) {
      history.replaceState(null, '', '/users');
      return app.arrive();
    }
    const page = await app.get<UserPage>(`/portal/users?user_id=${encodeURIComponent(userId)}`);
    const user = page.items.find((each) => each.user_id === userId && each.state !== 'deleted');
    if (!user) throw Problem.ofPage('user.deleted');
    place.replaceChildren(
      facts([app.words.credentials.userId, h('strong', {}, user.user_id)], [app.words.users.state, app.words.users.states[user.state]]),
      changeForm(app, state, user), h('hr'), h('h2', {}, words.deleteTitle), p(words.deleteAfter), actions(button(words.delete, () => void app.act(() => remove(app, user)))));
  };
  return { title: words.title, body: [place], begin: () => void app.act(load) };
}
