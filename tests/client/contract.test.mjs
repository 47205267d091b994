// The types have every operation of openapi.yaml, and the client reaches each that is under /v1.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { at, programOf, ts } from './support/compile.mjs';
import { judged } from './support/described.mjs';

// Not read by the generator's own parser: the file keeps to one style, two spaces a level.
function described() {
  const operations = new Map();
  let path, method;
  for (const line of readFileSync(at('api/openapi.yaml'), 'utf8').split('\n')) {
    path = /^ {2}(\/\S*):$/.exec(line)?.[1] ?? path;
    method = /^ {4}(get|post|put|patch|delete|head|options):$/.exec(line)?.[1] ?? method;
    const id = /^ {6}operationId: (\w+)$/.exec(line)?.[1];
    if (id !== undefined) operations.set(id, { path, method });
  }
  return operations;
}

const operations = described();
const program = programOf('api/client/tsconfig.json');
const checker = program.getTypeChecker();

function declared(file, name) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(at(`api/client/src/${file}`)));
  const symbol = checker.getExportsOfModule(module).find((each) => each.name === name);
  return checker.getDeclaredTypeOfSymbol(symbol);
}
const member = (type, name) => checker.getTypeOfSymbol(type.getProperty(name));
const literals = (type) => type.types.map((each) => each.value);

test('every operationId', () => {
  assert.ok(operations.size > 70, `${operations.size}`);
  assert.equal(readFileSync(at('api/openapi.yaml'), 'utf8').match(/operationId:/g).length, operations.size);
  const generated = declared('generated/api.ts', 'operations').getProperties().map((each) => each.name);
  assert.deepEqual(generated.sort(), [...operations.keys()].sort());
});

test('each under its path and verb', () => {
  const paths = declared('generated/api.ts', 'paths');
  const all = declared('generated/api.ts', 'operations');
  for (const [id, { path, method }] of operations) {
    assert.equal(member(member(paths, path), method), member(all, id), `${method} ${path}`);
  }
});

test('what the client takes', () => {
  for (const [method, name] of [['get', 'GetPath'], ['post', 'PostPath']]) {
    const expected = [...operations.values()].filter((each) => each.method === method && each.path.startsWith('/v1/')).map((each) => each.path);
    assert.deepEqual(literals(declared('calls.ts', name)).sort(), expected.sort());
  }
  assert.deepEqual([...operations.values()].filter(({ method }) => !['get', 'post'].includes(method)), []);
});

test('no `any`, in the sources or out of the generator', () => {
  const any = [];
  const look = (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) any.push(`${node.getSourceFile().fileName}: ${node.parent.getText()}`);
    ts.forEachChild(node, look);
  };
  const own = program.getSourceFiles().filter((each) => each.fileName.includes('/api/client/src/'));
  assert.ok(own.length > 8);
  own.forEach(look);
  assert.deepEqual(any, []);
});

test('the judge of what the daemon says judges', async () => {
  const saying = (data, status = 200) => judged({ get: async () => ({ status, data }) }).get('/v1/certificates');
  await saying({ items: [], next: null });
  await assert.rejects(saying({ items: [] }), /must have required property 'next'/);
  await assert.rejects(saying({ items: [], next: null, total: 0 }), /must NOT have unevaluated properties/);
  await assert.rejects(saying({ items: [{}], next: null }), /must have required property 'serial'/);
});
