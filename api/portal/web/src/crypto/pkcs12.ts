// A PKCS#12 file (RFC 7292) of a key, its certificate and the CA certificates above it, for the import of operating systems and browsers.
import { bmp, encode, integer, octetString, oid, sequence, set, tagged0, tagged0Octets, type Node, type Octets } from './der';
import { macData, seal, type Form } from './pkcs12_cipher';

const data = '1.2.840.113549.1.7.1';
const encryptedData = '1.2.840.113549.1.7.6';
const shroudedKeyBag = '1.2.840.113549.1.12.10.1.2';
const certificateBag = '1.2.840.113549.1.12.10.1.3';
const x509Certificate = '1.2.840.113549.1.9.22.1';
const friendlyName = '1.2.840.113549.1.9.20';
const localKeyId = '1.2.840.113549.1.9.21';

export interface FileContent {
  key: CryptoKey; // private, extractable
  certificate: Octets; // DER
  chain: Octets[]; // DER, without the certificate itself
  name: string; // what lists of certificates call it
  passphrase: string;
  form: Form;
}

const bag = (type: string, value: Node, attributes: Node[]): Node =>
  sequence(oid(type), tagged0(value), ...(attributes.length > 0 ? [set(...attributes)] : []));

const certBag = (der: Octets, attributes: Node[]): Node =>
  bag(certificateBag, sequence(oid(x509Certificate), tagged0(octetString(der))), attributes);

// Key and certificate find each other by the same localKeyId.
async function attributesOf(content: FileContent): Promise<Node[]> {
  const id = new Uint8Array(await crypto.subtle.digest('SHA-1', content.certificate));
  return [sequence(oid(friendlyName), set(bmp(content.name))), sequence(oid(localKeyId), set(octetString(id)))];
}

async function sealedKey(content: FileContent, attributes: Node[]): Promise<Node> {
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', content.key));
  try {
    const sealed = await seal(content.form, pkcs8, content.passphrase);
    const safe = sequence(bag(shroudedKeyBag, sequence(sealed.algorithm, octetString(sealed.octets)), attributes));
    return sequence(oid(data), tagged0(octetString(encode(safe))));
  } finally {
    pkcs8.fill(0);
  }
}

async function sealedCertificates(content: FileContent, attributes: Node[]): Promise<Node> {
  const safe = sequence(certBag(content.certificate, attributes), ...content.chain.map((der) => certBag(der, [])));
  const sealed = await seal(content.form, encode(safe), content.passphrase);
  const info = sequence(oid(data), sealed.algorithm, tagged0Octets(sealed.octets));
  return sequence(oid(encryptedData), tagged0(sequence(integer(0), info)));
}

export async function makePkcs12(content: FileContent): Promise<Octets> {
  const attributes = await attributesOf(content);
  const safes = encode(sequence(await sealedCertificates(content, attributes), await sealedKey(content, attributes)));
  const authSafe = sequence(oid(data), tagged0(octetString(safes)));
  return encode(sequence(integer(3), authSafe, await macData(content.form, safes, content.passphrase)));
}

