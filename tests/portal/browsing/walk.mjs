// The rokin pack, which is the manual to the letter. Each part begins at ③ and says what it does.
import assert from 'node:assert/strict';

import { asked, authenticate, chromium, foreignLink, keysKept, place, say, walk } from './begin.mjs';
import { curlLogin, importFile, revoke, savedFile } from './files.mjs';
import { idle, logIn, manageUsers, release } from './master.mjs';
import { pressedAgain } from './network.mjs';
import { noSecretSent } from './secrets.mjs';
import { slowToken } from './token.mjs';

const first = 'himitsu1', own = 'jibun2no';

async function registration() {
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

async function issuing() {
  say('④ to ⑥ (R25, R26): キャンセル, Back, いいえ, then はい; a double click, and a reload while the token is slow: ⑥ stays and tells how far it is (R27, R29)');
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
  await chromium.page.waitForSelector('dialog[open]');
  await chromium.judge('issue-warning');
  await chromium.press('いいえ');
  await chromium.page.waitForSelector('main:not([aria-busy="true"])');
  assert.equal(asked().length, before, 'nothing is asked for before はい');
  await chromium.press('発行');
  await chromium.page.waitForSelector('dialog[open]');
  await chromium.page.goBack();
  await chromium.screen('entry');
  assert.equal(asked().length, before, 'Back is no はい');
  await chromium.press('電子証明書発行');
  await chromium.page.waitForSelector('dialog[open]');
  await chromium.judge('under-way');
  await chromium.page.keyboard.press('Escape');
  await chromium.page.waitForSelector('main[data-screen=entry]:not([aria-busy="true"])');
  await chromium.press('電子証明書発行');
  await chromium.press('手続きを続ける');
  await chromium.screen('issue');
  await chromium.press('発行', { count: 2 });
  await chromium.openConnections();
  const token = slowToken(place);
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

async function installing() {
  say('⑦ (R28): the file, for Windows 10 and 11 (R31) and the user who is logged on to it (R10); the test before it is imported; the import by pk12util, another start of the browser, the test again; ⑧ and 閉じる (R30)');
  await chromium.press('はい');
  await chromium.screen('saved', '電子証明書のインストール');
  assert.match(await chromium.text(), /Windows 10、Windows 11 の場合[^]*「現在のユーザー」が選ばれていることを確かめ/);
  assert.doesNotMatch(await chromium.text(), /8\.1/);
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
  await chromium.press('閉じる');
  await chromium.screen('closed', 'ブラウザを閉じてください');
  await chromium.page.goto(`${place.main}/enrol`);
  await chromium.screen('authenticate');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
  return file;
}

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

async function otherComputer() {
  say('R08, R09: the bank has revoked the certificate; ② says so, OK goes on, and another is issued');
  revoke(place, 'master1');
  await chromium.restart('/');
  await chromium.screen('certificate', '電子証明書選択');
  assert.match(await chromium.text(), /選択された電子証明書は、失効しています/);
  await chromium.press('OK');
  await chromium.screen('entry');
  await chromium.press('ログイン');
  await chromium.screen('login');
  await chromium.fill({ user_id: 'master1', password: own });
  await chromium.press('ログイン');
  assert.match(await chromium.problem(), /ログインに使える電子証明書が選択されていません/);
  await chromium.judge('login-certificate');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
  await authenticate('master1', own);
  await chromium.screen('issue');
  assert.match(await chromium.text(), /再発行/);
  await chromium.press('発行');
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

async function locked() {
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

async function declined() {
  say('⑦ いいえ (R28): the certificate is issued and stays, and the page says 労金へ');
  await authenticate('saburo01', first);
  await chromium.screen('issue');
  await chromium.press('発行');
  await chromium.press('はい');
  await chromium.screen('install');
  await chromium.press('いいえ');
  await chromium.page.waitForSelector('dialog[open]');
  await chromium.judge('install-declining');
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
  await chromium.page.goto(`${place.main}/`);
  await authenticate('saburo01', first);
  assert.match(await chromium.problem(), /既に電子証明書が発行されています/);
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}

async function english() {
  say('English, a network that fails at ⑥ and comes back, the proof by the key; an RSA key and the old format');
  await chromium.press('English');
  await chromium.screen('entry', 'Login');
  assert.equal(await chromium.page.$eval('html', (html) => html.lang), 'en');
  await authenticate('goro0001', first, ['Have a certificate issued', 'Continue']);
  await chromium.screen('issue', 'Have a certificate issued');
  await chromium.page.click('summary');
  await chromium.judge('issue-key-kinds');
  await chromium.page.click('#key-RSA-2048');
  await chromium.press('Issue');
  await chromium.page.setOfflineMode(true);
  await chromium.press('Yes');
  await chromium.screen('issuing', 'Issuing your certificate');
  await chromium.page.setOfflineMode(false);
  await chromium.screen('install', 'Install your certificate');
  await chromium.page.click('#legacy');
  await chromium.press('Yes');
  await chromium.screen('saved');
  const file = await savedFile(chromium, 'goro0001', 0, 'legacy');
  await chromium.press('Back');
  await chromium.screen('install');
  await chromium.press('Finish without the check');
  await chromium.press('Yes');
  await chromium.screen('result', 'Result');
  assert.doesNotMatch(await chromium.text(), /[ぁ-んァ-ヶ一-龠]/);
  await chromium.press('Close');
  await chromium.screen('closed');
  await chromium.page.goto(`${place.main}/`);
  await chromium.screen('entry', 'Login');
  await chromium.press('日本語');
  await chromium.screen('entry', 'ログイン画面');
  return file;
}

await walk(async () => {
  // A browser that shows one user's certificate does not enrol another (A14): these come before the import.
  await chromium.screen('entry');
  await locked();
  await declined();
  const files = [await english()];
  await registration();
  await issuing();
  files.push(await installing());
  await loggedIn();
  say('the same file in curl: a login over mTLS');
  curlLogin(place, files[1], 'master1', own);
  await otherComputer();
  say('no request held a private key or a passphrase, none went elsewhere, and the page’s policy had nothing to complain of');
  await noSecretSent(chromium, 3);
});
