// The bank staff's page: find, release, revoke, register; and a page of another origin that would do the same.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { chromium, place, say, walk } from './begin.mjs';
import { pressedAgain } from './network.mjs';
import { noPasswordSent } from './secrets.mjs';

const posts = (ending) => chromium.sent.filter(({ url, body }) => body && url.endsWith(ending));

async function find(user) {
  await chromium.press('ユーザーを探す');
  await chromium.screen('find', 'ユーザーを探す');
  await chromium.fill({ user_id: user });
  await chromium.press('表示');
  await chromium.screen('user', `ユーザー ${user}`);
}

async function findAndMiss() {
  say('a user is found by his ID; one that there is not is said plainly');
  await chromium.screen('find', 'ユーザーを探す');
  await chromium.press('表示');
  assert.match(await chromium.problem(), /入力内容を確かめてください/);
  assert.equal(await chromium.page.$eval('input[name=user_id]', (input) => input.getAttribute('aria-invalid')), 'true');
  await chromium.fill({ user_id: 'ｍａｓｔｅｒ１' });
  await chromium.press('表示');
  assert.match(await chromium.text(), /半角で入力してください/);
  await chromium.fill({ user_id: 'Master1' });
  await chromium.press('表示');
  assert.match(await chromium.problem(), /そのユーザーIDのユーザーはいません/);
  await chromium.judge('find-missed');
  await chromium.press('English');
  await chromium.screen('find', 'Find a user');
  assert.equal(await chromium.page.$eval('input[name=user_id]', (input) => input.value), 'Master1', 'what was typed stays');
  await chromium.press('日本語');
  await chromium.screen('find', 'ユーザーを探す');
}

async function release() {
  say('a locked master user is released, once, however often the button is pressed');
  await find('master1');
  assert.match(await chromium.text(), /ロックされています/);
  assert.match(await chromium.text(), /見本 花子[\s\S]*株式会社見本[\s\S]*master1@kaisha\.example/);
  await chromium.press('ロック・閉塞を解除');
  await chromium.question('キャンセル', 'release-dialog');
  await chromium.press('キャンセル');
  await chromium.page.waitForSelector('main:not([aria-busy="true"])');
  assert.equal(posts('/release').length, 0);
  await chromium.press('ロック・閉塞を解除');
  await chromium.question('キャンセル');
  await chromium.press('ロック・閉塞を解除', { count: 2 });
  await chromium.page.waitForFunction(() => document.querySelector('main').innerText.includes('ロック・閉塞を解除しました'));
  await chromium.screen('user');
  assert.equal(posts('/release').length, 1);
  assert.match(await chromium.text(), /利用中/);
  assert.match(await chromium.text(), /ロック・閉塞の解除[\s\S]*職員 bank-staff/, 'the history names the member of staff');
  await chromium.page.reload();
  await chromium.screen('user');
  assert.doesNotMatch(await chromium.text(), /解除しました/, 'told once');
  const rows = () => chromium.page.$$eval('.history tbody tr', (all) => all.length);
  assert.equal(await rows(), 20, 'the newest');
  await chromium.press('さらに表示');
  const all = Number(/(\d+) 件中 \1 件/.exec(await chromium.text())[1]);
  assert(all > 20 && await rows() === all, `${all}`);
  assert.match(await chromium.page.evaluate(() => document.activeElement.textContent), /件中/, 'the focus is where it was');
}

async function generalUser() {
  say('a general user is his master user’s to release, and the page says so');
  await find('taro001');
  const text = await chromium.text();
  assert.match(text, /マスターユーザーが解除します/);
  const labels = await chromium.page.$$eval('main button', (all) => all.map((each) => each.textContent));
  assert(!labels.includes('ロック・閉塞を解除') && !labels.includes('電子証明書を失効'), labels.join());
  assert.match(text, /手続きはまだ行われていません/);
}

async function deletedUser() {
  say('a master user is deleted after a question; he is found still, without his name');
  await find('master3');
  await chromium.press('登録内容を変更・削除');
  await chromium.screen('change', 'マスターユーザーの変更・削除');
  await chromium.press('削除する');
  await chromium.question('キャンセル', 'delete-dialog');
  await chromium.press('削除する', { count: 2 });
  await chromium.screen('user', 'ユーザー master3');
  assert.equal(posts('/delete').length, 1);
  assert.match(await chromium.text(), /削除済み[\s\S]*記録なし/);
  assert.doesNotMatch(await chromium.text(), /梅子/);
}

