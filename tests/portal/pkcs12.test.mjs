// Each PKCS#12 file that the page's library makes opens in OpenSSL, NSS, GnuTLS and Java, with the same key and certificate in it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Folder, ThrowAwayCa, has, library, run } from './support/tools.mjs';

const { certificatesOfPem, makeKeyPair, makePassphrase, makePkcs12, makeRequest } = await library('crypto');
const name = 'taro001 (2027-11-28)';
let folder, ca;

before(() => {
  folder = new Folder();
  ca = new ThrowAwayCa(folder);
});
after(() => folder.remove());

// A file with its passphrase beside it: no passphrase stands in an argument.
async function makeFile(kind, form) {
  const keys = await makeKeyPair(kind), passphrase = makePassphrase();
  const [certificate] = certificatesOfPem(ca.sign(await makeRequest(keys)));
  const chain = certificatesOfPem(folder.read('ca.pem'));
  folder.write('passphrase', passphrase);
  folder.write('user.p12', await makePkcs12({ key: keys.privateKey, certificate, chain, name, passphrase, form }));
  return keys;
}

const openssl = (...more) =>
  run('openssl', ['pkcs12', '-in', folder.at('user.p12'), '-passin', `file:${folder.at('passphrase')}`, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });

async function opensInOpenSsl(keys, form) {
  const provider = form === 'legacy' ? ['-legacy'] : [];
  const key = folder.write('key.pem', openssl('-nocerts', '-noenc', ...provider));
  assert.match(folder.read('key.pem'), new RegExp(`friendlyName: ${name.replace(/[()]/g, '\\$&')}`));
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey));
  assert.deepEqual(run('openssl', ['pkey', '-in', key, '-pubout', '-outform', 'DER'], { encoding: 'buffer' }), spki, 'the key is the one that was made');
  const shown = openssl('-nokeys', '-clcerts', ...provider);
  assert.deepEqual(certificatesOfPem(shown), certificatesOfPem(folder.read('user.pem')), 'the certificate');
  assert.deepEqual(certificatesOfPem(openssl('-nokeys', '-cacerts', ...provider)), certificatesOfPem(folder.read('ca.pem')), 'and its chain');
}

// What it is sealed with, in OpenSSL's words (on standard error).
function sealedWith(form) {
  const told = run('sh', ['-c', `openssl pkcs12 -in "$1" -passin "file:$2" -info -noout ${form === 'legacy' ? '-legacy' : ''} 2>&1`, 'sh', folder.at('user.p12'), folder.at('passphrase')]);
  if (form === 'legacy') return assert.match(told, /MAC: sha1[^]*pbeWithSHA1And3-KeyTripleDES-CBC[^]*pbeWithSHA1And3-KeyTripleDES-CBC/);
  return assert.match(told, /MAC: sha256[^]*PBES2, PBKDF2, AES-256-CBC[^]*hmacWithSHA256[^]*PBES2, PBKDF2, AES-256-CBC[^]*hmacWithSHA256/);
}

function opensInNss() {
  const database = `sql:${folder.path}/nss`;
  run('sh', ['-c', 'rm -rf "$1" && mkdir "$1"', 'sh', `${folder.path}/nss`]);
  run('certutil', ['-N', '-d', database, '--empty-password']);
  run('pk12util', ['-i', folder.at('user.p12'), '-d', database, '-w', folder.at('passphrase')]);
  assert.match(run('certutil', ['-L', '-d', database]), /taro001 \(2027-11-28\)\s+u,u,u/, 'a certificate with its key');
  assert.match(run('certutil', ['-K', '-d', database]), /taro001 \(2027-11-28\)/);
}

function opensInGnuTls() {
  // Without a terminal it reads the passphrase from its input.
  const info = run('setsid', ['-w', 'sh', '-c', 'certtool --inder --p12-info --infile "$1" 2>&1', 'sh', folder.at('user.p12')], { input: `${folder.read('passphrase')}\n` });
  assert.match(info, /BEGIN CERTIFICATE/);
  assert.match(info, /Type: PKCS #8 Encrypted key/);
  assert.match(info, /taro001 \(2027-11-28\)/);
}

function opensInJava() {
  const list = run('keytool', ['-list', '-keystore', folder.at('user.p12'), '-storetype', 'PKCS12', '-storepass:file', folder.at('passphrase'), '-J-Duser.language=en']);
  assert.match(list, /taro001 \(2027-11-28\).*PrivateKeyEntry/);
}

// A judge that is missing: the test is skipped, and fails where all are wanted.
const without = (program) => ({ skip: !has(program) && process.env.INKAN_ALL_JUDGES !== '1' && `${program} is not installed: it has not judged the file` });

for (const form of ['modern', 'legacy']) {
  for (const kind of ['P-256', 'RSA-2048']) {
    test(`a ${form} file of a ${kind} key opens everywhere`, async (t) => {
      const keys = await makeFile(kind, form);
      await t.test('in OpenSSL, sealed as it should be', async () => {
        await opensInOpenSsl(keys, form);
        sealedWith(form);
      });
      await t.test('in NSS', without('pk12util'), opensInNss);
      await t.test('in GnuTLS', without('certtool'), opensInGnuTls);
      await t.test('in Java', without('keytool'), opensInJava);
    });
  }

  test(`a ${form} file does not open with another passphrase`, async () => {
    await makeFile('P-256', form);
    folder.write('passphrase', makePassphrase());
    assert.throws(() => openssl('-noout', ...(form === 'legacy' ? ['-legacy'] : [])), /invalid password/);
  });
}

test('a key that may not leave WebCrypto makes no file', async () => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const [certificate] = certificatesOfPem(folder.read('ca.pem'));
  await assert.rejects(makePkcs12({ key: keys.privateKey, certificate, chain: [], name, passphrase: 'x', form: 'modern' }), /extractable/);
});
