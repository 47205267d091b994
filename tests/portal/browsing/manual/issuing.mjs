// ④ to ⑥: up to the certificate.
import assert from 'node:assert/strict';

import { asked, authenticate, chromium, own, place, say } from '../begin.mjs';
import { issuedTo } from '../files.mjs';
import { pressedAgain } from '../network.mjs';
import { heldToken } from '../token.mjs';

export async function toIssue() {
  say('④ and ⑤ (R25, R26): キャンセル, Back, a reload, いいえ, and another user who begins instead: nothing is asked for');
  const before = asked().length;
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
  await chromium.page.reload();
  await chromium.screen('issue');
  assert.match(await chromium.text(), /電子証明書は Windows のログオンアカウントごとにインストールされます/);
  await chromium.press('発行');
  await chromium.question('いいえ', 'issue-warning');
  await chromium.press('いいえ');
  await chromium.page.waitForSelector('main:not([aria-busy="true"])');
  assert.equal(asked().length, before, 'nothing is asked for before はい');
  await chromium.press('発行');
  await chromium.question('いいえ');
  await chromium.page.reload();
  await chromium.screen('issue');
  await chromium.press('発行');
  await chromium.question('いいえ');
  await chromium.page.goBack();
  await chromium.screen('entry');
  await chromium.press('電子証明書発行');
  await chromium.question('手続きを続ける', 'under-way');
  await chromium.page.keyboard.press('Escape');
  await chromium.page.waitForSelector('main[data-screen=entry]:not([aria-busy="true"])');
  await chromium.press('電子証明書発行');
  await chromium.press('別のユーザーで始める');
  await chromium.screen('authenticate');
  await chromium.press('キャンセル');
  for (const again of [() => undefined, () => chromium.page.reload()]) {
    await again();
    await chromium.screen('entry');
    assert.doesNotMatch(await chromium.text(), /手続きが途中/, 'what he has left is another’s');
  }
  await authenticate('master1', own);
  await chromium.screen('issue');
  await chromium.page.goBack();
  await chromium.screen('entry');
  await chromium.press('電子証明書発行');
  await chromium.press('手続きを続ける');
  await chromium.screen('issue');
  assert.equal(asked().length, before, 'neither a reload nor Back is はい');
}

export async function issuing() {
  say('⑥: a double click, and a reload while the token is held: the page stays and tells how far it is (R27, R29)');
  const before = asked().length;
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
  await chromium.page.waitForFunction(() => parseInt(document.querySelector('.elapsed')?.textContent, 10) >= 2);
  assert.equal(await chromium.page.$eval('main', (main) => main.dataset.screen), 'issuing');
  token.asBefore();
  await chromium.screen('install', '電子証明書のインストール');
  const requests = asked().slice(before);
  assert(requests.length >= 2 && new Set(requests).size === 1, 'the reload went on with the same request');
  assert.equal(issuedTo(place, 'master1').length, 1);
}
