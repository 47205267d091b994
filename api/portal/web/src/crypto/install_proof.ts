// Rule A23 (a): the new key signs that its certificate was installed (policy/subscriber/install_proof.h).
import { toBase64, toHex, type Octets } from './der';
import { sign } from './key_pair';

export async function installMessage(nonce: string, certificate: Octets): Promise<Octets> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', certificate));
  return new TextEncoder().encode(`INKAN INSTALLED v1\n${nonce.toLowerCase()}\n${toHex(hash)}\n`);
}

// Base64 of the signature, as POST /portal/enrolment/confirm takes it.
export async function installProof(key: CryptoKey, nonce: string, certificate: Octets): Promise<string> {
  return toBase64(await sign(key, await installMessage(nonce, certificate)));
}
