// A master user's name, address or password is changed, or he is deleted.
import { Problem } from '../../shared/calls';
import { ask } from '../../shared/dialog';
import { actions, button, facts, h, note, p, primary } from '../../shared/dom';
import { checkFields, form } from '../../shared/form';
import type { App } from '../app';
import type { KnownUser } from '../types';
import { mailField, nameField, passwordFields } from '../../shared/person_fields';
import type { Shown } from './screen';
import { inForce, issuedTo } from './user_screen';

async function remove(app: App, user: KnownUser): Promise<void> {
  const words = app.words.change;
  if (!(await ask(app.words, { warning: words.deleteWarning, title: words.deleteAsk(user.user_id), more: words.deleteAfter, yes: words.delete, no: app.words.cancel }))) return;
  await app.post(`/v1/users/${user.id}/delete`);
  app.notice = words.deleted(user.user_id);
  await app.go({ name: 'user', user: user.id });
}

export async function changeScreen(app: App, id: string): Promise<Shown> {
  const words = app.words.change, pack = await app.pack();
  const user = await app.get<KnownUser>(`/v1/users/${id}`);
  if (user.kind !== 'master') throw Problem.ofPage('role.table');
  if (user.state === 'deleted') throw Problem.ofPage('user.deleted');
  const valid = inForce(await issuedTo(app, id)).length;
  const name = nameField(app.words, user.name), mail = mailField(app.words, user.mail);
  const passwords = passwordFields(app.words, pack.password, { label: words.password, repeat: words.repeat, optional: true }), [password] = passwords;
  const fields = [name, mail, ...passwords];
  const change = async () => {
    checkFields(fields);
    const changed = {
      ...(name.input.value.trim() !== user.name && { name: name.input.value.trim() }), ...(mail.input.value.trim() !== user.mail && { mail: mail.input.value.trim() }),
      ...(password.input.value && { password: password.input.value }),
    };
    if (Object.keys(changed).length > 0) await app.post(`/v1/users/${id}/change`, changed);
    app.notice = Object.keys(changed).length > 0 ? words.done : words.nothing;
    await app.go({ name: 'user', user: id });
  };
  const toUser = () => void app.act(() => app.go({ name: 'user', user: id }));
  return {
    name: 'change', title: words.title,
    body: [
      facts([app.words.credentials.userId, h('strong', {}, user.user_id)]), note('plain', p(words.passwordNote)),
      form(fields, actions(button(app.words.cancel, toUser), primary(words.submit, () => undefined, { type: 'submit' })), () => void app.act(change)),
      h('hr'), h('h2', {}, words.deleteTitle), p(words.deleteAfter), valid > 0 && note('warning', p(words.revokeFirst(valid))),
      actions(button(words.delete, () => void app.act(() => remove(app, user)), { class: 'button danger' })),
    ],
  };
}
