// The bank staff's page without a browser: addresses, and that whatever the API and the log can say has words in both languages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { library, run } from './support/tools.mjs';

const { addressOf, byWhom, en, ja, placeOf, problemWords, whatHappened } = await library('staff');
const root = fileURLToPath(new URL('../../', import.meta.url));
const id = '5d20a4c1-fa41-48c0-9220-5beabf00443a';

for (const place of [{ name: 'find' }, { name: 'organisations' }, { name: 'members', organisation: id }, { name: 'register', organisation: id }, { name: 'user', user: id }, { name: 'revoke', user: id }, { name: 'change', user: id }])
  test(`an address leads back to ${place.name}`, () => assert.deepEqual(placeOf(addressOf(place)), place));

for (const [hash, place] of [[`#/organisations/${id}`, { name: 'members', organisation: id }], [`#/organisations/${id}/register`, { name: 'register', organisation: id }],
  [`#/users/${id}`, { name: 'user', user: id }], [`#/users/${id}/revoke`, { name: 'revoke', user: id }], [`#/users/${id}/change`, { name: 'change', user: id }]])
  test(`${hash} is ${place.name}`, () => assert.deepEqual(placeOf(hash), place));

for (const hash of ['#/users', '#/organisation', '#x', '#//', '/', ' ', '#/find', '#/nowhere', `/users/${id}`, `x#/users/${id}`, `\n#/users/${id}`, `#/organisations/x#/organisations/${id}`, `#users/${id}`, `#/user/${id}`,
  ...['', 'x', 'revokex', 'xrevoke', 'revoke/', 'revoke/change', 'Revoke', 'register', 'delete'].map((act) => `#/users/${id}/${act}`), `#/users/${id}revoke`,
  ...['', 'x', 'registerx', 'xregister', 'register/', 'register/register', 'Register', 'revoke', 'change'].map((act) => `#/organisations/${id}/${act}`), `#/organisations/${id}register`])
  test(`${JSON.stringify(hash)} is no place`, () => assert.deepEqual(placeOf(hash), { name: 'nowhere' }));

// An id goes into a request's path as it is.
function* spoilt() {
  yield* ['', '.', '..', '../x', id.replaceAll('-', ''), id.replace('-48c0', ''), id.replace('-48c0', '-48c0-48c0'), `${id}%20`, `${id}?limit=1`, `${id}#`, `${id}\n`, `\n${id}`];
  for (let i = 0; i <= id.length; i += 1) for (const each of ['0', '-', '/']) yield id.slice(0, i) + each + id.slice(i);
  for (let i = 0; i < id.length; i += 1) for (const each of ['', 'g', '.', '/', '?', id[i].toUpperCase(), id[i] === '-' ? '0' : '-']) if (each !== id[i]) yield id.slice(0, i) + each + id.slice(i + 1);
}

test('an id with one letter amiss is none', () => {
  for (const each of spoilt())
    for (const hash of [`#/users/${each}`, `#/users/${each}/revoke`, `#/users/${each}/change`, `#/organisations/${each}`, `#/organisations/${each}/register`]) assert.deepEqual(placeOf(hash), { name: 'nowhere' }, hash);
});

for (const hash of ['', '#', '#/'])
  test(`“${hash}” is where one begins`, () => assert.deepEqual(placeOf(hash), { name: 'find' }));

function rulesOfTheApi() {
  const files = ['daemon/subscribers', 'policy/subscriber', 'policy/rules', 'api/page'].map((folder) => `${root}${folder}`);
  const found = run('grep', ['-rhoE', '--include=*.cpp', '"(user\\.(exists|deleted|not-locked|ticket)|organisation\\.exists|revoke\\.(reason|invalidity-date)|role\\.table|browser\\.[a-z-]+)",', ...files]);
  return [...new Set(found.trim().split('\n').map((line) => line.split('"')[1]))];
}

test('every refusal that staff can meet has its own words, in both languages, and says what to do next', () => {
  const rules = rulesOfTheApi();
  for (const wanted of ['user.exists', 'organisation.exists', 'revoke.reason', 'revoke.invalidity-date', 'role.table', 'browser.origin']) assert(rules.includes(wanted), rules.join());
  for (const rule of rules) {
    for (const words of [ja, en]) {
      const [what, next] = problemWords(words, { status: 403, type: '', rule });
      assert(what.length > 5 && next.length > 5 && what !== words.problem.rules.other[0], `${words.tag} ${rule}`);
    }
  }
  assert.deepEqual(Object.keys(ja.problem.rules).sort(), Object.keys(en.problem.rules).sort());
});

