// Looks for what must not leave the browser in whatever did: as it is, and in base64, hex, percent codes and lists of numbers, one within another.
import { run } from './tools.mjs';

const depth = 3; // of codes within codes
const least = 8; // the shortest password, of six letters, is that long in base64

// All is latin1 here: one letter, one octet.
const octets = (text) => Buffer.from(text, 'utf8').toString('latin1');
const runs = (text, letters) => text.match(new RegExp(`[${letters}]{${least},}`, 'g')) ?? [];
const atEach = (text, size) => Array.from({ length: size }, (_, i) => text.slice(i));

function* decoded(text) {
  if (text.includes('%')) yield text.replaceAll('+', ' ').replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
  // PEM breaks its lines, which JSON spells; some write hex with separators.
  const whole = text.replace(/\\[nrt]|\s/g, '');
  for (const each of runs(whole, 'A-Za-z0-9+/_-')) for (const from of atEach(each, 4)) yield Buffer.from(from, 'base64').toString('latin1');
  for (const each of runs(whole.replace(/[:,]|0x/g, ''), '0-9a-fA-F')) for (const from of atEach(each, 2)) yield Buffer.from(from, 'hex').toString('latin1');
  for (const each of whole.replace(/"\d+":/g, '').match(/(\d{1,3},){5,}\d{1,3}/g) ?? []) yield Buffer.from(each.split(',')).toString('latin1');
}

function views(text, left = depth, seen = new Set()) {
  if (seen.has(text)) return seen;
  seen.add(text);
  if (left > 0) for (const each of decoded(text)) views(each, left - 1, seen);
  return seen;
}

// As letters, and as PKCS#12 hashes them.
function spellings(word) {
  const wide = Buffer.from(word, 'utf16le');
  return [octets(word), wide.toString('latin1'), Buffer.from(wide).swap16().toString('latin1')];
}

export const passwordNeedles = (passwords) => [...passwords].map((each) => ({ what: 'a password', forms: spellings(each) }));
export const passphraseNeedles = (passphrases) => [...passphrases].map((each) => ({ what: 'a passphrase', forms: [...spellings(each), ...spellings(each.replaceAll('-', ''))] }));

// Of a PEM file: its secret numbers, in openssl's words.
export function keyNeedles(keys) {
  return keys.map((key) => {
    const words = run('openssl', ['pkey', '-noout', '-text'], { input: key });
    const forms = [...words.matchAll(/(?:priv|privateExponent|prime[12]):\s*([0-9a-f:\s]+)/g)].map(([, hex]) => Buffer.from(hex.replace(/[:\s]/g, ''), 'hex').toString('latin1').replace(/^\0/, ''));
    if (forms.length === 0 || forms.some((each) => each.length < 30)) throw new Error('openssl showed no secret number');
    return { what: 'a private key', forms };
  });
}

const hex = (digits) => Buffer.from(digits, 'hex').toString('latin1');

// Also of keys and files that no test knows.
const anySecret = [
  { what: 'a private key (PEM)', forms: ['PRIVATE KEY-----'] },
  { what: 'a private key (PKCS#8)', forms: [hex('020100301306072a8648ce3d0201'), hex('020100300d06092a864886f70d010101')] },
  { what: 'a PKCS#12 file', forms: [hex('2a864886f70d010c0a01'), hex('2a864886f70d01050d'), hex('2a864886f70d010c0103')] },
];
const jwk = /"d"\s*:\s*"[A-Za-z0-9_-]{40,}"/;

// What is found in a text, or undefined.
export function leak(text, needles) {
  for (const view of views(octets(text))) {
    const found = [...anySecret, ...needles].find(({ forms }) => forms.some((each) => view.includes(each)));
    if (found) return found.what;
    if (jwk.test(view)) return 'a private key (JWK)';
  }
  return undefined;
}
