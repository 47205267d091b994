// The authority that tests/client/live has started, and openssl beside it.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { connect } from '../../../api/client/dist/index.js';
import { judged } from './described.mjs';

export const environment = process.env;
export const folder = environment.INKAN_TEST_FOLDER;
export const inFolder = (name) => join(folder, name);
export const read = (name) => readFileSync(inFolder(name), 'utf8');
export const write = (name, content) => writeFileSync(inFolder(name), content);

export const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: 30_000 });

export function requestOf(name) {
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
  return read(`${name}.csr`);
}

// Throws with openssl's words if it does not verify. A chain holds the certificate first.
export function verified(name, chain, ...more) {
  write(`${name}.pem`, chain);
  return openssl('verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', environment.INKAN_ROOT, '-untrusted', `${name}.pem`, ...more, `${name}.pem`);
}

export async function connection(role, more = {}) {
  const variable = `INKAN_${role.toUpperCase().replace('-', '_')}`;
  const client = await connect({
    url: environment.INKAN_API,
    ca: environment.INKAN_CA,
    certificate: environment[`${variable}_CERT`],
    key: environment[`${variable}_KEY`],
    ...more,
  });
  return judged(client);
}

// What the shim does to the tokens from now on.
export function rules(text) {
  writeFileSync(`${environment.INKAN_TEST_RULES}.new`, text);
  renameSync(`${environment.INKAN_TEST_RULES}.new`, environment.INKAN_TEST_RULES);
}

export async function until(what, condition, seconds = 20) {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(20)) {
    if (await condition()) return;
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}

export const program = (file, args = []) => promisify(execFile)(process.execPath, [file, ...args], { cwd: folder, timeout: 60_000 });
