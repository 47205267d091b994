// A user by the ID that people know; the API goes by the UUID.
import { actions, h, p, primary } from '../../shared/dom';
import { checkFields, field, form } from '../../shared/form';
import { Problem } from '../../shared/calls';
import type { App } from '../app';
import type { KnownUser, Page } from '../types';
import { linkTo, type Shown } from './screen';

export async function findScreen(app: App): Promise<Shown> {
  const words = app.words.find;
  const wanted = field(app.words, {
    name: 'user_id', label: app.words.credentials.userId, type: 'text', autocomplete: 'off', hint: words.hint,
    fault: (value) => (value.trim() === '' ? app.words.credentials.fault.missing : /[^!-~]/.test(value.trim()) ? app.words.credentials.fault[/[^ -~]/.test(value) ? 'width' : 'letters'] : undefined),
  });
  const find = async () => {
    checkFields([wanted]);
    const { items: [user] } = await app.get<Page<KnownUser>>(`/v1/users?user_id=${encodeURIComponent(wanted.input.value.trim())}`);
    if (!user) throw Problem.ofPage('staff.no-user');
    await app.go({ name: 'user', user: user.id });
  };
  return {
    name: 'find', title: words.title,
    body: [p(words.lead), form([wanted], actions(primary(words.submit, () => undefined, { type: 'submit' })), () => void app.act(find)),
      h('p', { class: 'aside' }, words.company, ' ', linkTo(app, { name: 'organisations' }, words.companyLink))],
  };
}
