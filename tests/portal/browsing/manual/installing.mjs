// ⑦ and ⑧: はい, and いいえ.
import assert from 'node:assert/strict';

import { asked, authenticate, chromium, first, foreignLink, keysKept, place, say } from '../begin.mjs';
import { importFile, issuedTo, savedFile } from '../files.mjs';
import { loseAnswer } from '../network.mjs';

export async function installing() {
  say('⑦ (R28): the file, for Windows 10 and 11 (R31) and the user who is logged on to it (R10); the test before it is imported; the import by pk12util, another start of the browser, the test again; ⑧, Back and Forward, and 閉じる (R30)');
  await chromium.press('はい');
  await chromium.screen('saved', '電子証明書のインストール');
  assert.match(await chromium.text(), /Windows 10、Windows 11 の場合[^]*「現在のユーザー」が選ばれていることを確かめ/);
  assert.doesNotMatch(await chromium.text(), /8\.1/);
  const shown = () => chromium.page.$eval('#passphrase', (element) => element.textContent), before = await shown();
  await chromium.page.goBack();
  await chromium.screen('entry');
  await chromium.page.goForward();
  await chromium.screen('saved');
  assert.equal(await shown(), before, 'Back and Forward make no other file');
  await foreignLink('/enrol');
  await chromium.screen('install');
  await chromium.press('はい');
  await chromium.screen('saved');
  const early = await savedFile(chromium, 'master1');
  await chromium.press('インストールを確認');
  await chromium.screen('install');
  assert.match(await chromium.text(), /インストールを確認できませんでした/);
  assert.equal(await keysKept(), 1);
  await chromium.press('はい');
  await chromium.screen('saved');
  const file = await savedFile(chromium, 'master1', 1);
  assert.notEqual(file.passphrase, early.passphrase, 'a passphrase is good for one file');
  importFile(place, file);
  await chromium.restart('/');
  await chromium.screen('entry');
  assert.match(await chromium.text(), /master1 さまの電子証明書発行の手続きが途中です/);
  await chromium.press('手続きを続ける');
  await chromium.screen('install');
  await chromium.press('インストールを確認');
  await chromium.screen('result', '電子証明書発行結果');
  assert.match(await chromium.text(), /発行とインストールが完了しました/);
  assert.equal(await keysKept(), 0, 'the key goes once it is confirmed');
  await chromium.page.reload();
  await chromium.screen('result');
  // Past the test of ⑦, which is over too.
  for (const [move, screen] of [['goBack', 'result'], ['goBack', 'entry'], ['goForward', 'result'], ['goForward', 'result']]) {
    await chromium.page[move]();
    await chromium.screen(screen);
    if (screen === 'entry') assert.doesNotMatch(await chromium.text(), /手続きが途中/);
  }
  await chromium.press('閉じる');
  await chromium.screen('closed', 'ブラウザを閉じてください');
  await chromium.page.goBack();
  await chromium.screen('authenticate');
  await chromium.page.goto(`${place.main}/enrol`);
  await chromium.screen('authenticate');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
  return file;
}

export async function declined() {
  say('the answer of ⑥ gets lost: asked again, there is one certificate; ⑦ いいえ (R28): the certificate is issued and stays, and the page says 労金へ');
  await authenticate('saburo01', first);
  await chromium.screen('issue');
  const found = await loseAnswer(chromium, '/portal/enrolment/certificate'), before = asked().length;
  await chromium.press('発行');
  await chromium.press('はい');
  await chromium.screen('install');
  assert.equal(await found(), 1);
  const requests = asked().slice(before);
  assert(requests.length >= 2 && new Set(requests).size === 1, 'the same was asked for again');
  assert.equal(issuedTo(place, 'saburo01').length, 1);
  await chromium.press('いいえ');
  await chromium.question('戻る', 'install-declining');
  await chromium.press('戻る');
  await chromium.page.waitForSelector('main:not([aria-busy="true"])');
  await chromium.press('いいえ');
  await chromium.press('中断する');
  await chromium.screen('declined', '電子証明書発行結果');
  assert.match(await chromium.text(), /労金へお問い合わせください/);
  assert.equal(await keysKept(), 0, 'the key goes once it is declined');
  await chromium.page.reload();
  await chromium.screen('declined');
  await chromium.press('閉じる');
  await chromium.screen('closed');
  await chromium.page.goBack();
  await chromium.screen('entry');
  assert.doesNotMatch(await chromium.text(), /手続きが途中/);
  await authenticate('saburo01', first);
  assert.match(await chromium.problem(), /既に電子証明書が発行されています/);
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}
