// Client companies, and the users of one.
import { Problem } from '../../shared/calls';
import { ask } from '../../shared/dialog';
import { actions, button, h, p, primary, type Child } from '../../shared/dom';
import { checkFields, field, form } from '../../shared/form';
import { nameTooLong } from '../../shared/person';
import type { App } from '../app';
import { shortTime } from '../short_time';
import type { KnownUser, Organisation, Page } from '../types';
import { linkTo, type Shown } from './screen';
import { table } from './table';

function companies(app: App, items: Organisation[]): Child[] {
  const words = app.words.organisations;
  if (items.length === 0) return [p(words.none)];
  const list = table(words.title, [words.name, words.created],
    items.map((each) => [linkTo(app, { name: 'members', organisation: each.id }, each.name), shortTime(app.words, each.created)]));
  const count = h('p', { class: 'soft', role: 'status' }, words.shown(items.length));
  const filter = h('input', { type: 'text', id: 'filter', autocomplete: 'off', input: () => {
    const rows = Array.from(list.tBodies[0]?.rows ?? []);
    for (const row of rows) row.hidden = !(row.cells[0]?.textContent ?? '').toLowerCase().includes(filter.value.trim().toLowerCase());
    count.textContent = words.shown(rows.filter((row) => !row.hidden).length);
  } });
  return [h('div', { class: 'field' }, h('label', { for: 'filter' }, words.filter), filter), count, list];
}

export async function organisationsScreen(app: App): Promise<Shown> {
  const words = app.words.organisations;
  const { items } = await app.get<{ items: Organisation[] }>('/v1/organisations');
  const name = field(app.words, {
    name: 'name', label: words.addName, type: 'text', autocomplete: 'off', hint: words.addHint,
    fault: (value) => (value.trim() === '' ? app.words.credentials.fault.missing : nameTooLong(value) ? app.words.person.nameLong : undefined),
  });
  const add = async () => {
    checkFields([name]);
    const wanted = name.input.value.trim();
    if (!(await ask(app.words, { warning: '', title: words.addAsk(wanted), more: words.addAfter, yes: words.addSubmit, no: app.words.cancel }))) return;
    const added = await app.post<Organisation>('/v1/organisations', { name: wanted });
    app.notice = words.added;
    await app.go({ name: 'members', organisation: added.id });
  };
  return {
    name: 'organisations', title: words.title,
    body: [p(words.lead), ...companies(app, items), h('h2', {}, words.add), form([name], actions(primary(words.addSubmit, () => undefined, { type: 'submit' })), () => void app.act(add))],
  };
}

export async function membersScreen(app: App, id: string): Promise<Shown> {
  const words = app.words.members, organisation = await app.organisation(id);
  if (!organisation) throw Problem.ofPage('page.not-there');
  const none = h('p', { hidden: true }, words.none);
  const columns = [app.words.credentials.userId, words.name, words.kind, words.state];
  let next: string | null | undefined;
  const more = button(app.words.more, () => void app.act(load), { class: 'button small' });
  const list = h('div');
  const load = async () => {
    const page: Page<KnownUser> = await app.get(`/v1/users?organisation=${id}&limit=100${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
    const rows = table(organisation.name, columns, page.items.map((user) => [linkTo(app, { name: 'user', user: user.id }, user.user_id), user.name,
      app.words.kinds[user.kind] ?? '', h('span', { class: `state ${user.state}` }, app.words.states[user.state])]));
    const pressed = Boolean(next), fresh = Array.from(rows.tBodies[0]?.rows ?? []);
    if (list.childElementCount === 0 && page.items.length > 0) list.append(rows);
    else list.querySelector('tbody')?.append(...fresh);
    next = page.next;
    more.hidden = !next;
    if (pressed && more.hidden) fresh[0]?.querySelector('a')?.focus(); // the button that had the focus is gone
    none.hidden = list.childElementCount > 0;
  };
  await load();
  return {
    name: 'members', title: words.title(organisation.name),
    body: [p(words.lead), list, none, more, actions(primary(words.register, () => void app.act(() => app.go({ name: 'register', organisation: id }))))],
  };
}
