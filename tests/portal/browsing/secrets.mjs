// What a walk's requests held, where its pages went, what they keep: the members that they must have, a password where it belongs, and else no secret.
import assert from 'node:assert/strict';

import { keyNeedles, leak, passphraseNeedles, passwordNeedles } from '../support/leaks.mjs';

const subscribers = {
  login: 'password screen user_id', logout: '', password: 'new old', enrolment: 'password user_id', code: 'code', certificate: 'csr', confirm: 'signature', cancel: '', decline: '', close: '',
  users: 'kind mail name password user_id', release: '', change: 'mail name', delete: '',
};
const staff = {
  release: '', delete: '', revoke: 'application reason', organisations: 'name', users: 'kind mail name organisation password user_id', change: 'mail name password',
};
const passwordIn = { login: ['password'], password: ['old', 'new'], enrolment: ['password'], users: ['password'], change: ['password'] };

// The rest of it.
function withoutPassword({ url, body }, members) {
  const { origin, pathname } = new URL(url), act = pathname.split('/').at(-1), given = JSON.parse(body);
  assert.equal(Object.keys(given).sort().join(' '), members[act], `${origin}${pathname}`);
  for (const member of passwordIn[act] ?? []) {
    assert.match(given[member] ?? 'none', /^[ -~]+$/, 'what is badly formed is not sent'); // A12
    delete given[member];
  }
  return JSON.stringify(given);
}

const kept = (page) => page.evaluate(() => {
  const all = [document.cookie, location.href, JSON.stringify(history.state), window.name];
  for (const place of [localStorage, sessionStorage]) all.push(...Object.entries(place).flat());
  return all;
});

async function nothingLeft(chromium, members) {
  const needles = [...keyNeedles(chromium.files.map(({ key }) => key)), ...passphraseNeedles(chromium.passphrases), ...passwordNeedles(chromium.typed)];
  const bodies = chromium.sent.filter(({ body }) => body);
  assert(bodies.length > 4 && chromium.typed.size > 0, 'the requests and the typing were seen');
  const left = new Set([...chromium.told, ...await kept(chromium.page), ...bodies.map((each) => withoutPassword(each, members))]);
  for (const { url, headers } of chromium.sent) {
    left.add(url);
    for (const [name, value] of Object.entries(headers)) left.add(`${name}: ${value}`);
  }
  for (const each of left) {
    const found = leak(each, needles);
    assert(!found, `${found} in ${each}`);
  }
  const own = [chromium.place.main, chromium.place.proof, chromium.place.origin];
  for (const { url } of chromium.sent) assert(own.includes(new URL(url).origin) || /^(blob|data|about):/.test(url), `a request went to ${url}`);
  assert.deepEqual(chromium.complaints, []);
}

// `files`: how many the walk has looked into.
export async function noSecretSent(chromium, files) {
  assert.equal(chromium.files.length, files);
  assert(chromium.passphrases.size >= files);
  await nothingLeft(chromium, subscribers);
}

export const noPasswordSent = (chromium) => nothingLeft(chromium, staff);