test('refusals without a rule go by their type or status', () => {
  const what = (refusal) => problemWords(ja, { status: 500, type: '', rule: '', ...refusal })[0];
  for (const [refusal, name] of [[{ status: 401 }, 'page.certificate'], [{ status: 403, type: 'urn:inkan:problem:role-not-allowed' }, 'page.role'],
    [{ status: 403, type: 'urn:inkan:problem:unknown-identity' }, 'page.role'], [{ status: 400 }, 'page.fields'], [{ status: 404 }, 'page.not-there'], [{ status: 429 }, 'many-tries'],
    [{ status: 503 }, 'unavailable'], [{}, 'other']])
    assert.equal(what(refusal), ja.problem.rules[name][0]);
});

test('every event of a user’s history has words in both languages', () => {
  const types = run('grep', ['-oE', 'Row\\{\\w+, "(user|enrol|cert|sign|notify)\\.[a-z]+"', `${root}policy/log/event_type.cpp`]).trim().split('\n').map((line) => line.split('"')[1]);
  assert(types.length > 15, types.join());
  for (const words of [ja, en]) for (const type of [...types, 'request.denied']) assert(words.history.types[type], `${words.tag} ${type}`);
  assert.deepEqual(Object.keys(ja.history.types).sort(), Object.keys(en.history.types).sort());
});

test('every kind of mail has words', () => {
  const kinds = run('sed', ['-n', '/k_names = {/,/};/p', `${root}policy/subscriber/notice.cpp`]).match(/"[^"]+"/g).map((each) => each.slice(1, -1));
  assert.equal(kinds.length, 9);
  for (const words of [ja, en]) for (const kind of kinds) assert(words.history.mails[kind], `${words.tag} ${kind}`);
});

const staff = { id: 'staff-1', kind: 'operator', role: 'bank-staff' }, tier = { id: 'web-1', kind: 'operator', role: 'web-tier' };
const leaf = (type, detail, more) => ({ index: 7, time: '2027-01-01T00:00:00Z', type, outcome: 'success', actor: staff, detail, ...more });
const told = (words, given) => whatHappened(words, given, (time) => time.slice(0, 10));

test('a revocation tells its reason, its application and the certificate', () =>
  assert.deepEqual(told(ja, leaf('cert.revoke', { serial: '01ab', reason: 'superseded', application: 'A-7' })), { what: '電子証明書の失効', more: 'パソコンの変更、申請番号 A-7、証明書のシリアル番号 01ab' }));

test('what has no words is told as the log spells it', () =>
  assert.deepEqual(told(en, leaf('new.kind', { serial: '01' }, { outcome: 'denied' })), { what: 'new.kind', more: 'refused, certificate serial number 01' }));

test('a refusal in the log is told by its rule’s words', () =>
  assert.equal(told(ja, leaf('request.denied', { rule: 'role.table', op: 'user-release' }, { outcome: 'denied' })).more, ja.problem.rules['role.table'][0]));

test('who did it: staff by their identity; through the web tier a user, or nobody knows who', () => {
  assert.equal(byWhom(ja, leaf('user.unlock', {}), { id }), '職員 staff-1');
  assert.equal(byWhom(ja, leaf('user.change', { by: id }, { actor: tier }), { id }), 'ユーザー本人');
  assert.equal(byWhom(ja, leaf('user.unlock', { by: 'another' }, { actor: tier }), { id }), 'マスターユーザー');
  assert.equal(byWhom(ja, leaf('user.auth', {}, { actor: tier }), { id }), 'ユーザー用の画面');
  assert.equal(byWhom(ja, leaf('notify.sent', {}, { actor: { id: 'outbox', kind: 'system', role: 'system' } }), { id }), 'システム');
});

test('no Japanese is left in the English texts, but the name of the language', () => {
  const texts = (value) => (typeof value === 'string' ? [value] : value && typeof value === 'object' ? Object.values(value).flatMap(texts) : []);
  assert.deepEqual(texts(en).filter((text) => /[ぁ-んァ-ヶ一-龠]/.test(text)), ['日本語']);
});
