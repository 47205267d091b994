// The token behind inkand, slowed by the shim's rules (tests/support/p11_shim_rules.h).
import { renameSync, writeFileSync } from 'node:fs';

// New connections to the API fail meanwhile: its TLS key is in the same token, and a handshake waits 2 s for it.
export function slowToken(place) {
  const say = (rules) => {
    writeFileSync(`${place.rules}.new`, rules);
    renameSync(`${place.rules}.new`, place.rules);
  };
  say('delay C_Sign 4000000\n');
  return { asBefore: () => say('') };
}
