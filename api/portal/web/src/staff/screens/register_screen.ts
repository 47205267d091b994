// A master user of a company. The first password is typed twice, sent once, and shown to nobody.
import { Problem } from '../../page/calls';
import { actions, button, note, p, primary } from '../../page/dom';
import { checkFields, faultWords, field, form, userIdField } from '../../page/form';
import type { App } from '../app';
import type { KnownUser } from '../types';
import type { Shown } from './screen';

export async function registerScreen(app: App, id: string): Promise<Shown> {
  const words = app.words.register, [organisation, pack] = [await app.organisation(id), await app.pack()];
  if (!organisation) throw Problem.ofPage('page.not-there');
  const needed = (value: string) => (value.trim() === '' ? words.missing : undefined);
  const rule = pack.password, hint = app.words.credentials.hint(rule);
  const user = userIdField(app.words, pack.user_id, 'off');
  const name = field(app.words, { name: 'name', label: words.name, type: 'text', autocomplete: 'off', hint: words.nameHint, fault: needed });
  const mail = field(app.words, { name: 'mail', label: words.mail, type: 'text', autocomplete: 'off', hint: words.mailHint, fault: needed });
  const password = field(app.words, { name: 'password', label: words.password, type: 'password', autocomplete: 'new-password', hint, fault: (value) => faultWords(app.words, rule, value) });
  const repeat = field(app.words, {
    name: 'repeat', label: words.repeat, type: 'password', autocomplete: 'new-password',
    fault: (value) => (value === '' ? words.missing : value === password.input.value ? undefined : words.differs),
  });
  const fields = [user, name, mail, password, repeat];
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
