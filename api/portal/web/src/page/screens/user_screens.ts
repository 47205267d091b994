// The master user registers a general user of his company, changes what is known of one, or deletes him.
import type { App } from '../app';
import { Problem } from '../calls';
import { ask } from '../dialog';
import { actions, button, facts, h, p, primary } from '../dom';
import { checkFields, faultWords, field, form, passwordField, userIdField, type Field } from '../form';
import { nameTooLong } from '../person';
import type { CredentialRule, PortalState, User, UserPage } from '../types';
import type { Shown } from './screen';

// The API has the last word on addresses; this finds what was plainly forgotten.
const mailForm = /^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$/;

function nameField(app: App, value = ''): Field {
  const words = app.words.user;
  return field(app.words, {
    name: 'name', label: app.words.users.name, type: 'text', autocomplete: 'off', value,
    fault: (typed) => (typed.trim() === '' ? app.words.credentials.fault.missing : nameTooLong(typed) ? words.nameFault : undefined),
  });
}

function mailField(app: App, value = ''): Field {
  const words = app.words.user;
  return field(app.words, {
    name: 'mail', label: app.words.home.mail, type: 'text', autocomplete: 'off', hint: words.mailHint, value,
    fault: (typed) => (typed === '' ? app.words.credentials.fault.missing : mailForm.test(typed) && typed.length <= 254 ? undefined : words.mailFault),
  });
}

// Twice, since nobody sees what he types. `optional`: both may stay empty.
function passwordFields(app: App, rule: CredentialRule, optional: boolean): [Field, Field] {
  const words = app.words.user, faults = (value: string) => (optional && value === '' ? undefined : faultWords(app.words, rule, value));
  const first = passwordField(app.words, rule, 'password', optional ? words.newPassword : words.firstPassword, 'new-password', faults, optional);
  const repeat = passwordField(app.words, rule, 'repeat', words.repeat, 'new-password',
    (value) => (value === first.input.value ? faults(value) : words.differs), optional);
  return [first, repeat];
}

const toList = (app: App) => button(app.words.back, () => void app.act(() => app.go('/users')));

export function newUserScreen(app: App, state: PortalState): Shown {
  const words = app.words.user, { pack } = state;
  const user = userIdField(app.words, pack.user_id, 'off'), name = nameField(app), mail = mailField(app), passwords = passwordFields(app, pack.password, false);
  const fields = [user, name, mail, ...passwords];
  const register = async () => {
    checkFields(fields);
    const [password] = passwords;
    await app.post<User>('/portal/users', { user_id: user.input.value, kind: 'general', name: name.input.value.trim(), mail: mail.input.value, password: password.input.value });
    app.done = words.registered(user.input.value);
    await app.go('/users');
  };
  const buttons = actions(toList(app), primary(words.register, () => undefined, { type: 'submit' }));
  return { title: words.newTitle, body: [p(words.newLead), form(fields, buttons, () => void app.act(register))] };
}

function changeForm(app: App, state: PortalState, user: User): HTMLFormElement {
  const words = app.words.user;
  const name = nameField(app, user.name), mail = mailField(app, user.mail), passwords = passwordFields(app, state.pack.password, true);
  const fields = [name, mail, ...passwords];
  const change = async () => {
    checkFields(fields);
    const password = passwords[0].input.value;
    await app.post<User>(`/portal/users/${user.id}/change`, { name: name.input.value.trim(), mail: mail.input.value, ...(password && { password }) });
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
