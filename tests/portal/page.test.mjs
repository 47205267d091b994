// The page without a browser: which screen stands when, what may be entered, and that every refusal has words in both languages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { library, run } from './support/tools.mjs';

const { IdleWatch, answerWithin, chooseScreen, en, everybodyRegisters, faultOf, idleAfter, ja, keepKey, mostJapanese, mostOctets, nameTooLong, problemWords, recall, remember, stepOf, wantsNumber } = await library('page');
const root = fileURLToPath(new URL('../../', import.meta.url));
const rule = { least: 6, most: 12, letter: true, digit: true, symbols: '' };
const pack = { name: 'rokin', user_id: rule, password: rule, lock: { tries: 6, seconds: 3600, locks: 3 }, unconfirmed: 'seed' };
const here = { path: '/enrol', certificateSeen: false, dismissed: '', asking: '', saved: '', declined: '', closed: false };
const state = (more) => ({ pack, proof_origin: 'https://x', shown: { status: 'none' }, session: null, enrolment: null, ...more });
const enrolment = (name, more) => state({ enrolment: { id: 'e1', state: name, ...more } });
const session = (kind, choose_password = false) => state({ session: { user: { kind }, ends: '', choose_password } });

for (const [name, given, local, wanted] of [
  ['nothing begun: ④', state(), {}, 'authenticate'],
  ['authenticated: ⑤', enrolment('authenticated'), {}, 'issue'],
  ['a code asked comes before ⑤', enrolment('authenticated', { code_asked: true }), {}, 'code'],
  ['はい pressed here: ⑥ before the server knows', enrolment('authenticated'), { asking: 'e1' }, 'issuing'],
  ['はい pressed for another enrolment is not for this one', enrolment('authenticated'), { asking: 'e0' }, 'issue'],
  ['issuing: ⑥', enrolment('issuing'), {}, 'issuing'],
  ['issued: ⑦', enrolment('issued_unconfirmed'), {}, 'install'],
  ['issued and saved here: ⑦, second half', enrolment('issued_unconfirmed'), { saved: 'e1' }, 'saved'],
  ['confirmed: ⑧, even if saved here', enrolment('confirmed'), { saved: 'e1' }, 'result'],
  ['a result that was closed is over', enrolment('confirmed'), { dismissed: 'e1' }, 'authenticate'],
  ['declined', enrolment('declined'), {}, 'declined'],
  ['declined here, and revoked for that', enrolment('revoked'), { declined: 'e1' }, 'declined'],
  ...['cancelled', 'timed_out', 'failed', 'possibly_signed', 'revoked', 'expired'].map((each) => [`${each} is over`, enrolment(each), {}, 'over']),
  ['closed, whatever else', enrolment('confirmed'), { closed: true }, 'closed'],
  ['③', state(), { path: '/' }, 'entry'],
  ['③ at an address that is none', state(), { path: '/nowhere' }, 'entry'],
  ...['expired', 'revoked', 'held', 'not-yet-valid', 'foreign'].map((status) => [`② says once that the certificate is ${status}`, state({ shown: { status } }), { path: '/' }, 'certificate']),
  ['② answered: ③', state({ shown: { status: 'expired' } }), { path: '/', certificateSeen: true }, 'entry'],
  ['an expired certificate does not stop ④ (R23)', state({ shown: { status: 'expired' } }), {}, 'authenticate'],
  ['a login', state(), { path: '/login' }, 'login'],
  ['logged in: home', session('general'), { path: '/login' }, 'home'],
  ['a first login chooses a password', session('master', true), { path: '/register' }, 'password'],
  ['and cannot go round it', session('master', true), { path: '/users' }, 'password'],
  ['home without a session', state(), { path: '/home' }, 'login'],
  ['users, for masters', session('master'), { path: '/users' }, 'users'],
  ['users, for others', session('general'), { path: '/users' }, 'home'],
  ['a new user, by masters', session('master'), { path: '/newuser' }, 'newuser'],
  ['a new user, by others', session('general'), { path: '/newuser' }, 'home'],
  ['one user, by masters', session('master'), { path: '/user' }, 'user'],
  ['one user, by others', session('general'), { path: '/user' }, 'home'],
  ['one user without a session', state(), { path: '/user' }, 'login'],
  ['another password, for whoever is logged in', session('general'), { path: '/password' }, 'password'],
])
  test(`screen: ${name}`, () => assert.equal(chooseScreen(given, { ...here, ...local }), wanted));

