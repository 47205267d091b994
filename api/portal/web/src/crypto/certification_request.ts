// A certification request (RFC 2986). The CA takes the key alone from it; the subject is not looked at.
import { bitString, encode, encoded, integer, nothing, oid, sequence, set, tagged0, utf8, type Node, type Octets } from './der';
import { isEc, sign, x509Signature } from './key_pair';

const commonName = '2.5.4.3';
const ecdsaWithSha256 = '1.2.840.10045.4.3.2'; // RFC 5758 §3.2: without parameters
const sha256WithRsa = '1.2.840.113549.1.1.11'; // RFC 4055 §5: NULL

function signatureAlgorithm(key: CryptoKey): Node {
  return isEc(key) ? sequence(oid(ecdsaWithSha256)) : sequence(oid(sha256WithRsa), nothing());
}

export async function makeRequest(keys: CryptoKeyPair): Promise<Octets> {
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey));
  const subject = sequence(set(sequence(oid(commonName), utf8('subscriber'))));
  const info = sequence(integer(0), subject, encoded(spki), tagged0());
  const signature = x509Signature(keys.privateKey, await sign(keys.privateKey, encode(info)));
  return encode(sequence(info, signatureAlgorithm(keys.privateKey), bitString(signature)));
}
