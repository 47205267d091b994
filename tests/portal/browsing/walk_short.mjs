// The manual's rules with a short life and a quick lock (short.toml): what takes months there can be done in a minute here.
import assert from 'node:assert/strict';

import { authenticate, chromium, keysKept, own, place, say, walk } from './begin.mjs';
import { importFile, keysInstalled, savedFile } from './files.mjs';
import { noSecretSent } from './secrets.mjs';
import { logIn, release } from './master.mjs';

// ④ to ⑧, over another start of the browser.
async function haveOne(kind, number) {
  await authenticate('master1', own);
  await chromium.screen('issue');
  assert.match(await chromium.text(), kind);
  await chromium.press('発行');
  await chromium.press('はい');
  await chromium.screen('install');
  await chromium.press('はい');
  await chromium.screen('saved');
  const file = await savedFile(chromium, 'master1', number);
  importFile(place, file);
  await chromium.restart('/enrol');
  await chromium.screen('install');
  await chromium.press('インストールを確認');
  await chromium.screen('result');
  await chromium.press('閉じる');
  await chromium.screen('closed');
  return file;
}

async function blocked() {
  say('the last lock is a block (R13); a general user is told to ask his master user (R16), who releases it (R15)');
  await authenticate('goro0001', 'chigau9z');
  await chromium.problem();
  await chromium.fill({ password: 'chigau9z' });
  await chromium.press('認証');
  await chromium.page.waitForFunction(() => document.querySelector('.problem')?.innerText.includes('閉塞'));
  assert.match(await chromium.problem(), /一般ユーザーの方はマスターユーザーに/);
  await chromium.judge('blocked');
  await chromium.fill({ password: 'himitsu1' });
  await chromium.press('認証');
  assert.match(await chromium.problem(), /閉塞/);
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}

async function confirmedByLogin() {
  await chromium.restart('/');
  await chromium.screen('entry');
  await authenticate('master1', own);
  await chromium.screen('issue');
  await chromium.press('発行');
  await chromium.press('はい');
  await chromium.screen('install');
  await chromium.page.goto(`${place.main}/`);
  await logIn('master1', own);
  assert.equal(await keysKept(), 1);
  await chromium.press('ログアウト');
  await chromium.screen('entry');
  await chromium.press('手続きを続ける');
  await chromium.screen('install');
  await chromium.press('はい');
  await chromium.screen('saved');
  const file = await savedFile(chromium, 'master1', 2);
  importFile(place, file);
  await chromium.restart('/');
  await logIn('master1', own);
  assert.equal(await keysKept(), 0);
  await chromium.press('ログアウト');
  await chromium.screen('entry');
  return file;
}

await walk(async () => {
  await chromium.screen('entry');
  await blocked();
  say('a first certificate, and within its window (R03) another: both are installed, and valid (A06)');
  const files = [await haveOne(/初回発行/, 0)];
  await chromium.restart('/');
  await chromium.screen('entry');
  assert.match(await chromium.text(), /有効な電子証明書が選択されています/);
  files.push(await haveOne(/更新/, 1));
  say('a login with the old certificate beside a renewal takes nothing from it; one with the new certificate confirms it (A23), and its key goes');
  files.push(await confirmedByLogin());
  say('R05: the next session of the browser logs in with a certificate of the two');
  assert.equal(keysInstalled(place), 3);
  await chromium.restart('/');
  await chromium.screen('entry');
  await logIn('master1', own);
  await release('goro0001');
  await chromium.press('ログアウト');
  await chromium.screen('entry');
  await noSecretSent(chromium, 3);
});
