// That the browser's walks would see a secret in a request, however it is spelt; and that they see none in what the page sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { keyNeedles, leak, passphraseNeedles, passwordNeedles } from './support/leaks.mjs';
import { library, pem } from './support/tools.mjs';

const { makeKeyPair, makePassphrase, makePkcs12, makeRequest } = await library('crypto');
const base64 = (value) => Buffer.from(value).toString('base64');

for (const kind of ['P-256', 'RSA-2048']) {
  const keys = await makeKeyPair(kind), pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)), file = pem('PRIVATE KEY', pkcs8);
  const jwk = await crypto.subtle.exportKey('jwk', keys.privateKey), needles = keyNeedles([file]);
  for (const [how, text] of Object.entries({
    'PEM in JSON': JSON.stringify({ csr: file }), 'base64': JSON.stringify({ csr: base64(pkcs8) }), 'base64 behind something else': base64(Buffer.concat([Buffer.from('ab'), pkcs8])), 'base64url': pkcs8.toString('base64url'),
    'base64 in broken lines': JSON.stringify({ csr: file.split('\n').slice(1, -2).join('\n') }), 'hex': `/portal/state?x=${pkcs8.toString('hex')}`, 'hex with colons': pkcs8.toString('hex').replace(/..(?=.)/g, '$&:'),
    'base64 of hex': base64(pkcs8.toString('hex')), 'hex of PEM': Buffer.from(file).toString('hex'), 'numbers': JSON.stringify([...pkcs8]), 'a typed array': JSON.stringify(new Uint8Array(pkcs8)), 'JWK': JSON.stringify(jwk), 'JWK in base64': base64(JSON.stringify(jwk)),
    'the secret number alone': Buffer.from(jwk.d, 'base64url').toString('hex').toUpperCase(),
  })) {
    test(`a ${kind} key is seen as ${how}`, () => assert.match(leak(text, needles), /a private key/));
    if (how !== 'the secret number alone') test(`one that the test does not know too: ${kind}, ${how}`, () => assert.match(leak(text, []), /a private key/));
  }

  test(`a request of a ${kind} key holds no secret`, async () => {
    assert.equal(leak(JSON.stringify({ csr: base64(await makeRequest(keys)) }), needles), undefined);
  });
}

test('a passphrase is seen in URLs, in base64 at any place, in hex, without its hyphens, and as PKCS#12 hashes it', () => {
  const passphrase = makePassphrase(), needles = passphraseNeedles([passphrase]), bare = passphrase.replaceAll('-', '');
  for (const text of [`/portal/state?p=${passphrase}`, bare, base64(passphrase), base64(`.${bare}`), base64(`..${passphrase}.`), Buffer.from(passphrase).toString('hex'),
    base64(Buffer.from(passphrase, 'utf16le')), base64(Buffer.from(passphrase, 'utf16le').swap16()), encodeURIComponent(base64(passphrase))])
    assert.equal(leak(text, needles), 'a passphrase', text);
  assert.equal(leak(makePassphrase(), needles), undefined);
});

test('a password is seen in percent codes and forms, and in Japanese letters', () => {
  const needles = passwordNeedles(['jibun no! himitsu2', 'ｈｉｍｉｔｓｕ１']);
  for (const text of [`?p=${encodeURIComponent('jibun no! himitsu2')}`, '?p=jibun+no%21+himitsu2', base64('{"p":"jibun no! himitsu2"}'), '{"p":"ｈｉｍｉｔｓｕ１"}', encodeURIComponent('ｈｉｍｉｔｓｕ１')])
    assert.equal(leak(text, needles), 'a password', text);
});

test('the shortest password is seen in each code', () => {
  const octets = Buffer.from('himit1');
  for (const text of [octets.toString('base64'), base64(`z${octets}`), octets.toString('hex'), base64(octets.toString('hex')), JSON.stringify([...octets]), encodeURIComponent(base64(octets)), [...octets].map((each) => `%${each.toString(16)}`).join('')])
    assert.equal(leak(text, passwordNeedles(['himit1'])), 'a password', text);
});

test('a PKCS#12 file is seen, of either form', async () => {
  const { privateKey } = await makeKeyPair('P-256');
  for (const form of ['modern', 'legacy']) {
    const file = await makePkcs12({ key: privateKey, certificate: new Uint8Array([0x30, 0]), chain: [], name: 'x', passphrase: 'y', form });
    assert.equal(leak(JSON.stringify({ csr: base64(file) }), []), 'a PKCS#12 file');
  }
});
