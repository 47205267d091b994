// What leaves the browser, by the pages' sources: one place calls the network, what it is given is listed here to the letter, and a key is taken out
// of WebCrypto for its request (the public one) and for the file.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { web } from './support/tools.mjs';

const all = readdirSync(new URL('src/', web), { recursive: true }).filter((name) => /\.(ts|html)$/.test(name)).sort().map((name) => [name, readFileSync(new URL(`src/${name}`, web), 'utf8')]);
const sources = all.filter(([name]) => name.endsWith('.ts'));
const isStaff = ([name]) => name.startsWith('staff/'); // there is no key and no passphrase there
const subscribers = sources.filter((each) => !isStaff(each)), staff = sources.filter(isStaff);
const holding = (pattern) => sources.filter(([, text]) => pattern.test(text)).map(([name]) => name);

// From behind a parenthesis to the one that closes it.
function inside(text, start) {
  let deep = 1, at = start;
  for (; deep > 0; at += 1) {
    assert(at < text.length, text.slice(start, start + 60));
    deep += { '(': 1, ')': -1 }[text[at]] ?? 0;
  }
  return text.slice(start, at - 1).replace(/\s+/g, ' ').trim();
}

// What each call is given, sorted, each once.
function given(files, pattern) {
  const found = files.flatMap(([, text]) => [...text.matchAll(pattern)].map((call) => inside(text, call.index + call[0].length)));
  return [...new Set(found)].sort();
}

test('nothing in the sources makes markup, styles or code out of strings, or calls another host', () => {
  assert(all.length > 20);
  for (const [name, text] of all)
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|<style|style=|<script>|\bon[a-z]+="|https?:\/\//, name);
});

test('one place calls the network, and two take a key out of WebCrypto', () => {
  assert.deepEqual(holding(/\bfetch\b|XMLHttpRequest|sendBeacon|WebSocket|EventSource|RTCPeerConnection|serviceWorker|Worker\(|\.action\b|new Image\b|postMessage/), ['shared/calls.ts']);
  assert.deepEqual(holding(/exportKey|wrapKey/), ['crypto/certification_request.ts', 'crypto/pkcs12.ts']);
  assert.deepEqual(holding(/exportKey\('(?!spki)/), ['crypto/pkcs12.ts']);
  assert.deepEqual(given(sources, /\bexportKey\(/g), ["'pkcs8', content.key", "'spki', keys.publicKey"]);
});

test('a call is made by the app alone', () => {
  assert.deepEqual(given(sources, /(?<![.\w])(?:get|post|call)(?:<[^(]*>)?\(/g).filter((each) => !/: (?:string|'GET')/.test(each)), [
    "'GET', path, language", "'GET', path, this.words.tag", "'POST', path, language, body, { 'Inkan-Portal': '1' }", "'POST', path, this.words.tag, body",
    'path, this.words.tag', 'path, this.words.tag, body',
  ]);
});

test('where the subscribers’ page goes, and what it asks for', () => {
  assert.deepEqual(given(subscribers, /\b(?:app|this)\.get(?:<[^(]*>)?\(/g), [
    "'/portal/state'", '`/portal/users${next ? `?cursor=${encodeURIComponent(next)}` : \'\'}`', '`/portal/users?user_id=${encodeURIComponent(userId)}`',
  ]);
  // All else that is called get reads what the page has.
  assert.deepEqual(given(subscribers, /\b(?!app\b|this\b)\w+\)?\.get\(/g), ["'Retry-After'", "'installed'", 'enrolment', 'enrolment.id']);
  assert.deepEqual(given(subscribers, /\blocation\.(?:assign|replace)\(/g), ["`${app.state?.proof_origin ?? ''}/installed`", "unseen ? '/?idle' : '/'"]);
  assert.deepEqual(given(subscribers, /\bhistory\.(?:push|replace)State\(/g), ["null, '', '/users'", "null, '', location.pathname", "null, '', path + hash"]);
  assert.deepEqual(given(subscribers, /\b(?:app|this)\.go\(/g), ["'/'", "'/enrol'", "'/home'", "'/login'", "'/newuser'", "'/register'", "'/user', user.user_id", "'/users'", "'/certificate'", 'next'].sort());
  assert.deepEqual(given(subscribers, /\bloginForm\(app, /g), ["state, 'login', '/home'", "state, 'registration', '/password'"]);
});

test('where the bank staff’s page goes, and what it asks for', () => {
  assert.deepEqual(given(staff, /\b(?:app|this)\.get(?:<[^(]*>)?\(/g), [
    "'/v1/organisations'", "'/v1/policy-pack'", '`/v1/certificates/${enrolment.serial}`', '`/v1/users/${id}`', '`/v1/users/${user}/enrolments`',
    "`/v1/users/${user}/history?limit=1000${next ? `&cursor=${encodeURIComponent(next)}` : ''}`", "`/v1/users?organisation=${id}&limit=100${next ? `&cursor=${encodeURIComponent(next)}` : ''}`",
    '`/v1/users?user_id=${encodeURIComponent(wanted.input.value.trim())}`',
  ]);
  assert.deepEqual(given(staff, /\b(?!app\b|this\b)\w+\)?\.get\(/g), []);
  assert.deepEqual(given(staff, /\blocation\.(?:assign|replace)\(/g), []);
  assert.deepEqual(given(staff, /\bhistory\.(?:push|replace)State\(/g), ["null, '', addressOf(place)"]);
});

test('no other way leads to an address', () => {
  assert.deepEqual(holding(/\blocation(?:\.(?:href|search|hash|pathname))?\s*=[^=]|(?:window|self|globalThis)\.open\b|\.(?:href|src)\s*=[^=]|document\.cookie|(?:local|session)Storage\.|window\.name/), []);
  assert.deepEqual(holding(/\b(?:local|session)Storage\b/), ['shared/memory.ts']);
  assert.deepEqual(given(sources, /\bremember\('/g), [
    "always', language, tag", "always', remembered.language, language", "always', used, String(now)", "session', remembered.declined, enrolment.id", "session', remembered.dismissed, enrolment",
  ]);
  assert.deepEqual(given(sources, /\bremember\((?!'|kept)/g), []);
  assert.deepEqual([...new Set(sources.flatMap(([, text]) => [...text.matchAll(/\b(?:href|src): ([^,}]+)/g)].map(([, value]) => value)))].sort(), ["'#content'", 'addressOf(place)', "file?.address ?? ''"]);
});

test('no private key and no passphrase is among what is posted', () => {
  const bodies = subscribers.flatMap(([, text]) => [...text.matchAll(/\.post(?:<[^(]*>)?\((?:'[^']*'|`[^`]*`)(?:, \{([^]*?)\})?\)/g)].map((call) => call[1] ?? ''));
  const calls = subscribers.reduce((sum, [, text]) => sum + (text.match(/\b(?:app|this)\.post\b/g) ?? []).length, 0);
  assert.equal(bodies.length, calls, 'every call was read');
  const members = new Set(bodies.flatMap((body) => [...body.replace(/\.\.\.\(.*? && \{ (\w+) \}\)/, '$1: 0').replace(/\.trim\(\)/g, '').matchAll(/(\w+)(?:: [^,]+)?(?:,|\s*$)/g)].map((member) => member[1])));
  assert.deepEqual([...members].sort(), ['code', 'csr', 'kind', 'mail', 'name', 'new', 'old', 'password', 'screen', 'signature', 'user_id']);
});
