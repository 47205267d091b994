// All of it in English, by the other choices.
import assert from 'node:assert/strict';

import { authenticate, chromium, first, place, say } from '../begin.mjs';
import { savedFile } from '../files.mjs';

export async function english() {
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
  await chromium.question('No', 'proof-by-key');
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
