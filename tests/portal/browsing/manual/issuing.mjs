// ④ to ⑥: up to the certificate.
import assert from 'node:assert/strict';

import { asked, authenticate, chromium, own, place, say } from '../begin.mjs';
import { pressedAgain } from '../network.mjs';
import { heldToken } from '../token.mjs';

export async function issuing() {
  say('④ to ⑥ (R25, R26): キャンセル, Back, いいえ, then はい; a double click, and a reload while the token is held: ⑥ stays and tells how far it is (R27, R29)');
  await chromium.press('電子証明書発行');
  await chromium.screen('authenticate');
  await chromium.fill({ user_id: 'master1', password: own });
  await pressedAgain(chromium, '認証', '/portal/enrolment', () => chromium.screen('issue', '電子証明書発行'));
  await chromium.press('キャンセル');
  await chromium.screen('entry');
  await authenticate('master1', own);
  await chromium.screen('issue');
  await chromium.page.goBack();
  await chromium.screen('entry');
  await chromium.press('手続きを続ける');
  await chromium.screen('issue');
  assert.match(await chromium.text(), /電子証明書は Windows のログオンアカウントごとにインストールされます/);
  const before = asked().length;
  await chromium.press('発行');
  await chromium.question('いいえ', 'issue-warning');
  await chromium.press('いいえ');
  await chromium.page.waitForSelector('main:not([aria-busy="true"])');
  assert.equal(asked().length, before, 'nothing is asked for before はい');
  await chromium.press('発行');
  await chromium.page.waitForSelector('dialog[open]');
  await chromium.page.goBack();
  await chromium.screen('entry');
  assert.equal(asked().length, before, 'Back is no はい');
  await chromium.press('電子証明書発行');
  await chromium.question('手続きを続ける', 'under-way');
  await chromium.page.keyboard.press('Escape');
  await chromium.page.waitForSelector('main[data-screen=entry]:not([aria-busy="true"])');
  await chromium.press('電子証明書発行');
  await chromium.press('手続きを続ける');
  await chromium.screen('issue');
  await chromium.press('発行', { count: 2 });
  await chromium.openConnections();
  const token = heldToken(place);
  await chromium.press('はい');
  await chromium.page.waitForFunction(() => document.querySelector('.stage')?.textContent === '発行を申し込んでいます');
  await chromium.page.reload();
  await chromium.screen('issuing', '電子証明書発行中');
  await chromium.page.goBack();
  await chromium.page.waitForSelector('main[data-screen=entry]');
  await chromium.press('手続きを続ける');
  await chromium.page.waitForFunction(() => document.querySelector('.stage')?.textContent === '発行を待っています');
  await chromium.page.waitForFunction(() => /^[2-9] 秒経過/.test(document.querySelector('.elapsed')?.textContent));
  assert.equal(await chromium.page.$eval('main', (main) => main.dataset.screen), 'issuing');
  token.asBefore();
  await chromium.screen('install', '電子証明書のインストール');
  const requests = asked().slice(before);
  assert(requests.length >= 2 && new Set(requests).size === 1, 'the reload went on with the same request');
}
