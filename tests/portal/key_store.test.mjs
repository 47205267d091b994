// Where the key waits between ⑤ and ⑧.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { FakeIndexedDb } from './support/fakes.mjs';
import { library } from './support/tools.mjs';

const { dropKey, dropOldKeys, findKey, keepKey } = await library('page');
const minutes = 60_000, kept = (enrolment, made = 0) => ({ enrolment, key: { of: enrolment }, csr: `csr of ${enrolment}`, made });
let store;

beforeEach(() => { globalThis.indexedDB = store = new FakeIndexedDb(); });
afterEach(() => {
  assert.equal(store.opened, 0, 'no connection is left open');
  delete globalThis.indexedDB;
});

test('a key is found under its enrolment alone', async () => {
  assert.equal(await findKey('e1'), undefined);
  assert.deepEqual(await keepKey(kept('e1')), kept('e1'));
  await keepKey(kept('e2'));
  assert.deepEqual(await findKey('e2'), kept('e2'));
  assert.equal(await findKey('e3'), undefined);
});

test('of two tabs both use the key that was kept first', async () => {
  const first = { ...kept('e1'), csr: 'first' };
  await keepKey(first);
  assert.deepEqual(await keepKey({ ...kept('e1'), csr: 'second' }), first);
  assert.deepEqual(await findKey('e1'), first);
});

test('one is dropped, and no other', async () => {
  await keepKey(kept('e1'));
  await keepKey(kept('e2'));
  await dropKey('e1');
  assert.deepEqual(store.kept(), ['e2']);
  await dropKey('e1');
});

test('old ones are dropped, but the one that is in use; and what another tab may be about to use stays', async () => {
  const now = 100 * minutes;
  for (const [enrolment, made] of [['current', 0], ['old', now - 15 * minutes - 1], ['older', 0], ['fresh', now - 15 * minutes], ['fresher', now]]) await keepKey(kept(enrolment, made));
  await dropOldKeys('current', now);
  assert.deepEqual(store.kept(), ['current', 'fresh', 'fresher']);
  await dropOldKeys(undefined, now);
  assert.deepEqual(store.kept(), ['fresh', 'fresher']);
});

test('a browser that opens no store, or writes nothing into it: page.key, whatever is asked', async () => {
  for (const [refuse, work] of [['open', () => findKey('e1')], ['open', () => keepKey(kept('e1'))], ['open', () => dropKey('e1')], ['open', () => dropOldKeys('e1', 0)],
    ['add', () => keepKey(kept('e1'))], ['get', () => findKey('e1')], ['delete', () => dropKey('e1')], ['getAll', () => dropOldKeys('e1', 0)]]) {
    store.refuse = refuse;
    await assert.rejects(work(), { rule: 'page.key' }, refuse);
  }
});
