// The PKCS#12 files that the page saved: opened, imported, used.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../support/tools.mjs';

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function downloaded(folder) {
  for (let i = 0; i < 150; i += 1) {
    const found = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.p12')) : [];
    if (found.length > 0) return found[0];
    await pause(100);
  }
  throw new Error('no file was saved');
}

// With its passphrase as the screen shows it, which must open it.
export async function savedFile(chromium, user, number = 0, form = 'modern') {
  const { folder } = chromium.place;
  const name = await downloaded(join(folder, 'downloads'));
  assert.match(name, new RegExp(`^${user}-\\d{4}-\\d{2}-\\d{2}\\.p12$`));
  const path = join(folder, `${number}-${name}`);
  renameSync(join(folder, 'downloads', name), path);
  const passphrase = await chromium.page.$eval('#passphrase', (element) => element.textContent);
  writeFileSync(`${path}.passphrase`, passphrase, { mode: 0o600 });
  const legacy = form === 'legacy' ? ['-legacy'] : [];
  const open = (...more) => run('openssl', ['pkcs12', '-in', path, '-passin', `file:${path}.passphrase`, ...more, ...legacy]);
  const key = open('-nocerts', '-noenc'), certificate = open('-nokeys', '-clcerts');
  assert.equal(friendlyName(key), `${user} (${lastDay(certificate)})`);
  assert.equal(friendlyName(certificate), friendlyName(key));
  assert.equal(name, `${user}-${lastDay(certificate)}.p12`);
  const file = { path, passphrase, key };
  chromium.files.push(file);
  return file;
}

// As a browser's list of certificates shows it.
const friendlyName = (opened) => /friendlyName: (.*)/.exec(opened)[1];

// Of a certificate, in Japan.
function lastDay(certificate) {
  const [, end] = /notAfter=(.*)/.exec(run('openssl', ['x509', '-noout', '-enddate'], { input: certificate }));
  return new Date(Date.parse(end) + 9 * 3600_000).toISOString().slice(0, 10);
}

// Of a file that another walk saved.
export const nameIn = (path) => friendlyName(run('openssl', ['pkcs12', '-in', path, '-passin', `file:${path}.passphrase`, '-nokeys', '-clcerts']));

// What earlier walks saved in this place.
export const filesBefore = (place) => readdirSync(place.folder).filter((name) => /^\d+-.*\.p12$/.test(name)).map((name) => join(place.folder, name));

// Into the database of the browser's user, as its own import would.
export function importFile(place, file) {
  const database = `sql:${place.home}/.pki/nssdb`;
  run('pk12util', ['-i', file.path, '-d', database, '-w', `${file.path}.passphrase`]);
  assert.match(run('certutil', ['-L', '-d', database]), /master1 \(\d{4}-\d{2}-\d{2}\)\s+u,u,u/);
}

export const keysInstalled = (place) => run('certutil', ['-K', '-d', `sql:${place.home}/.pki/nssdb`]).match(/master1/g).length;

export function curlLogin(place, file, user, password) {
  const call = (withCertificate) => {
    const certificate = withCertificate ? `cert = "${file.path}:${file.passphrase}"\ncert-type = "P12"\n` : '';
    const settings = `url = "${place.main}/portal/login"\ncacert = "${place.certificate}"\n${certificate}silent\nmax-time = 30\nwrite-out = "\\n%{http_code}"\n` +
      `header = "Content-Type: application/json"\nheader = "Inkan-Portal: 1"\nheader = "Origin: ${place.main}"\n` +
      `data = ${JSON.stringify(JSON.stringify({ user_id: user, password, screen: 'login' }))}\n`;
    const [body, status] = run('curl', ['--config', '-'], { input: settings }).split(/\n(?=\d+$)/);
    return { body: JSON.parse(body), status };
  };
  const refused = call(false);
  assert.deepEqual([refused.status, refused.body.rule], ['403', 'login.certificate']);
  const made = call(true);
  assert.equal(made.status, '200', JSON.stringify(made.body));
  assert.equal(made.body.session.user.user_id, user);
}

// What the authority has issued to him, by its command line.
export function issuedTo(place, user) {
  const [program, ...more] = place.inkan;
  return JSON.parse(run(program, [...more, 'list', '--subject', user])).items;
}

// By the bank's staff, with the command line.
export function revoke(place, user) {
  const [program, ...more] = place.inkan;
  run(program, [...more, 'user', 'revoke', user, '--application', 'A-1', '--reason', 'superseded']);
}
