import { connect, intention, items, wait } from 'inkan-client';

const { INKAN_API = '', INKAN_CA = '', INKAN_WEB_TIER_CERT = '', INKAN_WEB_TIER_KEY = '' } = process.env;
const inkan = await connect({ url: INKAN_API, ca: INKAN_CA, certificate: INKAN_WEB_TIER_CERT, key: INKAN_WEB_TIER_KEY });

const alices = items((at) => inkan.get('/v1/certificates', { query: { status: 'valid', subject: 'alice01', limit: 2, ...at } }));
for await (const { serial } of alices) {
  const { data: renewal } = await inkan.get('/v1/certificates/{serial}/renewal', { path: { serial } });
  const { data: revoked } = await inkan.post('/v1/certificates/{serial}/revoke', {
    path: { serial },
    header: { ...intention(`revoke-${serial}`), ...wait(5) },
    body: { reason: 'superseded' },
  });
  console.log(serial, 'was to be renewed at', renewal.renew_at, '- in the CRL', revoked.published?.crl.number);
}
await inkan.close();
