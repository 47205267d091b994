import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, ticket } from 'inkan-client';

const { INKAN_API = '', INKAN_CA = '', INKAN_WEB_TIER_CERT = '', INKAN_WEB_TIER_KEY = '' } = process.env;
const inkan = await connect({ url: INKAN_API, ca: INKAN_CA, certificate: INKAN_WEB_TIER_CERT, key: INKAN_WEB_TIER_KEY });

const [userId = '', password = ''] = (await readFile('credentials', 'utf8')).split('\n');
const browser = 'the hash of its cookie';
const { data: opened } = await inkan.post('/v1/enrolments', {
  header: { 'Inkan-Browser': browser },
  body: { user_id: userId, password },
});
const his = { path: { id: opened.id }, header: ticket(opened.ticket, browser) };
let { data: enrolment } = await inkan.post('/v1/enrolments/{id}/certificate', { ...his, body: { csr: await readFile('user.csr', 'utf8') } });
while (enrolment.certificate === undefined) { // 202: a slow token; it goes on without us
  await sleep(1000);
  ({ data: enrolment } = await inkan.get('/v1/enrolments/{id}', his));
}
await writeFile('user.pem', enrolment.certificate.chain.join(''));
await inkan.close();
