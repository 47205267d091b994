// What all walks begin with: the browser, its place, and the first screens' short ways.
import assert from 'node:assert/strict';

import { Chromium } from './chromium.mjs';

export const place = JSON.parse(process.env.INKAN_PLACE);
export const chromium = new Chromium(place);
export const first = 'himitsu1', own = 'jibun2no'; // passwords, but of the default pack
export const say = (text) => console.log(`    ${text}`);

// ③ and ④.
export async function authenticate(user, password, labels = ['電子証明書発行', '認証']) {
  await chromium.press(labels[0]);
  await chromium.screen('authenticate');
  await chromium.fill({ user_id: user, password });
  await chromium.press(labels[1]);
}

// The bodies that asked for a certificate.
export const asked = () => chromium.sent.filter(({ url }) => url.endsWith('/enrolment/certificate')).map(({ body }) => body);

// What a call of the page's store of keys gives.
const inKeys = (call) => chromium.page.evaluate((name) => new Promise((resolve, reject) => {
  const open = indexedDB.open('inkan-portal', 1);
  open.onsuccess = () => {
    const transaction = open.result.transaction('keys', 'readwrite'), done = transaction.objectStore('keys')[name]();
    transaction.oncomplete = () => { open.result.close(); resolve(done.result); };
    transaction.onabort = () => reject(transaction.error);
  };
}), call);

export const keysKept = () => inKeys('count');
export const forgetKeys = () => inKeys('clear');

// With no certificate that is good for it.
export async function refusedLogin() {
  await chromium.press('ログイン');
  await chromium.screen('login');
  await chromium.fill({ user_id: 'master1', password: own });
  await chromium.press('ログイン');
  assert.match(await chromium.problem(), /ログインに使える電子証明書が選択されていません/);
  await chromium.judge('login-certificate');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}

// From what ② says of a certificate that is good no more, by OK, to ⑤'s 再発行, pressed.
export async function leadOnToReissue() {
  await chromium.press('OK');
  await chromium.screen('entry');
  await refusedLogin();
  await authenticate('master1', own);
  await chromium.screen('issue');
  assert.match(await chromium.text(), /再発行/);
  await chromium.press('発行');
}

// A page of another site, whose link somebody presses: it brings no SameSite=Strict cookie along.
export async function foreignLink(path) {
  const link = `<a href="${place.main}${path}">link</a>`;
  await chromium.page.goto(`data:text/html,${encodeURIComponent(link)}`);
  await Promise.all([chromium.page.waitForNavigation(), chromium.page.click('a')]);
}

export async function walk(parts) {
  try {
    await chromium.open();
    await parts();
  } catch (error) {
    console.error(error, chromium.complaints);
    if (place.screens) await chromium.picture('failed', 'wide').catch(() => undefined);
    process.exitCode = 1;
  } finally {
    await chromium.browser?.close();
  }
}