// As any site may that a member of staff happens to visit.
async function otherSite() {
  say('a page of another origin has no way to act, whatever it sends');
  const user = /users\/([0-9a-f-]{36})/.exec(chromium.page.url())[1];
  const target = `${place.origin}/v1/users/${user}/revoke`, body = JSON.stringify({ application: 'boese', reason: 'superseded' });
  const server = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end(
    `<!doctype html><meta charset="utf-8"><title>other</title><form method="post" enctype="text/plain" action="${target}"><input name='${body.slice(0, -1)},"x":"' value='"}'></form>`));
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const page = await chromium.browser.newPage();
  try {
    const sent = async (options) => page.evaluate(async (url, given) => {
      try {
        return (await fetch(url, { method: 'POST', credentials: 'include', ...given })).type;
      } catch (error) {
        return error.name;
      }
    }, target, options);
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    assert.equal(await sent({ mode: 'no-cors', body, headers: { 'Content-Type': 'text/plain' } }), 'TypeError', 'Cross-Origin-Resource-Policy keeps even the refusal from it');
    assert.equal(await sent({ body, headers: { 'Content-Type': 'application/json' } }), 'TypeError', 'the preflight is refused');
    const [answer] = await Promise.all([page.waitForNavigation(), page.evaluate(() => document.forms[0].submit())]);
    assert.equal(answer.status(), 403);
    assert.equal((await answer.json()).rule, 'browser.origin');
    // Reading is as little allowed; and no frame shows the page.
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    assert.equal(await page.evaluate((url) => fetch(url, { credentials: 'include' }).then((each) => each.type, (error) => error.name), `${place.origin}/v1/users`), 'TypeError');
    const shortly = () => new Promise((resolve) => { setTimeout(resolve, 50); });
    const framed = async (url) => {
      await page.evaluate((src) => new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.src = src;
        frame.addEventListener('load', resolve);
        document.body.replaceChildren(frame);
      }), url);
      // The frame may be heard of, and where it went, only after its page was told that it has loaded.
      const where = () => page.mainFrame().childFrames()[0]?.url() ?? '';
      for (let i = 0; i < 100 && ['', 'about:blank'].includes(where()); i += 1) await shortly();
      const told = where();
      await page.evaluate(() => document.body.replaceChildren());
      for (let i = 0; i < 100 && page.mainFrame().childFrames().length > 0; i += 1) await shortly();
      return told;
    };
    assert.match(await framed(`${place.origin}/staff/`), /^chrome-error:/, 'X-Frame-Options, frame-ancestors');
    const own = `http://127.0.0.1:${server.address().port}/other`;
    assert.equal(await framed(own), own, 'what may be framed is');
  } finally {
    await page.close();
    server.close();
  }
}

async function revoke() {
  say('all valid certificates of a user are revoked, after a look at what they are');
  await find('master2');
  await otherSite();
  await chromium.page.bringToFront();
  await chromium.page.reload();
  await chromium.screen('user');
  assert.match(await chromium.text(), /インストール確認済み\s*有効/, 'the other page’s requests have done nothing');
  await chromium.press('電子証明書を失効');
  await chromium.screen('revoke', '電子証明書の失効');
  assert((await chromium.text()).includes(place.serial), 'what will be revoked');
  await chromium.press('確認へ');
  assert.match(await chromium.problem(), /入力内容を確かめてください/);
  assert.match(await chromium.text(), /申請書の番号を入力[\s\S]*理由を選んで/);
  await chromium.judge('revoke-faults');
  await chromium.fill({ application: place.application });
  await chromium.page.click('input[value=superseded]');
  await chromium.press('English');
  await chromium.screen('revoke', 'Revoke certificates');
  await chromium.press('日本語');
  await chromium.screen('revoke', '電子証明書の失効');
  await chromium.press('確認へ');
  await chromium.question('戻る', 'revoke-dialog');
  const asked = await chromium.page.$eval('dialog[open]', (dialog) => dialog.innerText);
  for (const part of ['master2', place.application, 'パソコンの変更', place.serial, '1 枚']) assert(asked.includes(part), `${part} is in the question`);
  await chromium.press('戻る');
  await chromium.page.waitForSelector('main:not([aria-busy="true"])');
  assert.equal(posts('/revoke').length, 0);
  await chromium.press('確認へ');
  await chromium.question('戻る');
  await chromium.press('失効する', { count: 2 });
  await chromium.screen('revoked', '電子証明書を失効しました');
  assert.equal(posts('/revoke').length, 1);
  assert((await chromium.text()).includes(place.serial));
  await chromium.page.reload();
  await chromium.screen('revoke');
  assert.match(await chromium.text(), /失効するものはありません/, 'a reload revokes nothing');
  await chromium.page.goBack();
  await chromium.screen('user', 'ユーザー master2');
  const text = await chromium.text();
  assert.match(text, new RegExp(`電子証明書の失効[\\s\\S]*パソコンの変更、申請番号 ${place.application}`));
  assert(!(await chromium.page.$$eval('main button', (all) => all.map((each) => each.textContent))).includes('電子証明書を失効'));
  await chromium.press('English');
  await chromium.screen('user', 'User master2');
  assert.doesNotMatch(await chromium.text(), /[ぁ-んァ-ヶ]/u);
  await chromium.press('日本語');
  await chromium.screen('user', 'ユーザー master2');
}

