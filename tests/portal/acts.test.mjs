// One thing at a time, on both pages.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { library } from './support/tools.mjs';

const { Acts } = await library('page');
const turn = () => new Promise((resolve) => { setImmediate(resolve); });

// A page that notes what is done with it; `arrive` and the acts end when told.
function page() {
  const said = [], open = [];
  globalThis.document = { querySelectorAll: () => open };
  const acts = new Acts({
    busy: (busy) => said.push(busy ? 'busy' : 'idle'), fail: (error) => { said.push(`failed: ${error.message}`); }, arrive: async () => { said.push('arrive'); },
  });
  const act = (name) => {
    let end;
    const ended = new Promise((resolve, reject) => { end = (error) => (error ? reject(error) : resolve()); });
    const done = acts.act(async () => {
      said.push(name);
      await ended;
    });
    return { end, done };
  };
  return { acts, act, said, open };
}
afterEach(() => { delete globalThis.document; });

test('a second act while the first is under way is none; after it, it is one', async () => {
  const { act, said } = page(), first = act('one');
  await act('two').done;
  first.end();
  await first.done;
  assert.deepEqual(said, ['busy', 'one', 'idle']);
  const third = act('three');
  third.end();
  await third.done;
  assert.deepEqual(said.slice(3), ['busy', 'three', 'idle']);
});

test('what fails is told while the page is still busy, and leaves it free', async () => {
  const { act, said } = page(), first = act('one');
  first.end(new Error('no'));
  await first.done;
  assert.deepEqual(said, ['busy', 'one', 'failed: no', 'idle']);
  const second = act('two');
  second.end();
  await second.done;
  assert.deepEqual(said.slice(4), ['busy', 'two', 'idle']);
});

test('a page that cannot tell a failure is free too', async () => {
  const acts = new Acts({ busy: () => undefined, fail: () => { throw new Error('the page'); }, arrive: async () => undefined });
  let again = false;
  await assert.rejects(acts.act(async () => { throw new Error('no'); }), { message: 'the page' });
  await acts.act(async () => { again = true; });
  assert(again);
});

test('Back leads on at once where nothing is under way', async () => {
  const { acts, said } = page();
  acts.follow();
  await turn();
  assert.deepEqual(said, ['busy', 'arrive', 'idle']);
});

test('Back during an act comes after it, once; what the act was asking is closed at once, unanswered', async () => {
  const { acts, act, said, open } = page(), first = act('one'), answers = [];
  open.push({ close: (answer) => answers.push(answer) });
  acts.follow();
  open.length = 0;
  acts.follow();
  assert.deepEqual(answers, ['']);
  await turn();
  assert.deepEqual(said, ['busy', 'one'], 'not yet');
  first.end();
  await first.done;
  await turn();
  assert.deepEqual(said, ['busy', 'one', 'idle', 'busy', 'arrive', 'idle']);
});

test('Back during an act that fails comes after what is told', async () => {
  const { acts, act, said } = page(), first = act('one');
  acts.follow();
  first.end(new Error('no'));
  await first.done;
  await turn();
  assert.deepEqual(said, ['busy', 'one', 'failed: no', 'idle', 'busy', 'arrive', 'idle']);
});

test('what a screen does by itself comes after the act that led to it, once', async () => {
  const { acts, act, said } = page(), first = act('one');
  acts.begin(() => said.push('wrong'));
  acts.begin(() => said.push('begun')); // the screen that stands now
  await turn();
  assert.deepEqual(said, ['busy', 'one']);
  first.end();
  await first.done;
  assert.deepEqual(said, ['busy', 'one', 'idle', 'begun']);
  const second = act('two');
  second.end();
  await second.done;
  assert.deepEqual(said.slice(4), ['busy', 'two', 'idle']);
});

test('and at once where nothing is under way; a screen that does nothing is asked for nothing', async () => {
  const { acts, said } = page();
  acts.begin(() => said.push('begun'));
  acts.begin(undefined);
  assert.deepEqual(said, ['begun']);
});

test('a screen that one has left by Back does nothing any more', async () => {
  const { acts, act, said } = page(), first = act('one');
  acts.begin(() => said.push('wrong'));
  acts.follow();
  first.end();
  await first.done;
  await turn();
  assert.deepEqual(said, ['busy', 'one', 'idle', 'busy', 'arrive', 'idle']);
});
