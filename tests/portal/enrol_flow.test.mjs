// ⑥: what is asked again, how long, and what ends it.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { FakeClock, FakeIndexedDb } from './support/fakes.mjs';
import { library } from './support/tools.mjs';

const { Problem, haveCertificate } = await library('page');
const problem = (status, { type = '', rule = '', retryAfter = 0 } = {}) => new Problem(status, type, rule, [], 'urn:inkan:request:1', retryAfter);
const unavailable = (retryAfter) => problem(503, { type: 'urn:inkan:problem:unavailable', retryAfter }), lost = Problem.ofPage('page.no-answer');
const pending = (retryAfter = 0) => ({ status: 202, body: { enrolment: { id: 'e1', state: 'issuing' } }, retryAfter }), issued = { status: 200, body: { enrolment: { id: 'e1', state: 'issued_unconfirmed' } }, retryAfter: 0 };
let store, clock;

beforeEach(() => {
  globalThis.indexedDB = store = new FakeIndexedDb();
  clock = new FakeClock();
});
afterEach(() => {
  clock.remove();
  delete globalThis.indexedDB;
});

// The portal answers one after the other, the last for ever.
function app(answers, state = 'authenticated') {
  const enrolment = { id: 'e1', state };
  const made = {
    enrolment, state: { enrolment }, local: { keyKind: 'P-256', asking: 'e1', path: '/enrol' }, posted: [], taken: [], stages: [], rendered: 0,
    async post(path, body) {
      assert.equal(path, '/portal/enrolment/certificate');
      made.posted.push(body.csr);
      const next = answers.length > 1 ? answers.shift() : answers[0], answer = typeof next === 'function' ? next() : next;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    take: (each) => made.taken.push(each.state),
    render: () => { made.rendered += 1; },
  };
  made.run = () => haveCertificate(made, (stage) => made.stages.push(stage));
  return made;
}

async function goesOn(answers, { waits, stages = ['key', 'ask'] }) {
  const page = app(answers);
  await page.run();
  assert.deepEqual(page.taken, ['issued_unconfirmed']);
  assert.deepEqual(clock.waits, waits);
  assert.deepEqual(page.stages, stages);
  assert.equal(page.posted.length, waits.length + 1);
  assert.equal(new Set(page.posted).size, 1, 'the same request each time');
  assert.equal(page.local.asking, '');
}

async function ends(answers, wanted, posts) {
  const page = app(answers);
  await assert.rejects(page.run(), wanted);
  assert.equal(page.posted.length, posts);
  assert.deepEqual(page.taken, []);
  assert.equal(page.local.asking, '', 'it may be tried again');
  return page;
}

test('an answer at once', () => goesOn([issued], { waits: [] }));
test('202: asked again when the portal says, but at least every ten seconds', () => goesOn([pending(5), pending(), pending(60), issued], { waits: [5, 3, 10], stages: ['key', 'ask', 'wait', 'wait', 'wait'] }));
test('503 with Retry-After: asked again then', () => goesOn([unavailable(7), unavailable(0), unavailable(40), issued], { waits: [7, 3, 10] }));
test('an answer that gets lost: asked again', () => goesOn([lost, issued], { waits: [3] }));
test('five failures in a row are borne', () => goesOn([...Array(5).fill(lost), issued], { waits: Array(5).fill(3) }));
test('and after a sign of life five more', () => goesOn([...Array(5).fill(lost), pending(), ...Array(5).fill(unavailable(1)), issued], { waits: [...Array(6).fill(3), ...Array(5).fill(1)], stages: ['key', 'ask', 'wait'] }));

test('the sixth failure in a row is told', () => ends([lost], { rule: 'page.no-answer' }, 6));
test('with the words of the last', () => ends([...Array(5).fill(lost), unavailable(1)], { status: 503 }, 6));
test('an authority that issues nothing is asked once', () => ends([problem(503, { type: 'urn:inkan:problem:issuing-stopped', retryAfter: 5 })], { status: 503 }, 1));
for (const [name, refusal] of [['a refusal', problem(403, { rule: 'enrol.over' })], ['an internal fault', problem(500)], ['a fault of the page', new TypeError('x')]])
  test(`${name} ends it at once`, () => ends([refusal], refusal, 1));

test('after three minutes the page says that there is no answer', async () => {
  const began = clock.now, page = app([pending()]);
  await assert.rejects(page.run(), { rule: 'page.no-answer' });
  const seconds = (clock.now - began) / 1000;
  assert(seconds > 180 && seconds <= 190, `${seconds}`);
  assert.equal(page.posted.length, 62);
});

test('another try goes on with the same key and request', async () => {
  const first = await ends([problem(500)], { status: 500 }, 1), again = app([issued]);
  await again.run();
  assert.deepEqual(again.posted, first.posted);
  assert.deepEqual(store.kept(), ['e1']);
});

test('after a reload the key of this browser is used; of another enrolment it is not', async () => {
  store.put({ enrolment: 'e1', key: {}, csr: 'kept before', made: 0 });
  const page = app([issued], 'issuing');
  await page.run();
  assert.deepEqual(page.posted, ['kept before']);
});

test('looked at from two screens it runs once, and tells the newer one', async () => {
  const seen = [], page = app([() => {
    second = haveCertificate(page, (stage) => seen.push(stage));
    return pending();
  }, issued]);
  let second;
  await page.run();
  await second;
  assert.equal(page.posted.length, 2);
  assert.deepEqual([page.stages, seen], [['key', 'ask'], ['ask', 'wait']]);
});

// Its states one after the other, the last for ever.
function elsewhere(states) {
  const page = app([issued], 'issuing');
  page.asked = 0;
  page.get = async (path) => {
    assert.equal(path, '/portal/state');
    page.asked += 1;
    return { enrolment: { id: 'e1', state: states.length > 1 ? states.shift() : states[0] } };
  };
  return page;
}

test('where the key is in another browser nothing is sent: it is waited for, every two seconds', async () => {
  const page = elsewhere(['issuing', 'issuing', 'issued_unconfirmed']);
  await page.run();
  assert.deepEqual([page.stages, page.posted, page.asked, clock.waits, page.rendered], [['key', 'elsewhere'], [], 3, [2, 2, 2], 1]);
  assert.equal(page.state.enrolment.state, 'issued_unconfirmed');
});

test('a screen that the user has left meanwhile is not shown to him', async () => {
  const page = elsewhere(['issued_unconfirmed']);
  page.local.path = '/';
  await page.run();
  assert.equal(page.rendered, 0);
});

test('nor is that waited for longer than three minutes', async () => {
  const page = elsewhere(['issuing']);
  await assert.rejects(page.run(), { rule: 'page.no-answer' });
  assert.equal(page.asked, 91);
});
