// The master user's page (R15), and the end of a login that nobody uses.
import assert from 'node:assert/strict';

import { chromium, say } from './begin.mjs';
import { answerInstead, pressedAgain } from './network.mjs';

const { press, fill, screen, judge } = Object.fromEntries(['press', 'fill', 'screen', 'judge'].map((name) => [name, chromium[name].bind(chromium)]));

async function list() {
  await chromium.page.waitForSelector('tbody tr');
  await screen('users', 'ユーザー管理');
  return chromium.page.$eval('tbody', (rows) => rows.innerText);
}

const focused = () => chromium.page.evaluate(() => document.activeElement.getAttribute('aria-label'));

// The portal's pages hold too many to be filled here.
async function moreUsers() {
  const user = (id) => ({ id, user_id: id, kind: 'general', name: id, mail: '', state: 'active' });
  const asBefore = await answerInstead(chromium, (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname !== '/portal/users') return undefined;
    return { status: 200, body: searchParams.has('cursor') ? { items: [user('hanako03'), user('hanako04')], next: null } : { items: [user('hanako01')], next: 'c' } };
  });
  await press('ユーザー管理');
  await list();
  await press('さらに表示');
  await chromium.page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3);
  await chromium.page.waitForSelector('main:not([aria-busy="true"])');
  assert.equal(await focused(), 'hanako03 を変更・削除', 'the focus is in the first new row');
  await asBefore();
  await press('ホームへ');
  await screen('home');
}

// As somebody types it.
async function oddAddresses() {
  for (const address of ['/user', '/user#%', '/user#']) {
    await chromium.page.goto(`${chromium.place.main}${address}`);
    await list();
    assert.equal(new URL(chromium.page.url()).pathname, '/users', address);
    await press('ホームへ');
    await screen('home');
  }
}

export async function logIn(user, password) {
  await press('ログイン');
  await screen('login', 'ログイン');
  await fill({ user_id: user, password });
  await press('ログイン');
  await screen('home', 'ホーム');
}

export async function release(user) {
  await press('ユーザー管理');
  assert.match(await list(), new RegExp(`${user}[^]*(ロック|閉塞)`));
  await press('解除');
  await chromium.question('いいえ');
  await press('はい');
  await chromium.page.waitForFunction((name) => document.querySelector('.told')?.textContent.includes(name), {}, user);
  assert.equal(await focused(), `${user} を変更・削除`, 'the focus is in the new row');
  await chromium.page.reload();
  assert.doesNotMatch(await list(), /ロック|閉塞/);
  await press('ホームへ');
  await screen('home');
}

export async function manageUsers() {
  say('the master user registers a general user, whose ID is taken at first, changes him, and deletes him');
  await moreUsers();
  await oddAddresses();
  await press('ユーザー管理');
  await list();
  await press('一般ユーザーを登録');
  await screen('newuser', '一般ユーザーの登録');
  await fill({ user_id: 'taro001', name: '見本 六郎', mail: 'rokuro.kaisha.example', password: 'himitsu1', repeat: 'himitsu2' });
  await chromium.speakBothLanguages('newuser', { user_id: 'taro001', name: '見本 六郎', mail: 'rokuro.kaisha.example', password: 'himitsu1', repeat: 'himitsu2' });
  await press('登録');
  assert.match(await chromium.problem(), /入力内容を確かめてください/);
  assert.match(await chromium.text(), /メールアドレスの形になっていません[^]*上のパスワードと同じものを入力してください/);
  await judge('newuser-bad-input');
  await fill({ mail: 'rokuro@kaisha.example', repeat: 'himitsu1' });
  await press('登録');
  assert.match(await chromium.problem(), /既に使われています/);
  await fill({ user_id: 'rokuro06' });
  await pressedAgain(chromium, '登録', '/portal/users', list);
  assert.match(await list(), /rokuro06\s[^]*見本 六郎[^]*登録済み/);
  assert.match(await chromium.text(), /rokuro06 を登録しました/);
  await (await chromium.page.waitForSelector('[aria-label="rokuro06 を変更・削除"]')).click();
  await screen('user', '一般ユーザーの変更・削除');
  await chromium.page.reload();
  await chromium.page.waitForSelector('[name=mail]');
  await screen('user');
  assert.equal(await chromium.page.$eval('[name=mail]', (input) => input.value), 'rokuro@kaisha.example');
  await fill({ name: '見'.repeat(67) });
  await press('変更');
  assert.match(await chromium.problem(), /入力内容を確かめてください/);
  assert.match(await chromium.text(), /全角66文字まで/);
  await fill({ name: '見本 六' });
  await chromium.speakBothLanguages('user', { name: '見本 六', mail: 'rokuro@kaisha.example', password: '' });
  await press('変更');
  assert.match(await list(), /rokuro06\s[^]*見本 六\s/);
  await (await chromium.page.waitForSelector('[aria-label="rokuro06 を変更・削除"]')).click();
  await chromium.page.waitForSelector('[name=mail]');
  await press('削除');
  await chromium.question('戻る', 'user-deleting');
  await press('戻る');
  await chromium.page.waitForSelector('main:not([aria-busy="true"])');
  await press('削除');
  await (await chromium.page.waitForSelector('dialog[open] .primary')).click();
  assert.doesNotMatch(await list(), /rokuro06/);
  await press('ホームへ');
  await screen('home');
}

// The page goes by the clock, which is what a computer that slept has.
async function later(minutes, page = chromium.page) {
  await page.evaluate((more) => {
    const now = Date.now;
    Date.now = () => now() + more * 60_000;
  }, minutes);
}

// What a second window knows of the first: that somebody used it, and that the question is answered.
async function twoWindows() {
  say('of two windows one in use keeps both; the question that both ask is answered in one');
  const { page } = chromium, other = await chromium.newPage();
  const standsAsBefore = async () => {
    await other.bringToFront();
    await other.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 2500); })); // it looks each second
    assert.equal(await other.$('dialog'), null, 'it asks nothing');
    assert.equal(await other.$eval('main', (main) => main.dataset.screen), 'home');
  };
  try {
    await other.goto(`${chromium.place.main}/home`);
    await other.waitForSelector('main[data-screen=home]:not([aria-busy="true"])');
    await later(6, other);
    await page.bringToFront();
    await later(1);
    await page.keyboard.press('Shift');
    await later(6, other); // twelve minutes without input, but for the other's
    await standsAsBefore();
    await later(3.5, other);
    await other.waitForSelector('dialog#idle');
    await page.bringToFront();
    await later(9.5);
    await chromium.question('利用を続ける');
    await press('利用を続ける');
    await standsAsBefore();
  } finally {
    await other.close();
    await page.bringToFront();
  }
  await screen('home');
}

export async function idle() {
  await twoWindows();
  say('nine minutes without input: the page asks, and an answer keeps the login; ten more end it');
  await later(9.5);
  await chromium.question('利用を続ける', 'idle');
  await chromium.page.keyboard.press('Escape');
  await chromium.page.waitForFunction(() => !document.querySelector('dialog'));
  await screen('home');
  await later(9.5);
  await chromium.page.waitForSelector('dialog[open]');
  await press('利用を続ける');
  await chromium.page.waitForFunction(() => !document.querySelector('dialog'));
  await chromium.page.reload();
  await screen('home');
  await later(10.5);
  await screen('entry');
  assert.match(await chromium.text(), /操作がなかったため、ログアウトしました/);
  await chromium.page.goto(`${chromium.place.main}/home`);
  await screen('login');
  await press('キャンセル');
  await screen('entry');
}
