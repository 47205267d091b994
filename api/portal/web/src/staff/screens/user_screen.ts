// One user: what the system knows of him, what may be done, and what has happened.
import { ask } from '../../shared/dialog';
import { actions, button, facts, h, note, p, type Child } from '../../shared/dom';
import { time } from '../../shared/times';
import type { App } from '../app';
import { shortTime } from '../short_time';
import type { KnownCertificate, KnownUser, UserEnrolment } from '../types';
import { historyOf } from './history';
import { linkTo, type Shown } from './screen';
import { serialOf, table } from './table';

const over = new Set(['revoked', 'expired', 'failed', 'possibly_signed']);

interface Issued {
  enrolment: UserEnrolment;
  certificate?: KnownCertificate;
}

// Their certificates are asked for one by one where that may tell more than the enrolment: it is in force as long as nobody has revoked it.
export async function issuedTo(app: App, user: string): Promise<Issued[]> {
  const { items } = await app.get<{ items: UserEnrolment[] }>(`/v1/users/${user}/enrolments`);
  const all: Issued[] = [];
  for (const enrolment of items)
    all.push({ enrolment, ...(enrolment.serial && !over.has(enrolment.state) && { certificate: await app.get<KnownCertificate>(`/v1/certificates/${enrolment.serial}`) }) });
  return all;
}

export const inForce = (issued: Issued[]): KnownCertificate[] =>
  issued.flatMap(({ certificate }) => (certificate && ['valid', 'held', 'not-yet-valid'].includes(certificate.status) ? [certificate] : []));

const state = (app: App, user: KnownUser): Child =>
  h('span', {}, h('span', { class: `state ${user.state}` }, app.words.states[user.state]),
    user.state === 'locked' && user.locked_until && ` ${app.words.user.until(time(app.words, user.locked_until).textContent ?? '')}`);

function known(app: App, user: KnownUser, organisation: string): HTMLElement {
  const words = app.words.user;
  const rows: [string, Child][] = [
    [app.words.credentials.userId, h('strong', {}, user.user_id)],
    [words.state, state(app, user)],
    [words.name, user.name || words.noName],
    [words.kind, app.words.kinds[user.kind] ?? user.kind],
    [words.organisation, linkTo(app, { name: 'members', organisation: user.organisation }, organisation)],
    [words.mail, user.mail || words.noName],
    [words.tries, words.triesOf(user.failures, user.locks)],
    [words.password, user.own_password ? words.own : words.initial],
    [words.created, time(app.words, user.created)],
  ];
  if (user.deleted) rows.push([words.deleted, time(app.words, user.deleted)]);
  return facts(...rows);
}

async function release(app: App, user: KnownUser): Promise<void> {
  const words = app.words.user;
  if (!(await ask(app.words, { warning: '', title: words.releaseAsk(user.user_id), more: words.releaseAfter, yes: words.release, no: app.words.cancel }))) return;
  await app.post(`/v1/users/${user.id}/release`);
  app.notice = words.released;
  await app.arrive();
}

// Master users are the bank's to release, general users their masters' (R15, R16); a pack may let the bank release both.
async function lock(app: App, user: KnownUser): Promise<Child> {
  const words = app.words.user, told = words.locked[user.state];
  if (!told) return null;
  const ours = (await app.pack()).roles['bank-staff']?.includes(user.kind === 'master' ? 'master.release' : 'general.release') ?? false;
  return note('warning', h('p', {}, h('strong', {}, told)), !ours && user.kind !== 'master' && h('p', {}, words.masterReleases),
    ours ? button(words.release, () => void app.act(() => release(app, user))) : linkTo(app, { name: 'members', organisation: user.organisation }, words.masters));
}

function certificates(app: App, issued: Issued[]): Child[] {
  const words = app.words.user;
  if (issued.length === 0) return [p(words.noCertificates)];
  const rows = issued.map(({ enrolment, certificate }): Child[] => [
    h('span', {}, shortTime(app.words, enrolment.opened), h('br'), h('span', { class: 'soft' }, app.words.enrolmentKinds[enrolment.kind] ?? '')),
    h('span', {}, app.words.enrolmentStates[enrolment.state],
      certificate && h('span', { class: `status ${certificate.status}` }, app.words.statuses[certificate.status])),
    enrolment.serial ? h('span', {}, serialOf(enrolment.serial), certificate && h('br'), certificate && h('span', { class: 'soft' }, `${words.validity} `, shortTime(app.words, certificate.not_after))) : words.none,
  ]);
  return [table(words.certificates, [words.opened, words.enrolmentState, words.certificate], rows), issued.length === 100 && h('p', { class: 'soft' }, words.many)];
}

export async function userScreen(app: App, id: string): Promise<Shown> {
  const words = app.words.user;
  const user = await app.get<KnownUser>(`/v1/users/${id}`);
  const [organisation, issued, history] = [await app.organisation(user.organisation), await issuedTo(app, id), await historyOf(app, user)];
  const locked = await lock(app, user);
  const revocable = inForce(issued).length > 0;
  return {
    name: 'user', title: words.title(user.user_id),
    body: [
      locked, user.mail_fault && note('warning', p(h('strong', {}, words.mailFault)), p(`${words.mailAnswer}: `, h('code', {}, user.mail_fault))),
      known(app, user, organisation?.name ?? user.organisation),
      user.kind === 'master' && user.state !== 'deleted' && actions(button(words.change, () => void app.act(() => app.go({ name: 'change', user: id })), { class: 'button small' })),
      h('h2', {}, words.certificates), ...certificates(app, issued),
      revocable && actions(button(words.revoke, () => void app.act(() => app.go({ name: 'revoke', user: id })), { class: 'button danger' })),
      h('h2', {}, app.words.history.title), ...history,
    ],
  };
}
