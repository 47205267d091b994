// Whom ④ refuses, and who comes back after a revocation.
import assert from 'node:assert/strict';

import { authenticate, chromium, first, leadOnToReissue, place, say } from '../begin.mjs';
import { revoke } from '../files.mjs';

export async function locked() {
  say('④ with bad input (R17), without a network, with a wrong password, and with the sixth in a row (R11)');
  await authenticate('shiro001', 'ｈｉｍｉｔｓｕ１');
  assert.match(await chromium.problem(), /入力内容を確かめてください/);
  assert.match(await chromium.text(), /使えない文字があります。半角で入力してください/);
  await chromium.judge('bad-input');
  await chromium.page.setOfflineMode(true);
  await chromium.fill({ password: first });
  await chromium.press('認証');
  assert.match(await chromium.problem(), /本システムと通信できませんでした/);
  await chromium.page.setOfflineMode(false);
  for (let i = 0; i < 6; i += 1) {
    await chromium.fill({ password: 'chigau9z' });
    await chromium.press('認証');
    await chromium.page.waitForFunction(() => document.querySelector('[name=password]').value === '');
    const told = await chromium.problem();
    if (i < 5) assert.match(told, /ユーザーIDまたはパスワードが違います/);
    else assert.match(told, /ロックされています[^]*60分/);
    if (i === 0) await chromium.judge('wrong-password');
  }
  await chromium.judge('locked');
  await chromium.fill({ password: first });
  await chromium.press('認証');
  assert.match(await chromium.problem(), /ロックされています/);
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}

export async function otherComputer() {
  say('R08, R09: the bank has revoked the certificate; ② says so, OK goes on, and another is issued');
  revoke(place, 'master1');
  await chromium.restart('/');
  await chromium.screen('certificate', '電子証明書選択');
  assert.match(await chromium.text(), /選択された電子証明書は、失効しています/);
  await leadOnToReissue();
  await chromium.page.waitForSelector('dialog[open]');
  await chromium.page.keyboard.press('Escape');
  await chromium.page.waitForSelector('main[data-screen=issue]:not([aria-busy="true"])');
  assert.equal(await chromium.page.evaluate(() => document.activeElement.textContent), '発行', 'the focus is back where it was');
  await chromium.press('発行');
  await chromium.press('はい');
  await chromium.screen('install');
  await chromium.press('インストールを確認');
  await chromium.screen('install');
  assert.match(await chromium.text(), /別の電子証明書が選択されました/);
}
