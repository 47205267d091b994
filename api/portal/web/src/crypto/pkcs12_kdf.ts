// RFC 7292 appendix B.2: octets from a passphrase, for MACs and for the old ciphers.
import type { Octets } from './der';

export type Purpose = 1 | 2 | 3; // B.3: key, IV, MAC
export type Hash = 'SHA-1' | 'SHA-256';

const block = 64; // v of both hashes

// B.1: UTF-16, big-endian, with a zero letter behind it.
function bmpPassphrase(passphrase: string): Octets {
  const units = passphrase + '\0';
  return Uint8Array.from({ length: 2 * units.length }, (_, i) => (units.charCodeAt(i >> 1) >> (i % 2 === 0 ? 8 : 0)) & 255);
}

function fill(length: number, from: Octets): Octets {
  return Uint8Array.from({ length }, (_, i) => from[i % from.length] ?? 0);
}

// As many whole blocks as hold it.
function blocksOf(from: Octets): Octets {
  return fill(block * Math.ceil(from.length / block), from);
}

// Step 6C: each block of `input` + `addend` + 1, modulo 2^512.
function advance(input: Octets, addend: Octets): void {
  for (let begin = 0; begin < input.length; begin += block) {
    let carry = 1;
    for (let i = block - 1; i >= 0; i -= 1) {
      carry += (input[begin + i] ?? 0) + (addend[i] ?? 0);
      input[begin + i] = carry & 255;
      carry >>= 8;
    }
  }
}

export async function pkcs12Kdf(hash: Hash, purpose: Purpose, passphrase: string, salt: Octets, iterations: number, length: number): Promise<Octets> {
  const diversifier = new Uint8Array(block).fill(purpose);
  const input = Uint8Array.from([...blocksOf(salt), ...blocksOf(bmpPassphrase(passphrase))]);
  const output: number[] = [];
  for (;;) {
    let digest = Uint8Array.from([...diversifier, ...input]);
    for (let i = 0; i < iterations; i += 1) digest = new Uint8Array(await crypto.subtle.digest(hash, digest));
    output.push(...digest);
    if (output.length >= length) return Uint8Array.from(output.slice(0, length));
    advance(input, fill(block, digest));
  }
}
