// Tokens that are out, calls that meet, connections that are not there: repeated as long as it is safe and in time.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import test, { afterEach } from 'node:test';

import { connect, intention, NoAnswerError, ProblemError } from '../../../api/client/dist/index.js';
import { connection, environment, requestOf, rules, until, verified } from '../support/place.mjs';

afterEach(() => rules(''));
const TOKEN_OUT = 'fail C_SignInit 1 0x32 0\n'; // CKR_DEVICE_REMOVED, each time

const order = (name) => ({ header: intention(), body: { profile: 'client-auth', csr: requestOf(name) } });

async function heard(t, more = {}) {
  const repetitions = [];
  const inkan = await connection('web-tier', { onRepeat: (each) => repetitions.push(each), ...more });
  t.after(() => inkan.close());
  return { inkan, repetitions };
}

test('503 while the token is out; the same call goes through when it is back', async (t) => {
  const { inkan, repetitions } = await heard(t, { deadline: 60_000, connections: 1 });
  const wanted = order('henry01');
  await inkan.get('/v1/profiles'); // the connection is there: the server's own key is in the token too
  rules(TOKEN_OUT);
  const call = inkan.post('/v1/certificates', wanted);
  await until('the first 503', () => repetitions.length > 0);
  rules('');
  const { data: issued } = await call;
  verified('henry01', issued.chain.join(''));
  assert.ok(repetitions.every((each) => each.because === 503 && each.waitMs >= 1000), JSON.stringify(repetitions));
  const { data: again } = await inkan.post('/v1/certificates', wanted);
  assert.equal(again.serial, issued.serial);
});

test('nor can a connection be made while the token is out: the same', async (t) => {
  const { inkan, repetitions } = await heard(t, { deadline: 60_000 });
  rules(TOKEN_OUT);
  const call = inkan.post('/v1/certificates', order('oscar01'));
  await until('a handshake that fails', () => repetitions.some((each) => each.because instanceof Error));
  rules('');
  assert.equal((await call).status, 201);
});

test('503 beyond the deadline is told, with when to come back', async (t) => {
  const { inkan } = await heard(t, { connections: 1 });
  await inkan.get('/v1/profiles');
  rules(TOKEN_OUT);
  const begun = performance.now();
  const error = await inkan.post('/v1/certificates', { ...order('irene01'), deadline: 3000 }).then(() => undefined, (reason) => reason);
  // Which of the two depends on where in a try the deadline falls.
  assert.ok((error instanceof ProblemError && error.status === 503 && error.retryAfter >= 1) || error instanceof NoAnswerError, `${error}`);
  assert.ok(performance.now() - begun < 3500);
});

test('two calls with one key at a time: the second waits for the first and gets its certificate', async (t) => {
  const { inkan, repetitions } = await heard(t, { deadline: 60_000 });
  const wanted = order('jack01');
  await until('the token is back', async () => (await fetch(`${environment.INKAN_PUBLIC}/readyz`)).ok, 60);
  rules('delay C_Sign 1500000\n');
  const first = inkan.post('/v1/certificates', wanted);
  const second = inkan.post('/v1/certificates', wanted);
  await until('a 409', () => repetitions.some((each) => each.because === 409));
  rules('');
  const [one, two] = await Promise.all([first, second]);
  assert.equal(one.data.serial, two.data.serial);
});

// Passes octets on to the API, but on the first connection, or on each, breaks when the API answers: nobody knows then what became of the request.
// Without tickets to resume by, the server speaks twice, in the handshake and to answer, and the client has spoken twice before that.
async function proxy(t, breaks) {
  let count = 0;
  const server = createServer((near) => {
    const far = createConnection(Number(new URL(environment.INKAN_API).port), '127.0.0.1');
    const cut = breaks((count += 1));
    let spoken = 0;
    near.on('data', (octets) => {
      spoken += 1;
      far.write(octets);
    });
    far.on('data', (octets) => (cut && spoken >= 2 ? near.destroy() : near.write(octets)));
    for (const [one, other] of [[near, far], [far, near]]) one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `https://localhost:${server.address().port}`, count: () => count };
}

async function closedPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

test('a connection that breaks under a request: again with the same key, and one certificate', async (t) => {
  const between = await proxy(t, (nth) => nth === 1);
  const { inkan, repetitions } = await heard(t, { url: between.url });
  const wanted = order('kate01');
  const { data: issued } = await inkan.post('/v1/certificates', wanted);
  assert.equal(repetitions.length, 1);
  assert.ok(repetitions[0].because instanceof Error);
  const { data: listed } = await inkan.get('/v1/certificates', { query: { subject: 'kate01' } });
  assert.deepEqual(listed.items.map((each) => each.serial), [issued.serial]);
});

test('without a key it is not sent twice', async (t) => {
  const between = await proxy(t, () => true);
  const { inkan, repetitions } = await heard(t, { url: between.url });
  const call = inkan.post('/v1/certificates/dry-run', { body: order('leo01').body });
  await assert.rejects(call, (error) => error instanceof NoAnswerError && /look before you ask again/.test(error.message));
  assert.deepEqual([repetitions.length, between.count()], [0, 1]);
});

test('nobody listens: tried until the deadline, a GET and a POST alike', async (t) => {
  const { inkan, repetitions } = await heard(t, { url: `https://localhost:${await closedPort()}`, deadline: 1500 });
  await assert.rejects(inkan.get('/v1/profiles'), (error) => error instanceof NoAnswerError && error.cause.code === 'ECONNREFUSED');
  assert.ok(repetitions.length >= 1);
});

test('who answers is not who was meant: at once, and nothing was asked', async (t) => {
  const { inkan, repetitions } = await heard(t, { ca: environment.INKAN_WEB_TIER_CERT });
  await assert.rejects(inkan.post('/v1/certificates', order('mia01')), (error) => error instanceof NoAnswerError && /certificate/.test(error.message));
  assert.equal(repetitions.length, 0);
});

test("the caller's own signal", async (t) => {
  rules(TOKEN_OUT);
  const { inkan } = await heard(t);
  const reason = new Error('the user has left');
  const ending = new AbortController();
  setTimeout(() => ending.abort(reason), 300);
  await assert.rejects(inkan.post('/v1/certificates', { ...order('nina01'), signal: ending.signal }), reason);
});

test('files that will not do are named', async (t) => {
  const files = { url: environment.INKAN_API, ca: environment.INKAN_CA, certificate: environment.INKAN_WEB_TIER_CERT, key: environment.INKAN_WEB_TIER_KEY };
  await assert.rejects(connect({ ...files, key: '/nowhere/a.key' }), /key: cannot read \/nowhere\/a\.key/);
  await assert.rejects(connect({ ...files, certificate: '' }), /certificate: no file is named/);
  await assert.rejects(connect({ ...files, key: environment.INKAN_AUDITOR_KEY }), /key values mismatch/);
  await assert.rejects(connect({ ...files, url: 'localhost:8443' }), /url: https:\/\/HOST:PORT/);
});
