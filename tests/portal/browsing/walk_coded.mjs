// A pack that asks for a code by mail between ④ and ⑤; and the ends that an enrolment comes to elsewhere.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { authenticate, chromium, own, place, say, walk } from './begin.mjs';
import { revoke } from './files.mjs';
import { noSecretSent } from './secrets.mjs';

const folder = join(place.folder, 'mails');

const mailed = () => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.eml'));

// The newest mail's.
async function mailedCode() {
  for (let i = 0; i < 300 && !mailed(); i += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  const files = readdirSync(folder).filter((name) => name.endsWith('.eml')).map((name) => join(folder, name)).sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  const body = readFileSync(files[0], 'utf8').split(/\r?\n\r?\n/).slice(1).join('');
  return /確認コード[^]*?(\d{6})/.exec(Buffer.from(body, 'base64').toString('utf8'))[1];
}

async function askedForCode() {
  await authenticate('master1', own);
  await chromium.screen('code', '電子証明書発行 確認コード');
}

async function code() {
  say('④ asks for a code: one that is badly formed, a wrong one, キャンセル; then the one of the mail');
  await askedForCode();
  await chromium.fill({ code: '12' });
  await chromium.press('次へ');
  assert.match(await chromium.problem(), /入力内容を確かめてください/);
  const right = await mailedCode();
  await chromium.fill({ code: right === '000000' ? '000001' : '000000' });
  await chromium.press('次へ');
  await chromium.page.waitForFunction(() => document.querySelector('.problem')?.innerText.includes('確認コードが違います'));
  await chromium.judge('wrong-code');
  await chromium.page.reload();
  await chromium.screen('code');
  await chromium.fill({ code: right });
  await chromium.press('次へ');
  await chromium.screen('issue', '電子証明書発行');
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}

async function revokedMeanwhile() {
  say('A16: a revocation by the bank ends what stands at the code; the page says so, and leads to ④');
  await askedForCode();
  revoke(place, 'master1');
  await chromium.fill({ code: '123456' });
  await chromium.press('次へ');
  await chromium.page.waitForSelector('main[data-screen=over]:not([aria-busy="true"])');
  assert.match(await chromium.problem(), /終了/);
  await chromium.judge('over');
  await chromium.page.goto(`${place.main}/`);
  await chromium.screen('entry');
  await askedForCode();
  await chromium.press('キャンセル');
  await chromium.screen('entry');
}

await walk(async () => {
  await chromium.screen('entry');
  await code();
  await revokedMeanwhile();
  await noSecretSent(chromium, 0);
});
