// The page's state: which keys it drops, and what 閉じる leaves.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { FakeIndexedDb, FakeStorage } from './support/fakes.mjs';
import { library } from './support/tools.mjs';

const { App, Problem, keepFile, savedFile } = await library('page');
const over = ['confirmed', 'declined', 'revoked', 'expired', 'failed', 'possibly_signed', 'cancelled', 'timed_out'], going = ['authenticated', 'issuing', 'issued_unconfirmed'];
const turns = async () => { for (let i = 0; i < 5; i += 1) await new Promise((resolve) => { setImmediate(resolve); }); };
const globals = ['location', 'history', 'sessionStorage', 'localStorage', 'document', 'indexedDB', 'fetch'];
let store, calls, answer, before;

beforeEach(() => {
  before = globals.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  calls = [];
  answer = () => ({});
  const location = { pathname: '/enrol', search: '', hash: '' };
  const values = {
    location, history: { pushState: (_, __, path) => { location.pathname = path; } }, sessionStorage: new FakeStorage(), localStorage: new FakeStorage(), document: { querySelectorAll: () => [] },
    indexedDB: store = new FakeIndexedDb(),
    fetch: async (path, { method }) => {
      calls.push(`${method} ${path}`);
      const { status = 200, ...body } = answer(path);
      return new Response(JSON.stringify(body), { status });
    },
  };
  for (const [name, value] of Object.entries(values)) Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
});
afterEach(() => {
  for (const [name, descriptor] of before) {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else delete globalThis[name];
  }
});

function page(state) {
  const shown = [], told = [];
  const app = new App({ show: (_, screen) => shown.push(screen), tell: (_, problem) => told.push(problem.rule), busy: () => undefined });
  const enrolment = state && { id: 'e1', state, user_id: 'master1' };
  answer = (path) => (path === '/portal/state' ? { pack: {}, shown: { status: 'none' }, session: null, enrolment: enrolment ?? null } : {});
  return { app, enrolment, shown, told };
}

function haveKeyAndFile() {
  store.put({ enrolment: 'e1', key: {}, csr: '', made: Date.now() });
  keepFile({ enrolment: 'e1', name: 'x.p12', address: 'blob:x', passphrase: 'secret' });
}

for (const state of [...over, ...going]) {
  const gone = over.includes(state);
  test(`${state}, as the portal says: the key and the file with its passphrase ${gone ? 'go' : 'stay'}`, async () => {
    const { app } = page(state);
    haveKeyAndFile();
    await app.refresh();
    assert.deepEqual(store.kept(), gone ? [] : ['e1']);
    assert.equal(savedFile({ id: 'e1' })?.passphrase, gone ? undefined : 'secret');
  });

  test(`${state}, as the answer of a call: so too`, async () => {
    const { app, enrolment } = page('issued_unconfirmed');
    haveKeyAndFile();
    await app.refresh();
    app.take({ ...enrolment, state });
    await turns();
    assert.deepEqual(store.kept(), gone ? [] : ['e1']);
    assert.equal(savedFile({ id: 'e1' })?.passphrase, gone ? undefined : 'secret');
  });
}

test('a visit drops the keys that no enrolment can use any more, be there one or not', async () => {
  for (const state of ['issued_unconfirmed', 'confirmed', undefined]) {
    store.put({ enrolment: 'e0', key: {}, csr: '', made: Date.now() - 16 * 60_000 });
    store.put({ enrolment: 'fresh', key: {}, csr: '', made: Date.now() - 14 * 60_000 });
    await page(state).app.refresh();
    assert.deepEqual(store.kept(), ['fresh'], state);
  }
});

test('the key of the enrolment that goes on stays, however old', async () => {
  store.put({ enrolment: 'e1', key: {}, csr: '', made: 0 });
  await page('issued_unconfirmed').app.refresh();
  assert.deepEqual(store.kept(), ['e1']);
});

test('a browser without a store shows its screens all the same', async () => {
  const { app, shown } = page('confirmed');
  store.refuse = 'open';
  await app.refresh();
  assert.deepEqual(shown, ['result']);
});

test('閉じる tells the portal, and then this window forgets enrolment and file', async () => {
  const { app } = page('issued_unconfirmed');
  await app.refresh();
  haveKeyAndFile();
  await app.close();
  assert.deepEqual(calls, ['GET /portal/state', 'POST /portal/enrolment/close']);
  assert.equal(app.local.dismissed, 'e1');
  assert.equal(sessionStorage.getItem('inkan-dismissed'), 'e1', 'after a reload too');
  assert.equal(savedFile({ id: 'e1' }), undefined);
  await app.refresh();
  app.render();
  assert.equal(new App({}).local.dismissed, 'e1');
});

test('閉じる without an answer forgets nothing', async () => {
  const { app } = page('confirmed');
  await app.refresh();
  answer = () => ({ status: 503 });
  await assert.rejects(app.close(), { status: 503 });
  assert.equal(app.local.dismissed, '');
});

test('閉じる where there is no enrolment tells the portal all the same', async () => {
  const { app } = page();
  await app.refresh();
  await app.close();
  assert.deepEqual(calls, ['GET /portal/state', 'POST /portal/enrolment/close']);
});

test('after one that is done a new one begins; it stays forgotten', async () => {
  const { app, shown } = page('confirmed');
  location.pathname = '/';
  await app.arrive();
  await app.enrol();
  assert.deepEqual(shown, ['entry', 'authenticate']);
  assert.equal(sessionStorage.getItem('inkan-dismissed'), 'e1');
});

for (const rule of ['enrol.ticket', 'enrol.over', 'enrol.issued', 'user.ticket', 'user.password', 'enrol.overdue'])
  test(`${rule}: ${/password|overdue/.test(rule) ? 'told' : 'the portal’s state is asked for first, then it is told'}`, async () => {
    const { app, told, shown } = page('timed_out');
    await app.fail(new Problem(403, '', rule, [], '', 0));
    assert.deepEqual([calls.length, shown.length], /password|overdue/.test(rule) ? [0, 0] : [1, 1]);
    assert.deepEqual(told, [rule]);
  });
