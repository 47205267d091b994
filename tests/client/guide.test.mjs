// What the guide shows is what is compiled and run: each ```ts fence is a whole example, and each example is shown. The live test runs them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

import { at } from './support/compile.mjs';

const examples = readdirSync(at('api/client/examples')).filter((name) => name.endsWith('.ts'));

test('front-end.md quotes the examples', () => {
  const guide = readFileSync(at('packaging/doc/front-end.md'), 'utf8');
  const fences = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]);
  assert.ok(examples.length >= 3);
  assert.deepEqual(fences.sort(), examples.map((name) => readFileSync(at(`api/client/examples/${name}`), 'utf8')).sort());
  for (const name of examples) assert.ok(guide.includes(`examples/${name}`), `${name} is not named`);
});

test('one version', () => {
  const { version } = JSON.parse(readFileSync(at('api/client/package.json'), 'utf8'));
  assert.equal(/^project\(inkan VERSION ([0-9.]+)/m.exec(readFileSync(at('CMakeLists.txt'), 'utf8'))[1], version);
});
