// Keys, requests, proofs, passphrases: made by the page's library, judged by openssl and by vectors of others.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Folder, library, pem, run } from './support/tools.mjs';

const { installMessage, installProof, makeKeyPair, makePassphrase, makeRequest, pkcs12Kdf, x509Signature } = await library('crypto');
const kinds = ['P-256', 'RSA-2048'];

async function inFolder(work) {
  const folder = new Folder();
  try {
    await work(folder);
  } finally {
    folder.remove();
  }
}

async function publicKeyFile(folder, keys) {
  const spki = await crypto.subtle.exportKey('spki', keys.publicKey);
  return folder.write('public.pem', pem('PUBLIC KEY', spki));
}

// OpenSSL 3.0 says it in words, and exits with 0 either way.
function verified(folder, request) {
  folder.write('csr.pem', pem('CERTIFICATE REQUEST', request));
  return run('sh', ['-c', 'openssl req -in "$1" -verify -noout 2>&1', 'sh', folder.at('csr.pem')]).trim().endsWith('verify OK');
}

for (const kind of kinds) {
  test(`the request of a ${kind} key verifies, and holds that key`, () => inFolder(async (folder) => {
    const keys = await makeKeyPair(kind);
    assert(verified(folder, await makeRequest(keys)));
    const held = run('openssl', ['req', '-in', folder.at('csr.pem'), '-pubkey', '-noout']);
    const made = run('openssl', ['pkey', '-pubin', '-in', await publicKeyFile(folder, keys)]);
    assert.equal(held, made);
  }));

  test(`a request of a ${kind} key with one bit changed does not verify`, () => inFolder(async (folder) => {
    const request = await makeRequest(await makeKeyPair(kind));
    request[request.length - 9] ^= 1;
    assert(!verified(folder, request));
  }));

  test(`the proof of a ${kind} key verifies over the message, and over no other`, () => inFolder(async (folder) => {
    const keys = await makeKeyPair(kind);
    const certificate = new TextEncoder().encode('any octets will do here'), nonce = 'AB'.repeat(32);
    const signature = new Uint8Array(Buffer.from(await installProof(keys.privateKey, nonce, certificate), 'base64'));
    const verify = (message) => run('openssl', ['dgst', '-sha256', '-verify', folder.at('public.pem'), '-signature', folder.at('signature'), folder.write('message', message)]);
    await publicKeyFile(folder, keys);
    folder.write('signature', x509Signature(keys.privateKey, signature));
    verify(await installMessage(nonce, certificate));
    assert.throws(() => verify(`INKAN INSTALLED v1\n${'ab'.repeat(32)}\n${'00'.repeat(32)}\n`));
  }));
}

test('P-256 signatures fit X.509 whatever their first bits are', () => inFolder(async (folder) => {
  const keys = await makeKeyPair();
  for (let i = 0; i < 20; i += 1) assert(verified(folder, await makeRequest(keys)));
}));

test('the message is what policy/subscriber/install_proof.h says', () => inFolder(async (folder) => {
  const certificate = new TextEncoder().encode('abc');
  const hash = run('openssl', ['dgst', '-sha256', '-r', folder.write('abc', 'abc')]).slice(0, 64);
  const message = new TextDecoder().decode(await installMessage('0F'.repeat(32), certificate));
  assert.equal(message, `INKAN INSTALLED v1\n${'0f'.repeat(32)}\n${hash}\n`);
}));

test('passphrases: five groups of four unambiguous letters, all of the alphabet used, none twice', () => {
  const made = Array.from({ length: 2000 }, makePassphrase);
  for (const passphrase of made) assert.match(passphrase, /^([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}$/);
  assert.equal(new Set(made).size, made.length);
  assert.equal(new Set(made.join('').replaceAll('-', '')).size, 31);
});

// OpenSSL wants the passphrase as it is hashed: UTF-16 with a zero behind it. This is "smeg", of its own vectors.
for (const [hash, id, iterations, length] of [['SHA-1', 1, 1, 24], ['SHA-1', 2, 1, 8], ['SHA-1', 3, 1000, 20], ['SHA-256', 3, 7, 32], ['SHA-256', 1, 2, 70]]) {
  test(`PKCS#12's key derivation with ${hash}, purpose ${id}, ${length} octets, is openssl's`, async () => {
    const salt = '0a58cf64530d823f';
    const theirs = run('openssl', ['kdf', '-keylen', `${length}`, '-kdfopt', `digest:${hash}`, '-kdfopt', 'hexpass:0073006d006500670000', '-kdfopt', `hexsalt:${salt}`,
      '-kdfopt', `id:${id}`, '-kdfopt', `iter:${iterations}`, 'PKCS12KDF']);
    const ours = await pkcs12Kdf(hash, id, 'smeg', new Uint8Array(Buffer.from(salt, 'hex')), iterations, length);
    assert.equal(Buffer.from(ours).toString('hex').toUpperCase(), theirs.trim().replaceAll(':', '').toUpperCase());
  });
}
