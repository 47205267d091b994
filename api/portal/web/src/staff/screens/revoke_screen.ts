// A15: all valid certificates of a user, on an application with its number, for one of four reasons.
import { ask } from '../../shared/dialog';
import { actions, button, facts, h, note, p, primary, type Child } from '../../shared/dom';
import { checkFields, field, form, type Asked, type Field } from '../../shared/form';
import { octets } from '../../shared/person';
import { time } from '../../shared/times';
import type { App } from '../app';
import { reasons, type KnownCertificate, type KnownUser, type Reason } from '../types';
import type { Shown } from './screen';
import { serialOf, table } from './table';
import { inForce, issuedTo } from './user_screen';

const mostOctets = 64; // as the API takes

function list(app: App, certificates: KnownCertificate[]): HTMLElement {
  const words = app.words.revoke;
  return table(words.what, [words.serial, words.status, words.validity],
    certificates.map((each) => [serialOf(each.serial), h('span', { class: `status ${each.status}` }, app.words.statuses[each.status]), time(app.words, each.not_after)]));
}

interface Choice extends Asked {
  value(): Reason | undefined;
}

function reasonChoice(app: App): Choice {
  const words = app.words.revoke;
  const inputs = reasons.map((reason, i) => h('input', { type: 'radio', name: 'reason', id: `field-reason-${i}`, value: reason, required: true, 'aria-describedby': `field-reason-${i}-hint` }));
  const fault = h('p', { id: 'field-reason-fault', class: 'fault' });
  const tell = (text: string | undefined) => { fault.textContent = text ?? ''; };
  const value = () => reasons[inputs.findIndex((each) => each.checked)];
  const element = h('fieldset', { class: 'field', 'aria-describedby': 'field-reason-fault', change: () => tell(undefined) },
    h('legend', {}, words.reason, h('span', { class: 'required' }, app.words.required)), fault,
    ...reasons.map((reason, i) => h('div', { class: 'choice' }, inputs[i], h('label', { for: `field-reason-${i}` }, app.words.reasons[reason]),
      h('p', { class: 'hint', id: `field-reason-${i}-hint` }, words.hints[reason]))));
  return { name: 'reason', element, tell, value, fault: () => (value() ? undefined : words.reasonFault) };
}

function applicationField(app: App): Field {
  const words = app.words.revoke;
  return field(app.words, {
    name: 'application', label: words.application, type: 'text', autocomplete: 'off', hint: words.applicationHint,
    fault: (value) => (value.trim() === '' ? words.applicationFault : octets(value.trim()) > mostOctets ? words.applicationLong : undefined),
  });
}

async function confirmed(app: App, user: KnownUser, certificates: KnownCertificate[], application: string, reason: Reason): Promise<boolean> {
  const words = app.words.revoke;
  return ask(app.words, {
    warning: words.warning, title: words.ask(certificates.length), yes: words.yes, no: words.no,
    more: h('div', {}, facts([app.words.credentials.userId, h('strong', {}, user.user_id)], [words.application, application], [words.reason, app.words.reasons[reason] ?? reason],
      [words.what, h('span', {}, ...certificates.flatMap((each): Child[] => [serialOf(each.serial), h('br')]))])),
  });
}

function resultScreen(app: App, user: KnownUser, revoked: KnownCertificate[]): Shown {
  const words = app.words.revoke;
  const rows = revoked.map((each): Child[] => [serialOf(each.serial), each.revocation ? time(app.words, each.revocation.revoked_at) : '',
    app.words.reasons[each.revocation?.reason ?? ''] ?? '', String(each.revocation?.ledger.index ?? '')]);
  const none = revoked.length === 0;
  return {
    name: 'revoked', title: none ? words.title : words.done,
    body: [note(none ? 'warning' : 'good', p(none ? words.doneNone : words.doneLead(revoked.length)), !none && p(words.next)),
      facts([app.words.credentials.userId, h('strong', {}, user.user_id)]),
      !none && table(words.done, [words.serial, words.revokedAt, words.reason, words.leaf], rows),
      actions(primary(words.user, () => void app.act(() => app.go({ name: 'user', user: user.id }))))],
  };
}

export async function revokeScreen(app: App, id: string): Promise<Shown> {
  const words = app.words.revoke;
  const user = await app.get<KnownUser>(`/v1/users/${id}`);
  if (app.revoked) return resultScreen(app, user, app.revoked);
  const certificates = inForce(await issuedTo(app, id));
  const toUser = () => void app.act(() => app.go({ name: 'user', user: id }));
  const head: Child[] = [facts([app.words.credentials.userId, h('strong', {}, user.user_id)], [app.words.user.name, user.name || app.words.user.noName])];
  if (certificates.length === 0)
    return { name: 'revoke', title: words.title, body: [...head, note('plain', p(words.none)), actions(button(words.user, toUser))] };

  const application = applicationField(app), reason = reasonChoice(app);
  const fields = [application, reason];
  const revoke = async () => {
    checkFields(fields);
    const chosen = reason.value(), number = application.input.value.trim();
    if (!chosen || !(await confirmed(app, user, certificates, number, chosen))) return;
    app.revoked = (await app.post<{ items: KnownCertificate[] }>(`/v1/users/${id}/revoke`, { application: number, reason: chosen })).items;
    await app.arrive();
  };
  const buttons = actions(button(app.words.cancel, toUser), primary(words.submit, () => undefined, { type: 'submit' }));
  return {
    name: 'revoke', title: words.title,
    body: [p(words.lead), ...head, h('h2', {}, words.what, ' ', h('span', { class: 'count' }, words.count(certificates.length))), list(app, certificates),
      form(fields, buttons, () => void app.act(revoke))],
  };
}
