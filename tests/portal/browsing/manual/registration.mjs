// ① to ③: the address, the entries, and the master user’s first password.
import assert from 'node:assert/strict';

import { chromium, first, own, place, say } from '../begin.mjs';
import { pressedAgain } from '../network.mjs';

export async function registration() {
  say('① to ③ (R22 to R24), マスターユーザーの初期登録: the first password, by the software keyboard (R21), and one of his own; all in Japanese (R31)');
  await chromium.page.goto(place.main);
  await chromium.screen('entry', 'ログイン画面');
  assert.equal(await chromium.page.$eval('html', (html) => html.lang), 'ja');
  assert.match(await chromium.page.$eval('nav', (steps) => steps.textContent), /1. URLアクセス 完了[^]*8. 発行結果/);
  assert.match(await chromium.text(), /電子証明書は選択されていません/);
  assert.deepEqual(await chromium.page.$$eval('.entry .label', (all) => all.map((each) => each.textContent)), ['ログイン', 'マスターユーザーの初期登録', '一般ユーザーの初期登録', '電子証明書発行']);
  await chromium.press('一般ユーザーの初期登録');
  await chromium.screen('authenticate', '電子証明書発行 ユーザー認証');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
  await chromium.press('電子証明書の選択について');
  await chromium.screen('certificate', '電子証明書選択');
  await chromium.press('OK');
  await chromium.screen('entry');
  await chromium.press('マスターユーザーの初期登録');
  await chromium.screen('register', 'マスターユーザー初期登録ログイン');
  await chromium.fill({ user_id: 'master1' });
  await chromium.press('ソフトウェアキーボード');
  for (const key of [...'himitsu2', '1文字消す', '1', '大文字']) await chromium.press(key);
  await chromium.judge('keyboard');
  assert.equal(await chromium.page.$eval('[name=password]', (input) => input.value), first);
  chromium.typed.add(first);
  await chromium.press('入力を終わる');
  await chromium.press('ログイン');
  await chromium.screen('password', 'パスワードの登録');
  await chromium.page.goto(place.main);
  await chromium.screen('entry');
  assert.doesNotMatch(await chromium.text(), /ログインしています/, 'it is a login for one thing only');
  await chromium.press('マスターユーザーの初期登録');
  await chromium.screen('password');
  await chromium.fill({ old: first, new: own, repeat: 'chigau9z' });
  await chromium.speakBothLanguages('password', { old: first, new: own, repeat: 'chigau9z' });
  await chromium.press('登録');
  assert.match(await chromium.problem(), /入力内容を確かめてください/);
  await chromium.judge('password-differs');
  await chromium.fill({ repeat: own });
  await pressedAgain(chromium, '登録', '/portal/password', () => chromium.screen('authenticate', '電子証明書発行 ユーザー認証'));
  assert.match(await chromium.text(), /パスワードを登録しました/);
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}
