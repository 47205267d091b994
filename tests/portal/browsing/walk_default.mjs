// The default pack, where it differs: passwords with symbols, chosen by everybody, and certificates revoked that nobody installs; a key that is gone.
import assert from 'node:assert/strict';

import { authenticate, chromium, keysKept, say, walk } from './begin.mjs';
import { noSecretSent } from './files.mjs';

const first = 'himitsu-himitsu1', own = 'jibun no! himitsu2';

async function registration() {
  say('a first password is asked for before ④; the software keyboard has the pack’s symbols');
  await chromium.screen('entry');
  assert.doesNotMatch(await chromium.text(), /366日/, 'the manual’s numbers are its pack’s');
  await authenticate('master1', first);
  assert.match(await chromium.problem(), /初期登録がお済みではありません/);
  await chromium.press('キャンセル');
  await chromium.screen('entry');
  await chromium.press('マスターユーザーの初期登録');
  await chromium.screen('register');
  await chromium.fill({ user_id: 'master1' });
  await chromium.press('ソフトウェアキーボード');
  for (const letter of first) await chromium.press(letter);
  await chromium.press('空白');
  await chromium.press('1文字消す');
  await chromium.judge('keyboard-with-symbols');
  await chromium.press('ログイン');
  await chromium.screen('password');
  await chromium.fill({ old: first, new: own, repeat: own });
  await chromium.press('登録');
  await chromium.screen('authenticate');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}

async function issued() {
  await authenticate('master1', own);
  await chromium.screen('issue');
  await chromium.press('発行');
  await chromium.press('はい');
  await chromium.screen('install');
}

async function declined() {
  say('⑦ いいえ revokes at once, and another may be issued');
  await issued();
  assert.match(await chromium.text(), /直ちに失効します/);
  await chromium.press('いいえ');
  await chromium.press('中断する');
  await chromium.screen('declined');
  assert.match(await chromium.text(), /電子証明書は失効しました/);
  await chromium.page.reload();
  await chromium.screen('declined');
  await chromium.press('閉じる');
  await chromium.screen('closed');
  await chromium.page.reload();
  await chromium.screen('authenticate');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}

const forgetKeys = () => chromium.page.evaluate(() => new Promise((resolve) => {
  const open = indexedDB.open('inkan-portal', 1);
  open.onsuccess = () => {
    const done = open.result.transaction('keys', 'readwrite').objectStore('keys').clear();
    done.onsuccess = () => { open.result.close(); resolve(); };
  };
}));

async function keyGone() {
  say('⑦ in a browser without the key: no file, only いいえ');
  await issued();
  assert.equal(await keysKept(), 1);
  await forgetKeys();
  await chromium.page.reload();
  await chromium.page.waitForFunction(() => document.querySelector('main')?.innerText.includes('このブラウザには鍵がありません'));
  await chromium.judge('install-without-key');
  const labels = await chromium.page.$$eval('main .actions button', (buttons) => buttons.map((button) => button.textContent));
  assert(labels.includes('いいえ') && !labels.includes('はい'), labels.join());
}

await walk(async () => {
  await registration();
  await declined();
  await keyGone();
  noSecretSent(chromium, []);
});
