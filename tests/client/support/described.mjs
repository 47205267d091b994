// What the daemon says, held against what openapi.yaml says of it: a client's types are no better than that file. JSON Schema's own validator judges.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { ProblemError } from '../../../api/client/dist/index.js';
import { at } from './compile.mjs';

const require = createRequire(at('api/client/package.json'));
const { default: Ajv } = require('ajv/dist/2020.js');
const document = require('yaml').parse(readFileSync(at('api/openapi.yaml'), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(document, 'openapi.yaml');

const pointer = (...parts) => `openapi.yaml#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
const compiled = new Map();

// No member but those that are described, either.
function hold(what, reference, value) {
  if (!compiled.has(reference)) compiled.set(reference, ajv.compile({ $ref: reference, unevaluatedProperties: false }));
  const judge = compiled.get(reference);
  assert.ok(judge(value), `${what} is not as openapi.yaml has it: ${ajv.errorsText(judge.errors, { dataVar: 'body' })}\n${JSON.stringify(judge.errors)}\n${JSON.stringify(value, null, 1)}`);
}

const problem = pointer('components', 'schemas', 'Problem');

// The client, whose every answer in JSON is judged on the way.
export function judged(client) {
  const call = (method) => async (path, order) => {
    try {
      const answer = await client[method](path, order);
      if (typeof answer.data === 'object' && !(answer.data instanceof Uint8Array)) {
        hold(`${method} ${path} ${answer.status}`, pointer('paths', path, method, 'responses', String(answer.status), 'content', 'application/json', 'schema'), answer.data);
      }
      return answer;
    } catch (error) {
      if (error instanceof ProblemError) hold(`${method} ${path} ${error.status}`, problem, error.problem);
      throw error;
    }
  };
  return { get: call('get'), post: call('post'), fetch: (...all) => client.fetch(...all), close: () => client.close() };
}
