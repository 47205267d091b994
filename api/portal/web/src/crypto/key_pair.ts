// The subscriber's key pair, made by WebCrypto and signing by it. A new one for each certificate (rule A19).
import { encode, sequence, unsignedInteger, type Octets } from './der';

export type KeyKind = 'P-256' | 'RSA-2048';

const parameters: Record<KeyKind, EcKeyGenParams | RsaHashedKeyGenParams> = {
  'P-256': { name: 'ECDSA', namedCurve: 'P-256' },
  'RSA-2048': { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' },
};

// Extractable: it must get into the PKCS#12 file. Whoever keeps it drops it once that is done.
export async function makeKeyPair(kind: KeyKind = 'P-256'): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(parameters[kind], true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
}

export const isEc = (key: CryptoKey): boolean => key.algorithm.name === 'ECDSA';

// With SHA-256. Of an EC key r and s of the curve's length, one behind the other, as WebCrypto has it.
export async function sign(key: CryptoKey, message: Octets): Promise<Octets> {
  const algorithm = isEc(key) ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'RSASSA-PKCS1-v1_5' };
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, message));
}

// RFC 3279 §2.2.3: X.509 has an ECDSA signature as a SEQUENCE of two INTEGERs. RSA's is the same in both.
export function x509Signature(key: CryptoKey, signature: Octets): Octets {
  if (!isEc(key)) return signature;
  const half = signature.length / 2;
  return encode(sequence(unsignedInteger(signature.slice(0, half)), unsignedInteger(signature.slice(half))));
}
