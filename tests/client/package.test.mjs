// What `npm pack` makes is enough for a project elsewhere, which has undici and nothing of ours.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { at, ts } from './support/compile.mjs';

test('the package, in a project of its own', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'inkan-client-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // Without its script prepack, a build, which has been.
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: at('api/client'), encoding: 'utf8' }));
  assert.deepEqual(packed.files.map((file) => file.path).filter((path) => !/^(dist\/.*\.(d\.ts|js)|package\.json|README\.md)$/.test(path)), []);

  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'inkan-client'), { recursive: true });
  mkdirSync(join(modules, '@types'));
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', join(modules, 'inkan-client'), '--strip-components=1']);
  for (const name of ['undici', '@types/node', 'undici-types']) symlinkSync(at(`api/client/node_modules/${name}`), join(modules, name));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'use.ts'), `import { connect, intention, type components } from 'inkan-client';
export const key: string = intention()['Idempotency-Key'];
export type Certificate = components['schemas']['Certificate'];
try {
  await connect({ url: 'http://localhost:1', ca: '', certificate: '', key: '' });
} catch (error) {
  console.log(String(error));
}
`);
  const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, strict: true, types: ['node'], typeRoots: [join(modules, '@types')] };
  const program = ts.createProgram([join(folder, 'use.ts')], options);
  assert.deepEqual(ts.getPreEmitDiagnostics(program).map((found) => ts.flattenDiagnosticMessageText(found.messageText, '\n')), []);
  program.emit();
  const said = execFileSync(process.execPath, ['use.js'], { cwd: folder, encoding: 'utf8' });
  assert.equal(said, "Error: url: https://HOST:PORT is needed, not 'http://localhost:1'\n");
});
