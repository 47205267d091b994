// A wrong call does not compile, for the reason that stands beside it; a right one does.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

import { at, errorsOf, programOf } from './support/compile.mjs';

const errors = errorsOf(programOf('tests/client/tsconfig.json'));

for (const name of readdirSync(at('tests/client/misuse'))) {
  test(`misuse/${name}`, () => {
    const lines = readFileSync(at(`tests/client/misuse/${name}`), 'utf8').split('\n');
    const found = errors.filter((error) => error.file.endsWith(`/misuse/${name}`));
    let marked = 0;
    lines.forEach((line, index) => {
      const [, code, text] = /\/\/ expect: (TS\d+) (.+)$/.exec(line) ?? [];
      const here = found.filter((error) => error.line === index + 1);
      if (code === undefined) {
        assert.deepEqual(here, [], `line ${index + 1} is to compile: ${line}`);
      } else {
        marked += 1;
        assert.equal(here.length, 1, `line ${index + 1} is to be refused once: ${line}\n${JSON.stringify(here)}`);
        assert.equal(here[0].code, code, `line ${index + 1}: ${here[0].text}`);
        assert.ok(here[0].text.includes(text), `line ${index + 1}, '${text}' is not in: ${here[0].text}`);
      }
    });
    assert.ok(marked > 3);
  });
}

test('nothing else is wrong', () => assert.deepEqual(errors.filter((error) => !error.file.includes('/tests/client/misuse/')), []));
