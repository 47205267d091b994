// What both walks begin with: the browser, its place, and the first screens' short ways.
import { Chromium } from './chromium.mjs';

export const place = JSON.parse(process.env.INKAN_PLACE);
export const chromium = new Chromium(place);
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

export const keysKept = () => chromium.page.evaluate(() => new Promise((resolve) => {
  const open = indexedDB.open('inkan-portal', 1);
  open.onsuccess = () => {
    const all = open.result.transaction('keys').objectStore('keys').count();
    all.onsuccess = () => { open.result.close(); resolve(all.result); };
  };
}));

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
