// What a PKCS#12 file is sealed with. Each seal is an AlgorithmIdentifier and the octets that it was used on.
import des from 'des.js';

import { integer, nothing, octetString, oid, sequence, type Node, type Octets } from './der';
import { pkcs12Kdf, type Hash } from './pkcs12_kdf';

// `modern`: PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256, MAC HMAC-SHA-256 (Windows 10 1709, Windows 11, macOS 15, …).
// `legacy`: pbeWithSHAAnd3-KeyTripleDES-CBC, MAC HMAC-SHA-1, for systems before these.
export type Form = 'modern' | 'legacy';

export interface Sealed {
  algorithm: Node;
  octets: Octets;
}

// The passphrase has 99 random bits: iterations would help one that a person chose.
const pbkdf2Iterations = 100_000;
export const kdfIterations = 2048;

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';
const hmacSha256 = '1.2.840.113549.2.9';
const aes256Cbc = '2.16.840.1.101.3.4.1.42';
const pbeSha3Des = '1.2.840.113549.1.12.1.3';

export const random = (length: number): Octets => crypto.getRandomValues(new Uint8Array(length));

// RFC 8018 §6.2.
async function sealModern(plain: Octets, passphrase: string): Promise<Sealed> {
  const salt = random(16), iv = random(16);
  const base = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase), 'PBKDF2', false, ['deriveKey']);
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: pbkdf2Iterations };
  const key = await crypto.subtle.deriveKey(derivation, base, { name: 'AES-CBC', length: 256 }, false, ['encrypt']);
  const prf = sequence(oid(hmacSha256), nothing());
  const kdf = sequence(oid(pbkdf2), sequence(octetString(salt), integer(pbkdf2Iterations), prf));
  const cipher = sequence(oid(aes256Cbc), octetString(iv));
  const octets = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, plain);
  return { algorithm: sequence(oid(pbes2), sequence(kdf, cipher)), octets: new Uint8Array(octets) };
}

// RFC 7292 appendix C. WebCrypto has no triple DES.
async function sealLegacy(plain: Octets, passphrase: string): Promise<Sealed> {
  const salt = random(8);
  const key = await pkcs12Kdf('SHA-1', 1, passphrase, salt, kdfIterations, 24);
  const iv = await pkcs12Kdf('SHA-1', 2, passphrase, salt, kdfIterations, 8);
  const cipher = des.CBC.instantiate(des.EDE).create({ type: 'encrypt', key, iv });
  const octets = Uint8Array.from([...cipher.update(plain), ...cipher.final()]);
  return { algorithm: sequence(oid(pbeSha3Des), sequence(octetString(salt), integer(kdfIterations))), octets };
}

export function seal(form: Form, plain: Octets, passphrase: string): Promise<Sealed> {
  return form === 'modern' ? sealModern(plain, passphrase) : sealLegacy(plain, passphrase);
}

const macs: Record<Form, { hash: Hash; oid: string; length: number }> = {
  modern: { hash: 'SHA-256', oid: '2.16.840.1.101.3.4.2.1', length: 32 },
  legacy: { hash: 'SHA-1', oid: '1.3.14.3.2.26', length: 20 },
};

// RFC 7292 §4: MacData.
export async function macData(form: Form, content: Octets, passphrase: string): Promise<Node> {
  const { hash, oid: digest, length } = macs[form];
  const salt = random(16);
  const octets = await pkcs12Kdf(hash, 3, passphrase, salt, kdfIterations, length);
  const key = await crypto.subtle.importKey('raw', octets, { name: 'HMAC', hash }, false, ['sign']);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
  return sequence(sequence(sequence(oid(digest), nothing()), octetString(mac)), octetString(salt), integer(kdfIterations));
}
