// A subscriber: registered by the bank's staff, his own password, his certificate, installed and logged in.
import assert from 'node:assert/strict';
import { createHash, sign, X509Certificate } from 'node:crypto';
import test, { after, before } from 'node:test';

import { ProblemError, ticket } from '../../../api/client/dist/index.js';
import { connection, openssl, read, requestOf, verified } from '../support/place.mjs';

let inkan, staff;
before(async () => {
  inkan = await connection('web-tier');
  staff = await connection('bank-staff');
});
after(() => Promise.all([inkan.close(), staff.close()]));

const browser = 'b1';

async function firstRegistration() {
  const { data: company } = await staff.post('/v1/organisations', { body: { name: '株式会社例' } });
  const registered = await staff.post('/v1/users', {
    body: { user_id: 'master7', kind: 'master', organisation: company.id, name: '例 七子', mail: 'nanako@kaisha.example', password: 'himitsu1' },
  });
  assert.equal(registered.status, 201);
  const early = inkan.post('/v1/enrolments', { body: { user_id: 'master7', password: 'himitsu1' } });
  await assert.rejects(early, (error) => error instanceof ProblemError && error.rule === 'user.first-password');
  const { data: session } = await inkan.post('/v1/sessions', { header: { 'Inkan-Browser': browser }, body: { user_id: 'master7', password: 'himitsu1', screen: 'registration' } });
  assert.equal(session.choose_password, true);
  await inkan.post('/v1/session/password', { header: ticket(session.ticket, browser), body: { old: 'himitsu1', new: 'jibun2no' } });
  return registered.data;
}

// A23: the new key signs that it is installed.
function proof(enrolment, name) {
  const der = new X509Certificate(enrolment.certificate.certificate).raw;
  const digest = createHash('sha256').update(der).digest('hex');
  return sign('sha256', Buffer.from(`INKAN INSTALLED v1\n${enrolment.nonce}\n${digest}\n`), read(`${name}.key`)).toString('base64');
}

test('from the bank to the first login', async () => {
  const user = await firstRegistration();
  const { data: opened } = await inkan.post('/v1/enrolments', { header: { 'Inkan-Browser': browser }, body: { user_id: 'master7', password: 'jibun2no' } });
  const his = { path: { id: opened.id }, header: ticket(opened.ticket, browser) };
  const issued = await inkan.post('/v1/enrolments/{id}/certificate', { ...his, body: { csr: requestOf('master7') } });
  assert.equal(issued.status, 201);
  verified('master7', issued.data.certificate.chain.join(''));
  assert.equal(openssl('x509', '-in', 'master7.pem', '-noout', '-subject', '-nameopt', 'RFC2253').trim(), `subject=serialNumber=${user.id},CN=master7,C=JP`);

  const elsewhere = inkan.get('/v1/enrolments/{id}', { path: his.path, header: ticket(opened.ticket, 'another browser') });
  await assert.rejects(elsewhere, (error) => error instanceof ProblemError && error.rule === 'enrol.ticket');
  const { data: confirmed } = await inkan.post('/v1/enrolments/{id}/confirm', { ...his, body: { signature: proof(issued.data, 'master7') } });
  assert.equal(confirmed.state, 'confirmed');

  const { data: login } = await inkan.post('/v1/sessions', { body: { user_id: 'master7', password: 'jibun2no', certificate: issued.data.certificate.certificate } });
  const master = { header: ticket(login.ticket) };
  const { data: general } = await inkan.post('/v1/users', { ...master, body: { user_id: 'taro007', kind: 'general', name: '例 太郎', mail: 'taro@kaisha.example', password: 'himitsu1' } });
  const { data: page } = await inkan.get('/v1/users', { ...master, query: { user_id: 'taro007' } });
  assert.deepEqual(page.items.map((each) => each.id), [general.id]);
  await inkan.post('/v1/session/end', { ...master, body: {} });
  await assert.rejects(inkan.get('/v1/session', master), (error) => error instanceof ProblemError && error.status === 403);
});
