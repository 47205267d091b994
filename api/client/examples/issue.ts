import { readFile, writeFile } from 'node:fs/promises';
import { connect, intention, ProblemError, wait } from 'inkan-client';

const { INKAN_API = '', INKAN_CA = '', INKAN_WEB_TIER_CERT = '', INKAN_WEB_TIER_KEY = '' } = process.env;
const inkan = await connect({ url: INKAN_API, ca: INKAN_CA, certificate: INKAN_WEB_TIER_CERT, key: INKAN_WEB_TIER_KEY });

const wish = intention(); // one for each certificate that somebody wants: keep its key with the order
try {
  const { data: issued } = await inkan.post('/v1/certificates', {
    header: { ...wish, ...wait(5) },
    body: { profile: 'client-auth', csr: await readFile('alice.csr', 'utf8'), subject: { CN: 'alice01' } },
  });
  await writeFile('alice.pem', issued.chain.join(''));
  console.log(issued.serial, issued.receipt === undefined ? 'without a receipt yet' : 'with its receipt');
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.log('refused by', error.rule, '-', error.problem.mend);
}
await inkan.close();
