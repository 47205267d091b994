// The rokin pack, which is the manual to the letter. Each part (manual/) begins at ③ and says what it does.
import assert from 'node:assert/strict';

import { chromium, foreignLink, own, place, say, walk } from './begin.mjs';
import { curlLogin } from './files.mjs';
import { english } from './manual/english.mjs';
import { declined, installing } from './manual/installing.mjs';
import { issuing, toIssue } from './manual/issuing.mjs';
import { locked, otherComputer } from './manual/refused.mjs';
import { registration } from './manual/registration.mjs';
import { idle, logIn, manageUsers, release } from './master.mjs';
import { noSecretSent } from './secrets.mjs';

async function loggedIn() {
  say('a login with the new certificate, and the release of a lock by the master user');
  await chromium.restart('/');
  await chromium.screen('entry');
  assert.match(await chromium.text(), /有効な電子証明書が選択されています/);
  await logIn('master1', own);
  assert.match(await chromium.text(), /見本 花子 さま/);
  await release('shiro001');
  await foreignLink('/home');
  await chromium.screen('home');
  await manageUsers();
  await idle();
  await logIn('master1', own);
  await chromium.press('ログアウト');
  await chromium.screen('entry');
}

await walk(async () => {
  // A browser that shows one user's certificate does not enrol another (A14): these come before the import.
  await chromium.screen('entry');
  await locked();
  await declined();
  const files = [await english()];
  await registration();
  await toIssue();
  await issuing();
  files.push(await installing());
  await loggedIn();
  say('the same file in curl: a login over mTLS');
  curlLogin(place, files[1], 'master1', own);
  await otherComputer();
  say('no request held a private key or a passphrase, none went elsewhere, and the page’s policy had nothing to complain of');
  await noSecretSent(chromium, 3);
});
