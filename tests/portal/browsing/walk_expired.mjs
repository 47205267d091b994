// After walk_short.mjs, once the authority's clock is past both certificates. The browser's own clock is not: it still offers one.
import assert from 'node:assert/strict';

import { chromium, keysKept, leadOnToReissue, own, place, say, walk } from './begin.mjs';
import { curlLogin, filesBefore, nameIn, savedFile } from './files.mjs';
import { noSecretSent } from './secrets.mjs';

await walk(async () => {
  say('R02, R07: the certificate has expired: ② says so, a login is refused, and the same screens reissue it');
  await chromium.screen('certificate', '電子証明書選択');
  assert.match(await chromium.text(), /有効期限が切れています/);
  await leadOnToReissue();
  await chromium.press('はい');
  await chromium.screen('install');
  await chromium.press('はい');
  await chromium.screen('saved');
  const before = filesBefore(place).map(nameIn), file = await savedFile(chromium, 'master1', 3);
  assert(before.length === 3 && !before.includes(nameIn(file.path)), 'beside those that have expired one knows it by its name');
  await chromium.press('戻る');
  await chromium.screen('install');
  await chromium.press('確認せずに完了する');
  await chromium.press('はい');
  await chromium.screen('result');
  assert.equal(await keysKept(), 0);
  await chromium.press('閉じる');
  await chromium.screen('closed');
  curlLogin(place, file, 'master1', own);
  await noSecretSent(chromium, 1);
});