async function register() {
  say('a company and its master user are registered');
  await chromium.press('会社・マスターユーザー登録');
  await chromium.screen('organisations', '会社・マスターユーザー登録');
  await chromium.page.type('#filter', '有限');
  for (const [label, title] of [['English', /Companies/], ['日本語', /会社/]]) {
    await chromium.press(label);
    await chromium.screen('organisations');
    assert.match(await chromium.page.$eval('h1', (h1) => h1.textContent), title);
    assert.equal(await chromium.page.$$eval('tbody tr', (all) => all.filter((each) => each.checkVisibility()).length), 0, 'it filters still');
  }
  await chromium.page.$eval('#filter', (filter) => { filter.value = ''; });
  await chromium.fill({ name: '株式会社見本' });
  await chromium.press('会社を登録');
  await chromium.question('キャンセル');
  await chromium.press('会社を登録');
  assert.match(await chromium.problem(), /同じ名前の会社/);
  await chromium.fill({ name: '有限会社新規' });
  await chromium.press('会社を登録');
  await chromium.question('キャンセル');
  await chromium.press('会社を登録', { count: 2 });
  await chromium.screen('members', '有限会社新規');
  await chromium.press('マスターユーザーを登録');
  await chromium.screen('register', 'マスターユーザーの登録');
  await chromium.fill({ user_id: 'taro001', name: '見本 九子', mail: 'kein-at', password: 'hajime12', repeat: 'hajime13' });
  await chromium.press('登録');
  assert.match(await chromium.text(), /メールアドレスの形になっていません[\s\S]*上のパスワードと同じもの/);
  await chromium.fill({ mail: '九子@shinki.example', repeat: 'hajime12' });
  await chromium.press('登録');
  await chromium.page.waitForSelector('input[name=mail][aria-invalid=true]');
  await chromium.fill({ mail: 'kyuko@shinki.example' });
  await chromium.press('登録');
  await chromium.page.waitForFunction(() => document.querySelector('.problem')?.innerText.includes('既に使われた'));
  await chromium.judge('register-taken');
  await chromium.fill({ user_id: 'master9' });
  await pressedAgain(chromium, '登録', '/v1/users', () => chromium.screen('user', 'ユーザー master9'));
  assert.doesNotMatch(await chromium.page.content(), /hajime12/);
  await chromium.press('登録内容を変更・削除');
  await chromium.screen('change');
  await chromium.fill({ name: '見本 久子', mail: 'hisako@shinki.example', password: 'hajime34' });
  await chromium.press('変更');
  assert.match(await chromium.text(), /上のパスワードと同じもの/);
  await chromium.fill({ repeat: 'hajime34' });
  await chromium.press('変更');
  await chromium.screen('user', 'ユーザー master9');
  assert.match(await chromium.text(), /変更しました[\s\S]*見本 久子[\s\S]*ユーザー情報の変更\s*メールアドレス、氏名、パスワード/);
  await chromium.press('有限会社新規');
  await chromium.screen('members');
  assert.match(await chromium.text(), /master9[\s\S]*見本 久子/);
  await chromium.page.goBack();
  await chromium.screen('user');
  await chromium.page.goBack();
  await chromium.screen('change');
  await chromium.page.goBack();
  await chromium.screen('user');
  await chromium.page.goBack();
  await chromium.screen('register');
  assert.equal(await chromium.page.$eval('input[name=password]', (input) => input.value), '', 'Back shows no password');
}

async function nowhere() {
  say('an address that is none, and one of a user who is not there');
  await chromium.page.goto(`${place.origin}/staff/#/nowhere`);
  await chromium.screen('nowhere');
  await chromium.page.goto(`${place.origin}/staff/#/users/00000000-0000-4000-8000-000000000000`);
  assert.match(await chromium.problem(), /その記録はありません/);
  await chromium.judge('no-such-user');
  await chromium.press('ユーザーを探す');
  await chromium.screen('find');
}

await walk(async () => {
  await findAndMiss();
  await release();
  await generalUser();
  await deletedUser();
  await revoke();
  await register();
  await nowhere();
  await noPasswordSent(chromium);
});
