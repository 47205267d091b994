// Debian's Chromium with a throw-away HOME, whose NSS database holds the client certificates; and what is asked of every screen.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { web } from '../support/tools.mjs';

const require = createRequire(new URL('package.json', web));
const puppeteer = require('puppeteer-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const wide = { width: 1280, height: 900 };
export const telephone = { width: 360, height: 740 };
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const patience = 30_000;

export class Chromium {
  constructor(place) {
    this.place = place;
    this.sent = []; // of every request: { url, body, headers }
    this.told = new Set(); // where the pages went, and all they said on the console
    this.typed = new Set(); // passwords
    this.files = []; // that were saved and looked into
    this.passphrases = new Set(); // of those too that nobody looked into
    this.complaints = []; // what the page or its policy said on the console
    this.pictures = 0;
  }

  async open(path = '/') {
    this.browser = await puppeteer.launch({
      executablePath: '/usr/bin/chromium', userDataDir: join(this.place.home, 'profile'), defaultViewport: wide, timeout: patience, protocolTimeout: patience, pipe: true, // it ends with us
      env: { ...process.env, HOME: this.place.home, LANG: 'ja_JP.UTF-8' },
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--lang=ja', '--password-store=basic', '--disable-background-networking', '--disable-component-update',
        `--ignore-certificate-errors-spki-list=${this.place.pin}`],
    });
    [this.page] = await this.browser.pages();
    this.watch(this.page);
    const session = await this.browser.target().createCDPSession();
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: join(this.place.folder, 'downloads') });
    await this.page.goto(this.place.main + path);
  }

  // Another window; who opens it closes it.
  async newPage() {
    const page = await this.browser.newPage();
    this.watch(page);
    return page;
  }

  watch(page) {
    page.setDefaultTimeout(patience);
    page.on('request', (request) => {
      if (request.hasPostData() && request.postData() === undefined) this.complaints.push(`the body of a request to ${request.url()} was not seen`);
      this.sent.push({ url: request.url(), body: request.postData() ?? '', headers: request.headers() });
    });
    page.on('framenavigated', (frame) => this.told.add(frame.url()));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      this.told.add(message.text());
      if (message.type() === 'error' && !/Failed to load resource|net::ERR_/.test(message.text())) this.complaints.push(message.text());
    });
  }

  // Every window closed, and opened again.
  async restart(path) {
    await this.browser.close();
    await this.open(path);
  }

  // Waits for it; then it must be as every screen must.
  async screen(name, title) {
    await this.page.waitForSelector(`main[data-screen="${name}"]:not([aria-busy="true"])`);
    const heading = await this.page.$eval('h1', (h1) => ({ text: h1.textContent, focused: document.activeElement === h1 }));
    if (title) assert.equal(heading.text, title);
    assert(heading.focused, `the focus is not on the heading of ${name}`);
    if (name === 'saved') this.passphrases.add(await this.page.$eval('#passphrase', (element) => element.textContent));
    await this.judge(name);
  }

  async judge(name) {
    assert(await this.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the window`);
    await this.accessible(`${name}, wide`);
    if (this.place.screens) await this.picture(name, 'wide');
    await this.page.setViewport(telephone);
    const width = await this.page.evaluate(() => document.documentElement.scrollWidth);
    assert(width <= telephone.width, `${name} is ${width} pixels wide on a telephone`);
    await this.accessible(`${name}, telephone`);
    if (this.place.screens) await this.picture(name, 'telephone');
    await this.page.setViewport(wide);
  }

  // One that is asked: the focus is in it, on the answer that costs nothing; then it must be as every screen must.
  async question(answer, name) {
    await this.page.waitForSelector('dialog[open]');
    assert.equal(await this.page.evaluate(() => (document.activeElement.closest('dialog[open]') ? document.activeElement.textContent : 'not in the question')), answer);
    if (name) await this.judge(name);
  }

  async accessible(name) {
    await this.page.evaluate(axe);
    const violations = await this.page.evaluate(async (values) => {
      const { violations } = await globalThis.axe.run(document, { runOnly: { type: 'tag', values } });
      return violations.map((each) => `${each.id}: ${each.help}: ${each.nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`);
    }, rules);
    assert.deepEqual(violations, [], name);
  }

  async picture(name, kind) {
    mkdirSync(this.place.screens, { recursive: true });
    await this.page.bringToFront(); // a page behind another is never drawn
    if (kind === 'wide') this.pictures += 1;
    await this.page.screenshot({ path: join(this.place.screens, `${String(this.pictures).padStart(2, '0')}-${name}-${kind}.png`), fullPage: true });
  }

  // By what a person reads on it; in the warning, where one is open.
  async button(label) {
    const find = (text) => {
      const place = document.querySelector('dialog[open]') ?? document.body;
      const name = (button) => (button.querySelector('.label') ?? button).textContent.trim();
      return Array.from(place.querySelectorAll('button, a')).find((button) => name(button) === text && button.checkVisibility());
    };
    const found = (await this.page.waitForFunction(find, {}, label)).asElement();
    assert(found, label);
    return found;
  }

  async press(label, options) {
    await (await this.button(label)).click(options);
  }

  async fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = await this.page.waitForSelector(`input[name="${name}"]`);
      await field.evaluate((input) => { input.value = ''; });
      await field.type(value);
      if (await field.evaluate((input) => input.type === 'password')) this.typed.add(value);
    }
  }

  async problem() {
    const told = await this.page.waitForSelector('.problem[role=alert]');
    await this.page.waitForSelector('main:not([aria-busy="true"])');
    assert(await told.evaluate((element) => document.activeElement === element), 'the focus is on what is told');
    return told.evaluate((element) => element.innerText);
  }

  // What was typed stays in another language, passwords too.
  async speakBothLanguages(screen, values) {
    for (const label of ['English', '日本語']) {
      await this.press(label);
      await this.page.waitForSelector(`main[data-screen="${screen}"]:not([aria-busy="true"])`);
      await this.page.waitForFunction((wanted) => Object.entries(wanted).every(([name, value]) => document.querySelector(`input[name="${name}"]`)?.value === value), {}, values);
    }
  }

  // Has the portal open more connections to the API than one: while the token is slow, new ones would fail.
  async openConnections() {
    const six = () => Promise.all(Array.from({ length: 6 }, () => fetch('/portal/state', { cache: 'no-store' }).then((answer) => answer.json())));
    for (let i = 0; i < 5; i += 1) await this.page.evaluate(six);
  }

  text() {
    return this.page.$eval('main', (main) => main.innerText);
  }
}