test('the steps are ② to ⑧ in the order of the manual', () => {
  assert.deepEqual(['certificate', 'entry', 'authenticate', 'issue', 'issuing', 'install', 'result'].map(stepOf), [2, 3, 4, 5, 6, 7, 8]);
  assert.equal(ja.steps.names.length, 8);
});

for (const [value, fault] of [['', 'missing'], ['abc12', 'length'], ['abc123', undefined], ['abcdef123456', undefined], ['abcdef1234567', 'length'],
  ['abcdef', 'digit'], ['123456', 'letter'], ['ａｂｃ１２３', 'width'], ['abc 12', 'letters'], ['abc-1２', 'width'], ['abc12é', 'width'], ['abc-12', 'letters'], ['ABC123', undefined]])
  test(`R17, R18: “${value}” is ${fault ?? 'good'}`, () => assert.equal(faultOf(rule, value), fault));

test('a pack may allow symbols, and the hint lists them', () => {
  assert.equal(faultOf({ ...rule, symbols: '-_' }, 'abc-12'), undefined);
  assert.match(ja.credentials.hint({ ...rule, symbols: ' -_' }), /半角の記号（空白 - _）も使えます/);
  assert.match(en.credentials.hint({ ...rule, symbols: ' -_' }), /symbols \(space - _\)/);
  assert.doesNotMatch(ja.credentials.hint(rule), /記号/);
});

test('half-width is asked for only where something is not', () => {
  for (const words of [ja, en]) assert.match(words.credentials.fault.width, /半角|half-width/);
  for (const words of [ja, en]) assert.doesNotMatch(words.credentials.fault.letters, /半角|half-width/);
});

test('a name is counted as the API counts it, and the page says how much it takes', () => {
  assert.match(readFileSync(`${root}api/json/subscriber_json.cpp`, 'utf8'), new RegExp(`k_name = ${mostOctets};`));
  assert(!nameTooLong('見'.repeat(mostJapanese)) && nameTooLong('見'.repeat(mostJapanese + 1)));
  assert(!nameTooLong('a'.repeat(mostOctets)) && nameTooLong('a'.repeat(mostOctets + 1)));
  for (const words of [ja, en]) assert.match(words.person.nameLong, new RegExp(`${mostJapanese}`));
});

test('everybody registers where the pack says so', () => {
  for (const first_password of ['nobody', 'masters', 'everybody']) assert.equal(everybodyRegisters({ ...pack, first_password }), first_password === 'everybody');
});

// What the API can say to a subscriber's browser, as the sources spell it.
function rulesOfTheApi() {
  const files = ['daemon/subscribers', 'api/portal', 'policy/subscriber'].map((folder) => `${root}${folder}`);
  const found = run('grep', ['-rhoE', '--include=*.cpp', '"(user|login|enrol)\\.[a-z-]+", "[A-Z][0-9]+"|"portal\\.[a-z-]+"', ...files]);
  return [...new Set(found.trim().split('\n').map((line) => line.split('"')[1]))];
}

test('every refusal has its own words, in both languages, and says what to do next', () => {
  const rules = rulesOfTheApi();
  assert(rules.length > 12, rules);
  for (const wanted of ['portal.origin', 'portal.header', 'portal.json', 'user.locked']) assert(rules.includes(wanted), rules.join());
  for (const rule of rules) {
    for (const words of [ja, en]) {
      const [what, next] = problemWords(words, { status: 403, type: '', rule }, pack);
      assert(what.length > 5 && next.length > 5 && what !== words.problem.rules.other[0], `${words.tag} ${rule}`);
    }
  }
  assert.deepEqual(Object.keys(ja.problem.rules).sort(), Object.keys(en.problem.rules).sort());
});

test('refusals without a rule go by their status', () => {
  const what = (refusal) => problemWords(ja, { status: 500, type: '', rule: '', ...refusal }, pack)[0];
  assert.equal(what({ status: 503, type: 'urn:inkan:problem:issuing-stopped' }), ja.problem.rules['issuing-stopped'][0]);
  assert.equal(what({ status: 503 }), ja.problem.rules.unavailable[0]);
  assert.equal(what({ status: 429 }), ja.problem.rules['many-tries'][0]);
  assert.equal(what({ status: 400 }), ja.problem.rules['page.fields'][0]);
  assert.equal(what({}), ja.problem.rules.other[0]);
});

