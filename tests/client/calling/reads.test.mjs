// Whatever can be read, by whoever may: its answers are judged on the way (support/described.mjs). After the certificates and enrolments, so that
// there is something to read.
import assert from 'node:assert/strict';
import test from 'node:test';

import { connection } from '../support/place.mjs';

const everybody = ['/v1/certificates', '/v1/authorities', '/v1/profiles', '/v1/issuing', '/v1/policy-pack', '/v1/events'];
const overseers = ['/v1/certificates', '/v1/authorities', '/v1/profiles', '/v1/reconcile', '/v1/approvals', '/v1/issuing', '/v1/events', '/v1/tokens', '/v1/keys', '/v1/identities', '/v1/identities/review', '/v1/readiness'];

async function reads(t, role, paths) {
  const inkan = await connection(role);
  t.after(() => inkan.close());
  for (const path of paths) assert.equal((await inkan.get(path)).status, 200, path);
  return inkan;
}

test('by the web tier', async (t) => {
  const inkan = await reads(t, 'web-tier', everybody);
  const { data: profiles } = await inkan.get('/v1/profiles');
  for (const { name } of profiles.items) await inkan.get('/v1/profiles/{name}', { path: { name } });
  const lines = await inkan.get('/v1/events', { accept: 'application/jsonl', query: { limit: 3 } });
  assert.equal(typeof JSON.parse(lines.data.split('\n')[0]), 'object');
});

test('by an officer', (t) => reads(t, 'officer-1', overseers));

test('by an auditor', async (t) => {
  const inkan = await reads(t, 'auditor', [...overseers, '/v1/ledger']);
  const { data: entries } = await inkan.get('/v1/ledger/entries', { query: { from: 0, limit: 1000 } });
  assert.ok(entries.items.length > 50);
});

test("by the bank's staff", async (t) => {
  const inkan = await reads(t, 'bank-staff', ['/v1/certificates', '/v1/authorities', '/v1/profiles', '/v1/policy-pack', '/v1/organisations', '/v1/users']);
  const { data: users } = await inkan.get('/v1/users');
  assert.ok(users.items.length > 0);
  for (const { id } of users.items) {
    const path = { id };
    await inkan.get('/v1/users/{id}', { path });
    await inkan.get('/v1/users/{id}/history', { path });
    await inkan.get('/v1/users/{id}/enrolments', { path });
  }
});
