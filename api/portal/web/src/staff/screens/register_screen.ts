// A master user of a company. The first password is typed twice, sent once, and shown to nobody.
import { Problem } from '../../shared/calls';
import { actions, button, note, p, primary } from '../../shared/dom';
import { checkFields, form, userIdField } from '../../shared/form';
import type { App } from '../app';
import type { KnownUser } from '../types';
import { mailField, nameField, passwordFields } from '../../shared/person_fields';
import type { Shown } from './screen';

export async function registerScreen(app: App, id: string): Promise<Shown> {
  const words = app.words.register, [organisation, pack] = [await app.organisation(id), await app.pack()];
  if (!organisation) throw Problem.ofPage('page.not-there');
  const user = userIdField(app.words, pack.user_id, 'off'), name = nameField(app.words), mail = mailField(app.words);
  const passwords = passwordFields(app.words, pack.password, { label: words.password, repeat: words.repeat }), [password] = passwords;
  const fields = [user, name, mail, ...passwords];
  const register = async () => {
    checkFields(fields);
    const made = await app.post<KnownUser>('/v1/users', {
      organisation: id, kind: 'master', user_id: user.input.value, name: name.input.value.trim(), mail: mail.input.value.trim(), password: password.input.value,
    });
    app.notice = words.done(made.user_id);
    await app.go({ name: 'user', user: made.id });
  };
  const buttons = actions(button(app.words.cancel, () => void app.act(() => app.go({ name: 'members', organisation: id }))), primary(words.submit, () => undefined, { type: 'submit' }));
  return {
    name: 'register', title: words.title,
    body: [p(words.lead(organisation.name)), note('plain', p(words.once)), form(fields, buttons, () => void app.act(register))],
  };
}
