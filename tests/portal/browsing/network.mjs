// Answers of the portal's that a walk gives itself, or holds back.
import assert from 'node:assert/strict';

const pathOf = (request) => new URL(request.url()).pathname;

// What `answerOf` gives for a request is its answer; undefined: the portal's own. Until the returned function is called.
export async function answerInstead({ page }, answerOf) {
  const answer = async (request) => {
    const instead = await answerOf(request);
    await (instead ? request.respond({ contentType: 'application/json', ...instead, body: JSON.stringify(instead.body) }) : request.continue());
  };
  await page.setRequestInterception(true);
  page.on('request', answer);
  return async () => {
    page.off('request', answer);
    await page.setRequestInterception(false);
  };
}

export const posts = (chromium, path) => chromium.sent.filter(({ url, body }) => body && new URL(url).pathname === path);

// Pressed once more while the answer is held back, and by the keyboard: one request. `seen`: waits for what the answer leads to.
export async function pressedAgain(chromium, label, path, seen) {
  const before = posts(chromium, path).length, made = () => posts(chromium, path).length - before;
  let letGo, sent;
  const held = new Promise((resolve) => { letGo = resolve; }), first = new Promise((resolve) => { sent = resolve; });
  const asBefore = await answerInstead(chromium, (request) => {
    if (request.method() !== 'POST' || pathOf(request) !== path) return undefined;
    sent();
    return held;
  });
  await chromium.press(label);
  await first;
  await chromium.press(label);
  await chromium.page.keyboard.press('Enter'); // the button has the focus
  // Whatever was sent before this has been seen when it is answered.
  await chromium.page.evaluate(() => fetch(location.pathname, { cache: 'no-store' }).then((answer) => answer.text()));
  assert.equal(made(), 1, `${label} was pressed again: ${path}`);
  letGo(undefined);
  await seen();
  assert.equal(made(), 1, path);
  await asBefore();
}

// The request arrives, and its first good answer gets lost. The returned function ends that, and says how many were.
export async function loseAnswer({ page }, path) {
  const session = await page.createCDPSession();
  let lost = 0;
  session.on('Fetch.requestPaused', async ({ requestId, responseStatusCode }) => {
    const lose = responseStatusCode === 200 && lost === 0;
    if (lose) lost += 1;
    await session.send(lose ? 'Fetch.failRequest' : 'Fetch.continueRequest', { requestId, ...(lose && { errorReason: 'ConnectionReset' }) });
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: `*${path}`, requestStage: 'Response' }] });
  return async () => {
    await session.detach();
    return lost;
  };
}
