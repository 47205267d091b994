// What a body may hold. Each line that is marked is refused, and for that reason; the others compile.
import type { InkanClient } from 'inkan-client';
import { intention } from 'inkan-client';

export async function bodies(inkan: InkanClient) {
  const header = intention();
  await inkan.post('/v1/certificates', { header, body: { profile: 'client-auth', csr: 'x', subject: { CN: 'alice01' } } });
  await inkan.post('/v1/certificates', { header, body: { profile: 'client-auth', csr: 'x', subject: [{ type: 'CN', value: 'alice01' }] } });
  await inkan.post('/v1/certificates', { header, body: { profile: 'client-auth', crs: 'x' } }); // expect: TS2353 'crs' does not exist
  await inkan.post('/v1/certificates', { header, body: { profile: 'client-auth', csr: 'x', subjct: {} } }); // expect: TS2561 'subjct' does not exist
  await inkan.post('/v1/certificates', { header, body: { profile: 'client-auth' } }); // expect: TS2741 Property 'csr' is missing
  await inkan.post('/v1/certificates', { header, body: { profile: 7, csr: 'x' } }); // expect: TS2322 'number' is not assignable to type 'string'
  await inkan.post('/v1/certificates', { header }); // expect: TS2345 Property 'body' is missing

  const path = { serial: '01' };
  await inkan.post('/v1/certificates/{serial}/revoke', { path, header, body: { reason: 'keyCompromise' } });
  await inkan.post('/v1/certificates/{serial}/revoke', { path, header, body: { reason: 'removeFromCRL' } }); // expect: TS2322 "removeFromCRL"
  await inkan.post('/v1/enrolments/{id}/confirm', { path: { id: 'x' }, body: { asserted: 'tls' } });
  await inkan.post('/v1/enrolments/{id}/confirm', { path: { id: 'x' }, body: { asserted: 'word' } }); // expect: TS2322 "word"
}
