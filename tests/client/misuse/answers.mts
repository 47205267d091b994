// What comes back.
import type { InkanClient } from 'inkan-client';
import { intention, items, ProblemError } from 'inkan-client';

export async function answers(inkan: InkanClient) {
  const path = { serial: '01' };
  const { data: read } = await inkan.get('/v1/certificates/{serial}', { path });
  read.chain.join('');
  read.chian; // expect: TS2551 'chian' does not exist
  const { data: chain } = await inkan.get('/v1/certificates/{serial}', { path, accept: 'application/pem-certificate-chain' });
  chain.startsWith('-----BEGIN');
  chain.serial; // expect: TS2339 'serial' does not exist on type 'string'
  await inkan.get('/v1/certificates/{serial}', { path, accept: 'application/pkcs7-mime' }); // expect: TS2322 "application/pkcs7-mime"
  const { data: receipt } = await inkan.get('/v1/certificates/{serial}/receipt', { path });
  receipt.split('\n');
  const { data: archive } = await inkan.get('/v1/evidence/{id}/archive', { path: { id: 'x' } });
  archive.byteLength.toFixed();

  const many = await inkan.post('/v1/revocations', { header: intention(), body: { serials: [], reason: 'superseded' } });
  if (many.status === 202) many.headers.get('Location');
  if (many.status === 201) throw new Error(); // expect: TS2367 no overlap

  for await (const certificate of items((at) => inkan.get('/v1/certificates', { query: at }))) {
    certificate.not_after.slice(0, 4);
    certificate.notAfter; // expect: TS2551 'notAfter' does not exist
  }
  for await (const _ of items(() => inkan.get('/v1/policy-pack'))) break; // expect: TS2322 is not assignable to type

  try {
    await inkan.get('/v1/keys');
  } catch (error) {
    error.rule; // expect: TS18046 'error' is of type 'unknown'
    if (error instanceof ProblemError) error.rule?.startsWith('enrol.');
    if (error instanceof ProblemError) error.rule.startsWith('enrol.'); // expect: TS18048 'error.rule' is possibly 'undefined'
  }
}
