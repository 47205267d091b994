// The default pack, where it differs: passwords with symbols, chosen by everybody, and certificates revoked that nobody installs; a key that is gone.
import assert from 'node:assert/strict';

import { authenticate, chromium, forgetKeys, keysKept, say, walk } from './begin.mjs';
import { answerInstead } from './network.mjs';
import { noSecretSent } from './secrets.mjs';

const first = 'himitsu-himitsu1', own = 'jibun no! himitsu2';

async function registration() {
  say('a first password is asked for before ④; the software keyboard has the pack’s symbols');
  await chromium.screen('entry');
  assert.doesNotMatch(await chromium.text(), /366日/, 'the manual’s numbers are its pack’s');
  await authenticate('master1', first);
  assert.match(await chromium.problem(), /初期登録がお済みではありません/);
  await chromium.press('初期登録へ');
  await chromium.screen('register', 'ユーザー初期登録ログイン');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
  await chromium.press('一般ユーザーの初期登録');
  await chromium.screen('register', 'ユーザー初期登録ログイン');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
  await chromium.press('マスターユーザーの初期登録');
  await chromium.screen('register', 'ユーザー初期登録ログイン');
  await chromium.fill({ user_id: 'master1' });
  await chromium.press('ソフトウェアキーボード');
  for (const letter of first) await chromium.press(letter);
  chromium.typed.add(first);
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

async function atFive() {
  await authenticate('master1', own);
  await chromium.screen('issue');
}

async function issued() {
  await atFive();
  await chromium.press('発行');
  await chromium.press('はい');
  await chromium.screen('install');
}

// In its own window, so that what it does to the browser's storage ends with it.
async function otherTab(work, before = () => undefined) {
  const page = await chromium.newPage();
  try {
    await page.evaluateOnNewDocument(before);
    await page.goto(`${chromium.place.main}/enrol`);
    await page.waitForSelector('main[data-screen]:not([aria-busy="true"])');
    await work(page);
  } finally {
    await page.close();
    await chromium.page.bringToFront();
  }
}

const pressIn = (page, label) => page.evaluate((text) => Array.from(document.querySelectorAll('dialog[open] button, body:not(:has(dialog[open])) button'))
  .find((each) => each.textContent === text).click(), label);
const textIn = (page) => page.$eval('main', (main) => main.innerText);

async function nothingKept() {
  say('a browser that lets nothing be kept: the page stands, in both languages; ⑥ says why it cannot go on');
  const refuse = () => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError'); } });
  };
  await otherTab(async (page) => {
    await pressIn(page, 'English');
    await page.waitForFunction(() => document.documentElement.lang === 'en');
    await pressIn(page, '日本語');
    await pressIn(page, '発行');
    await page.waitForSelector('dialog[open]');
    await pressIn(page, 'はい');
    await page.waitForFunction(() => document.querySelector('.problem'));
    assert.match(await textIn(page), /このブラウザでは鍵を作成・保存できませんでした/);
  }, refuse);
}

const problem = (status, more) => ({ status, body: { type: 'urn:inkan:problem:internal', status, instance: 'urn:inkan:request:7f7f', ...more } });

async function tryAgain() {
  say('⑥ fails: the refusal has its number; the way to ③, and another try, which begins without the refusal');
  let answer = () => problem(500), go = () => undefined;
  const asBefore = await answerInstead(chromium, (request) => (request.url().endsWith('/enrolment/certificate') ? answer() : undefined));
  const fail = async () => {
    await chromium.press('発行');
    await chromium.press('はい');
    assert.match(await chromium.problem(), /予期しないエラー[^]*お問い合わせ番号: 7f7f/);
  };
  await fail();
  await chromium.judge('issuing-failed');
  await chromium.press('ログイン画面へ');
  await chromium.screen('entry');
  await chromium.press('手続きを続ける');
  await chromium.screen('issue');
  await fail();
  answer = () => new Promise((resolve) => { go = resolve; });
  await chromium.press('もう一度試す');
  await chromium.page.waitForFunction(() => document.querySelector('.stage')?.textContent === '発行を申し込んでいます');
  assert(await chromium.page.evaluate(() => !document.querySelector('.problem') && document.activeElement.className === 'stage'), 'no refusal is left, and the focus is on how far it is');
  answer = () => undefined;
  go(undefined);
  await chromium.screen('install');
  await asBefore();
}

async function staleTab() {
  say('⑦ in two tabs: what one has ended, the other shows, whatever is pressed there');
  for (const [press, more] of [['はい'], ['確認せずに完了する', 'はい']]) {
    await issued();
    await otherTab(async (page) => {
      await page.waitForSelector('main[data-screen=install]');
      await chromium.page.bringToFront();
      await end();
      await page.bringToFront();
      await pressIn(page, press);
      if (more) {
        await page.waitForSelector('dialog[open]');
        await pressIn(page, more);
      }
      await page.waitForSelector('main:not([data-screen=install]):not([aria-busy="true"])');
      assert.doesNotMatch(await textIn(page), /鍵を作成・保存できません|鍵がありません/);
    });
    await chromium.press('閉じる');
    await chromium.screen('closed');
    await chromium.page.goto(chromium.place.main);
    await chromium.screen('entry');
  }
}

async function end() {
  await chromium.press('いいえ');
  await chromium.press('中断する');
  await chromium.screen('declined');
}

async function declined() {
  say('⑦ いいえ revokes at once, and another may be issued');
  await issued();
  assert.match(await chromium.text(), /直ちに失効します/);
  await end();
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
  await staleTab();
  await atFive();
  await nothingKept();
  await tryAgain();
  await end();
  await chromium.press('閉じる');
  await chromium.screen('closed');
  await chromium.page.goto(chromium.place.main);
  await chromium.screen('entry');
  await keyGone();
  await noSecretSent(chromium, 0);
});
