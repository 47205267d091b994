// A certificate's life, and what is refused.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';

import { intention, items, ProblemError, wait } from '../../../api/client/dist/index.js';
import { connection, environment, openssl, read, requestOf, verified, write } from '../support/place.mjs';

let inkan, auditor;
before(async () => {
  inkan = await connection('web-tier');
  auditor = await connection('auditor', { language: 'ja' });
});
after(() => Promise.all([inkan.close(), auditor.close()]));

const issue = (name, header = intention(), more = {}) =>
  inkan.post('/v1/certificates', { header, body: { profile: 'client-auth', csr: requestOf(name), ...more } });

async function refused(call) {
  const error = await call.then(() => undefined, (reason) => reason);
  assert.ok(error instanceof ProblemError, `${error}`);
  return error;
}

test('issued, read, and judged by openssl', async () => {
  const issued = await issue('bob01');
  assert.equal(issued.status, 201);
  assert.match(issued.headers.get('Location'), new RegExp(`/v1/certificates/${issued.data.serial}$`));
  verified('bob01', issued.data.chain.join(''));
  assert.match(openssl('x509', '-in', 'bob01.pem', '-noout', '-subject', '-nameopt', 'RFC2253'), /CN=bob01/);
  assert.equal(openssl('x509', '-in', 'bob01.pem', '-noout', '-serial').trim().toLowerCase(), `serial=${issued.data.serial}`.toLowerCase());

  const path = { serial: issued.data.serial };
  const { data: again } = await inkan.get('/v1/certificates/{serial}', { path });
  assert.equal(again.certificate, issued.data.certificate);
  assert.equal(again.status, 'valid');
  const pem = await inkan.get('/v1/certificates/{serial}', { path, accept: 'application/pem-certificate-chain' });
  assert.equal(pem.data, issued.data.chain.join(''));
  const { data: renewal } = await inkan.get('/v1/certificates/{serial}/renewal', { path });
  assert.equal(renewal.renew_now, false);
  assert.ok(new Date(renewal.renew_at) < new Date(again.not_after));
});

test('its receipt, waited for in both ways', async () => {
  const { data: issued } = await issue('carol01', { ...intention(), ...wait(10) });
  assert.match(issued.receipt, /^c2sp\.org\/tlog-proof@v1\n/);
  const { data: receipt } = await inkan.get('/v1/certificates/{serial}/receipt', { path: { serial: issued.serial }, header: wait(10) });
  assert.match(receipt, /^c2sp\.org\/tlog-proof@v1\n/);
});

test('one intention, one certificate', async () => {
  const wish = intention();
  const body = { profile: 'client-auth', csr: requestOf('dave01') };
  const first = await inkan.post('/v1/certificates', { header: wish, body });
  const second = await inkan.post('/v1/certificates', { header: wish, body });
  assert.equal(second.data.serial, first.data.serial);
  assert.equal(first.headers.get('Idempotency-Replayed'), null);
  assert.equal(second.headers.get('Idempotency-Replayed'), 'true');
  const other = await refused(inkan.post('/v1/certificates', { header: wish, body: { ...body, subject: { CN: 'mallory' } } }));
  assert.equal(other.status, 422);
  assert.equal(other.type, 'urn:inkan:problem:idempotency-key-reused');
});

test('a list, page by page', async () => {
  const serials = [];
  for (const name of ['page01', 'page02', 'page03', 'page04', 'page05']) serials.push((await issue(name)).data.serial);
  let pages = 0;
  const found = [];
  const all = items((at) => {
    pages += 1;
    return inkan.get('/v1/certificates', { query: { subject: 'page0', limit: 2, ...at } });
  });
  for await (const certificate of all) found.push(certificate.serial);
  assert.equal(pages, 3);
  assert.deepEqual(found.sort(), serials.sort());
});

test('revoked, and published before the answer comes', async () => {
  const { data: issued } = await issue('erin01');
  const { data: revoked } = await inkan.post('/v1/certificates/{serial}/revoke', {
    path: { serial: issued.serial },
    header: { ...intention(), ...wait(10) },
    body: { reason: 'keyCompromise' },
  });
  assert.equal(revoked.status, 'revoked');
  assert.ok(revoked.published, JSON.stringify(revoked));
  const crl = await fetch(`${environment.INKAN_PUBLIC}/crl/${revoked.published.crl.authority}.crl`);
  write('issuing.crl', Buffer.from(await crl.arrayBuffer()));
  openssl('crl', '-inform', 'DER', '-in', 'issuing.crl', '-out', 'issuing-crl.pem');
  assert.throws(() => verified('erin01', issued.chain.join(''), '-crl_check', '-CRLfile', 'issuing-crl.pem'), /certificate revoked/);
  write('issuing.pem', issued.chain[1]);
  assert.match(openssl('crl', '-in', 'issuing-crl.pem', '-noout', '-crlnumber', '-CAfile', 'issuing.pem'), new RegExp(`crlNumber=(0x)?0*${BigInt(revoked.published.crl.number).toString(16)}\\b`, 'i'));
});

test('a refusal names its rule, and what to do', async () => {
  openssl('req', '-new', '-newkey', 'rsa:1024', '-noenc', '-keyout', 'weak.key', '-subj', '/CN=weak01', '-out', 'weak.csr');
  const error = await refused(inkan.post('/v1/certificates', { header: intention(), body: { profile: 'client-auth', csr: read('weak.csr') } }));
  assert.equal(error.status, 403);
  assert.equal(error.type, 'urn:inkan:problem:denied');
  assert.match(error.rule, /^key\./);
  assert.ok(error.problem.mend && error.problem.clause && error.message.includes(error.rule), error.message);
  assert.match(error.problem.instance, /^urn:inkan:request:/);
  assert.equal(error.retryAfter, undefined);
});

test('a wrong member is told by its place; a role by its problem, in the language asked for', async () => {
  const fault = await refused(inkan.post('/v1/certificates', { header: intention(), body: { profile: 'client-auth', csr: 7 } }));
  assert.equal(fault.status, 400);
  assert.deepEqual(fault.problem.errors.map((each) => each.pointer), ['#/csr']);
  const role = await refused(auditor.post('/v1/certificates', { header: intention(), body: { profile: 'client-auth', csr: requestOf('frank01') } }));
  assert.equal(role.type, 'urn:inkan:problem:role-not-allowed');
  assert.match(role.problem.title, /[\u3040-\u30ff\u4e00-\u9fff]/);
  const none = await refused(inkan.get('/v1/certificates/{serial}', { path: { serial: '00ff' } }));
  assert.equal(none.status, 404);
});

test('whatever else a path could become', async () => {
  await assert.rejects(inkan.get('/v1/certificates/{serial}', { path: { serial: '..' } }), /path\.serial: '\.\.' cannot stand/);
  const error = await refused(inkan.get('/v1/certificates/{serial}', { path: { serial: '../policy-pack?x=' } }));
  assert.ok([400, 404].includes(error.status), error.message);
});

test('an answer as it comes, for who needs more than its body', async () => {
  const { data: issued } = await issue('grace01');
  const first = await inkan.fetch('GET', `/v1/certificates/${issued.serial}`);
  const tag = first.headers.get('ETag');
  assert.equal((await first.json()).serial, issued.serial);
  assert.equal((await inkan.fetch('GET', `/v1/certificates/${issued.serial}`, { headers: { 'If-None-Match': tag } })).status, 304);
});
