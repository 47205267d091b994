// The token behind inkand, held by the shim's rules (tests/support/p11_shim_rules.h).
import { renameSync, writeFileSync } from 'node:fs';

const atMost = 200; // calls of all threads

// Every signature waits until `asBefore()`. New connections to the API fail meanwhile: its TLS key is in the same token, and a handshake waits 2 s for it.
export function heldToken(place) {
  const say = (rules) => {
    writeFileSync(`${place.rules}.new`, rules);
    renameSync(`${place.rules}.new`, place.rules);
  };
  say(Array.from({ length: atMost }, (_, i) => `hang C_Sign ${i + 1}\n`).join(''));
  return { asBefore: () => say('') };
}
