// Paths, queries and header fields.
import type { InkanClient } from 'inkan-client';
import { intention, wait } from 'inkan-client';

export async function orders(inkan: InkanClient) {
  await inkan.get('/v1/certificates');
  await inkan.get('/v1/certificates', { query: { status: 'valid', limit: 3 }, deadline: 1000, signal: AbortSignal.timeout(1000) });
  await inkan.get('/v1/certificates', { query: { statu: 'valid' } }); // expect: TS2561 'statu' does not exist
  await inkan.get('/v1/certificates', { query: { status: 'good' } }); // expect: TS2322 "good"
  await inkan.get('/v1/certificates', { query: { limit: '3' } }); // expect: TS2322 'string' is not assignable to type 'number'
  await inkan.get('/v1/certificate', {}); // expect: TS2345 "/v1/certificate"
  await inkan.post('/v1/profiles', {}); // expect: TS2345 "/v1/profiles"
  await inkan.get('/readyz', {}); // expect: TS2345 "/readyz"
  await inkan.get('/v1/certificates/{serial}'); // expect: TS2554 Expected 2 arguments
  await inkan.get('/v1/certificates/{serial}', { path: { id: '01' } }); // expect: TS2353 'id' does not exist
  await inkan.get('/v1/certificates/{serial}', { path: { serial: 1 } }); // expect: TS2322 'number' is not assignable to type 'string'

  const path = { serial: '01' };
  const body = { reason: 'superseded' } as const;
  await inkan.post('/v1/certificates/{serial}/revoke', { path, body, header: { ...intention(), ...wait(5) } });
  await inkan.post('/v1/certificates/{serial}/revoke', { path, body, header: wait(5) }); // expect: TS2322 Property ''Idempotency-Key'' is missing
  await inkan.post('/v1/certificates/{serial}/revoke', { path, body }); // expect: TS2345 Property 'header' is missing
  await inkan.post('/v1/certificates/dry-run', { body: { profile: 'client-auth', csr: 'x' } });
  await inkan.get('/v1/certificates', { header: intention() }); // expect: TS2559 'Idempotency-Key'
}
