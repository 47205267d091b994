// The guide's examples, run one after the other, as its reader would.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';

import { ticket } from '../../../api/client/dist/index.js';
import { at } from '../support/compile.mjs';
import { connection, openssl, program, read, requestOf, verified, write } from '../support/place.mjs';

const run = async (name) => (await program(at(`api/client/build/examples/${name}.js`))).stdout;
const runs = new Set();
function example(name, body) {
  runs.add(`${name}.ts`);
  test(`examples/${name}.ts`, () => body(() => run(name)));
}

example('issue', async (go) => {
  requestOf('alice');
  const [, serial] = /^([0-9a-f]+) with its receipt\n$/.exec(await go());
  verified('alice', read('alice.pem'));
  assert.equal(openssl('x509', '-in', 'alice.pem', '-noout', '-serial').trim().toLowerCase(), `serial=${serial}`);
  openssl('req', '-new', '-newkey', 'rsa:1024', '-noenc', '-keyout', 'alice.key', '-subj', '/CN=alice01', '-out', 'alice.csr');
  assert.match(await go(), /^refused by key\.\S+ - .+\n$/);
});

example('list', async (go) => {
  for (let i = 0; i < 2; i++) {
    requestOf('alice');
    await run('issue');
  }
  const lines = (await go()).trim().split('\n');
  assert.equal(lines.length, 3);
  for (const line of lines) assert.match(line, /^[0-9a-f]+ was to be renewed at 20\S+Z - in the CRL \d+$/);
  assert.equal(await go(), '', 'none is left that is valid');
});

example('enrol', async (go) => {
  const inkan = await connection('web-tier');
  const { data: session } = await inkan.post('/v1/sessions', { body: { user_id: 'master1', password: 'himitsu1', screen: 'registration' } });
  await inkan.post('/v1/session/password', { header: ticket(session.ticket), body: { old: 'himitsu1', new: 'jibun2no' } });
  await inkan.close();
  write('credentials', 'master1\njibun2no\n');
  requestOf('user');
  await go();
  verified('user', read('user.pem'));
});

test('none is left out', () => {
  assert.deepEqual([...runs].sort(), readdirSync(at('api/client/examples')).filter((name) => name.endsWith('.ts')).sort());
});
