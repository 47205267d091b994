// Short names for the few forms of DER that requests and PKCS#12 files are made of. Only writes.
import * as asn1 from 'asn1js';

export type Node = asn1.BaseBlock;
export type Octets = Uint8Array<ArrayBuffer>;

export const sequence = (...value: Node[]): Node => new asn1.Sequence({ value });
export const set = (...value: Node[]): Node => new asn1.Set({ value });
export const oid = (value: string): Node => new asn1.ObjectIdentifier({ value });
export const integer = (value: number): Node => new asn1.Integer({ value });
export const nothing = (): Node => new asn1.Null();
export const octetString = (octets: Octets): Node => new asn1.OctetString({ valueHex: octets });
export const bitString = (octets: Octets): Node => new asn1.BitString({ valueHex: octets });
export const utf8 = (value: string): Node => new asn1.Utf8String({ value });
export const bmp = (value: string): Node => new asn1.BmpString({ value });
// [0] EXPLICIT, or IMPLICIT of a constructed type.
export const tagged0 = (...value: Node[]): Node => new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value });
// [0] IMPLICIT OCTET STRING.
export const tagged0Octets = (octets: Octets): Node => new asn1.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: octets });

export function encode(node: Node): Octets {
  return new Uint8Array(node.toBER());
}

// What is in DER already, such as a SubjectPublicKeyInfo.
export function encoded(der: Octets): Node {
  const parsed = asn1.fromBER(der);
  if (parsed.offset === -1) throw new Error('not DER');
  return parsed.result;
}

// An INTEGER ≥ 0 of big-endian octets.
export function unsignedInteger(octets: Octets): Node {
  let begin = 0;
  while (begin < octets.length - 1 && octets[begin] === 0) begin += 1;
  const shortest = octets.slice(begin);
  const padded = (shortest[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...shortest) : shortest;
  return new asn1.Integer({ valueHex: padded });
}

export function toBase64(octets: Octets): string {
  return btoa(Array.from(octets, (octet) => String.fromCharCode(octet)).join(''));
}

export function toHex(octets: Octets): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

// Every certificate of a PEM text, in its order.
export function certificatesOfPem(pem: string): Octets[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
  return Array.from(blocks, (block) => Uint8Array.from(atob((block[1] ?? '').replace(/\s/g, '')), (letter) => letter.charCodeAt(0)));
}
