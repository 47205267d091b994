// Called by quickstart: demo users, made as real ones are. node packaging/demo-users.mjs FOLDER PORTAL INKAN
// The bank registers a company and two masters; the first of them registers, has a certificate, logs in, and registers a general user.
// Everything that a browser does in this is done here, key and request by openssl: a small client of inkan-portal to read.
import { execFileSync } from 'node:child_process';
import { createHash, createSign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';

const [folder, portal, program] = process.argv.slice(2);
const at = (name) => join(folder, name);
const first = 'himitsu1', own = 'jibun2no';

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
const bank = (...args) => JSON.parse(execFileSync(program, ['--as', 'bank-staff', '--json', ...args], { encoding: 'utf8' }));

// Cookies, and the certificate that it shows in TLS.
class Browser {
  cookies = new Map();
  shows = {};

  async post(path, body) {
    const headers = { 'Content-Type': 'application/json', 'Inkan-Portal': '1', Origin: portal, Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const options = { method: 'POST', headers, ca: readFileSync(at('root.pem')), agent: false, ...this.shows };
    const [answer, text] = await new Promise((resolve, reject) => {
      https.request(`${portal}/portal/${path}`, options, async (response) => {
        const parts = [];
        for await (const part of response) parts.push(part);
        resolve([response, Buffer.concat(parts).toString()]);
      }).on('error', reject).end(JSON.stringify(body));
    });
    for (const [name, value] of (answer.headers['set-cookie'] ?? []).map((cookie) => /^([^=]+)=([^;]*)/.exec(cookie).slice(1))) this.cookies.set(name, value);
    if (answer.statusCode >= 300) throw new Error(`POST /portal/${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text);
  }
}

async function haveCertificate(browser, user) {
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', at(`${user}.key`), '-subj', '/CN=any', '-out', at(`${user}.csr`));
  await browser.post('enrolment', { user_id: user, password: own });
  const csr = openssl('req', '-in', at(`${user}.csr`), '-outform', 'DER').toString('base64');
  const { enrolment } = await browser.post('enrolment/certificate', { csr });
  writeFileSync(at(`${user}.crt`), enrolment.certificate.chain.join(''));
  const hash = createHash('sha256').update(openssl('x509', '-in', at(`${user}.crt`), '-outform', 'DER')).digest('hex');
  const message = `INKAN INSTALLED v1\n${enrolment.nonce}\n${hash}\n`;
  await browser.post('enrolment/confirm', { signature: createSign('SHA256').update(message).sign(readFileSync(at(`${user}.key`)), 'base64') });
}

writeFileSync(at('first-password'), `${first}\n`, { mode: 0o600 });
const company = bank('org', 'add', '株式会社見本').id;
for (const [user, name] of [['master01', '見本 花子'], ['master02', '見本 桃子']])
  bank('user', 'add', user, '--kind', 'master', '--organisation', company, '--name', name, '--mail', `${user}@kaisha.example`, '--password-file', at('first-password'));

const browser = new Browser();
await browser.post('login', { user_id: 'master01', password: first, screen: 'registration' });
await browser.post('password', { old: first, new: own });
await haveCertificate(browser, 'master01');
browser.shows = { cert: readFileSync(at('master01.crt')), key: readFileSync(at('master01.key')) };
await browser.post('login', { user_id: 'master01', password: own, screen: 'login' });
await browser.post('users', { user_id: 'ippan001', kind: 'general', name: '見本 太郎', mail: 'ippan001@kaisha.example', password: first });
await browser.post('logout', {});