test('words ask for the number of a request where there is one, and it is shown', () => {
  const asks = { ja: /番号/, en: /number/ };
  for (const words of [ja, en]) {
    for (const rule of [...Object.keys(words.problem.rules), '', 'new.rule']) {
      for (const status of [400, 403, 500]) {
        const [, next] = problemWords(words, { status, type: '', rule, instance: 'urn:inkan:request:1' }, pack);
        if (asks[words.tag].test(next)) assert(wantsNumber(words, { status, type: '', rule, instance: 'urn:inkan:request:1' }) || rule === 'other', `${words.tag} ${status} ${rule}`);
      }
    }
    assert.doesNotMatch(problemWords(words, { status: 0, type: '', rule: 'page.unexpected', instance: '' }, pack)[1], asks[words.tag]);
    assert.doesNotMatch(problemWords(words, { status: 418, type: '', rule: '', instance: '' }, pack)[1], asks[words.tag]);
    assert.match(problemWords(words, { status: 418, type: '', rule: '', instance: 'urn:inkan:request:1' }, pack)[1], asks[words.tag]);
  }
  assert(wantsNumber(ja, { status: 418, type: '', rule: '', instance: 'urn:inkan:request:1' }));
  assert(!wantsNumber(ja, { status: 500, type: '', rule: '', instance: '' }));
  assert(!wantsNumber(ja, { status: 403, type: '', rule: 'user.locked', instance: 'urn:inkan:request:1' }));
});

test('a browser that keeps nothing: page.key, and a page that forgets', async () => {
  await assert.rejects(keepKey({ enrolment: 'e1', key: {}, csr: '', made: 0 }), { rule: 'page.key' });
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, get() { throw new DOMException('refused', 'SecurityError'); } });
  remember('always', 'inkan-language', 'en');
  assert.equal(recall('always', 'inkan-language'), '');
  const kept = new Map();
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) } });
  remember('always', 'inkan-language', 'en');
  assert.equal(recall('always', 'inkan-language'), 'en');
  delete globalThis.localStorage;
});

test('the minutes of a lock are the pack’s', () => {
  const next = (seconds) => problemWords(ja, { status: 403, type: '', rule: 'user.locked' }, { ...pack, lock: { ...pack.lock, seconds } })[1];
  assert.match(next(3600), /^60分/);
  assert.match(next(900), /^15分/);
});

test('R16: who is blocked is told whom to ask', () => {
  assert.match(problemWords(ja, { status: 403, type: '', rule: 'user.blocked' }, pack)[1], /一般ユーザーの方はマスターユーザーに、マスターユーザーの方は労金に/);
});

function idleWatch() {
  const said = [];
  return [new IdleWatch({ stillThere: () => said.push('asked'), gone: () => said.push('gone') }, 0), said];
}

test('a login that nobody uses ends, after a question', () => {
  const [watch, said] = idleWatch();
  watch.look(idleAfter - answerWithin - 1);
  assert.deepEqual(said, []);
  watch.look(idleAfter - answerWithin);
  watch.look(idleAfter - 1);
  watch.used(idleAfter - 1); // the question alone counts
  assert.deepEqual(said, ['asked']);
  watch.look(idleAfter);
  assert.deepEqual(said, ['asked', 'gone']);
});

test('whoever uses the page, or answers, stays', () => {
  const [watch, said] = idleWatch();
  for (let now = 0; now < 5 * idleAfter; now += answerWithin) {
    watch.used(now);
    watch.look(now);
  }
  assert.deepEqual(said, []);
  watch.look(7 * idleAfter);
  assert.deepEqual(said, ['gone'], 'a computer that slept');
});

test('an answer begins the time anew', () => {
  const [watch, said] = idleWatch();
  watch.look(idleAfter - 1);
  watch.answered(idleAfter);
  watch.look(2 * idleAfter - answerWithin - 1);
  assert.deepEqual(said, ['asked']);
});

test('no Japanese is left in the English texts, but the name of the language', () => {
  const texts = (value) => (typeof value === 'string' ? [value] : typeof value === 'object' ? Object.values(value).flatMap(texts) : []);
  assert.deepEqual(texts(en).filter((text) => /[ぁ-んァ-ヶ一-龠]/.test(text)), ['日本語']);
});
