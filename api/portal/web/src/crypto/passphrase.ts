// The passphrase of a PKCS#12 file: typed once from the screen, so made of letters that nobody confuses.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'; // without i, l, o, 0 and 1
const groups = 5;
const lettersInGroup = 4;

// "k7mx-…": 20 letters of 31, which is 99 bits. The hyphens are part of it.
export function makePassphrase(): string {
  const group = () => Array.from({ length: lettersInGroup }, letter).join('');
  return Array.from({ length: groups }, group).join('-');
}

// Octets from the last, incomplete run of the alphabet are thrown away: each letter is as likely as any other.
function letter(): string {
  const most = 256 - (256 % letters.length);
  for (;;) {
    const [octet = 255] = crypto.getRandomValues(new Uint8Array(1));
    if (octet < most) return letters.charAt(octet % letters.length);
  }
}
