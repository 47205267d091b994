// ⑤ to ⑧: the key, the request, the certificate, the file, the proof. The key leaves this module in the file alone.
import { certificatesOfPem, installProof, makeKeyPair, makePassphrase, makePkcs12, makeRequest, toBase64, type Form, type KeyKind } from '../crypto';
import type { App } from './app';
import { Problem } from '../shared/calls';
import { findKey, keepKey, type KeptKey } from './key_store';
import { keepFile } from './saved_file';
import { day } from '../shared/times';
import type { Enrolment, PortalState } from './types';

export type Stage = 'key' | 'ask' | 'wait' | 'elsewhere';

const patience = 180_000; // the CA gives up after 120 s (A17)
const failuresInARow = 6;
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function keyFor(enrolment: Enrolment, kind: KeyKind): Promise<KeptKey> {
  const kept = await findKey(enrolment.id);
  if (kept) return kept;
  const keys = await makeKeyPair(kind);
  return keepKey({ enrolment: enrolment.id, key: keys.privateKey, csr: toBase64(await makeRequest(keys)), made: Date.now() });
}

async function send(app: App, kept: KeptKey, tell: (stage: Stage) => void): Promise<Enrolment> {
  let failures = 0;
  for (const end = Date.now() + patience; ;) {
    let wait = 3;
    try {
      const answer = await app.post<{ enrolment: Enrolment }>('/portal/enrolment/certificate', { csr: kept.csr });
      if (answer.status !== 202) return answer.body.enrolment;
      wait = answer.retryAfter || wait;
      failures = 0;
      tell('wait');
    } catch (error) {
      // Nothing is lost by asking again: the same request is answered with the same certificate.
      const passing = error instanceof Problem && (error.rule === 'page.no-answer' || (error.status === 503 && !error.type.endsWith(':issuing-stopped')));
      failures += 1;
      if (!passing || failures === failuresInARow) throw error;
      wait = error.retryAfter || wait;
    }
    if (Date.now() > end) throw Problem.ofPage('page.no-answer');
    await pause(Math.min(wait, 10));
  }
}

// Until the server says something else than `issuing`: the key is in another browser or gone.
async function watch(app: App): Promise<void> {
  for (const end = Date.now() + patience; app.state?.enrolment?.state === 'issuing';) {
    if (Date.now() > end) throw Problem.ofPage('page.no-answer');
    await pause(2);
    app.state = await app.get<PortalState>('/portal/state');
  }
  if (app.local.path === '/enrol') app.render();
}

interface Run {
  stage: Stage;
  tell: (stage: Stage) => void;
  done: Promise<void>;
}
const runs = new Map<string, Run>();

async function carryOut(app: App, enrolment: Enrolment, tell: (stage: Stage) => void): Promise<void> {
  if (enrolment.state === 'issuing' && !(await findKey(enrolment.id))) {
    tell('elsewhere');
    return watch(app);
  }
  const kept = await keyFor(enrolment, app.local.keyKind);
  tell('ask');
  app.take(await send(app, kept, tell));
}

// ⑥. Called again while it runs, it only tells how far it is; after a reload it goes on with the same key and request.
export function haveCertificate(app: App, tell: (stage: Stage) => void): Promise<void> {
  const enrolment = app.enrolment, running = runs.get(enrolment.id);
  if (running) {
    running.tell = tell;
    tell(running.stage);
    return running.done;
  }
  const run: Run = { stage: 'key', tell, done: Promise.resolve() };
  const onward = (stage: Stage) => {
    run.stage = stage;
    run.tell(stage);
  };
  runs.set(enrolment.id, run);
  onward('key');
  run.done = carryOut(app, enrolment, onward).finally(() => {
    runs.delete(enrolment.id);
    app.local.asking = '';
  });
  return run.done;
}

export const hasKey = async (enrolment: Enrolment): Promise<boolean> => (await findKey(enrolment.id).catch(() => undefined)) !== undefined;

// Another tab may have dropped the key, with what it did to the enrolment: then the screen shows that.
async function keyAt7(app: App): Promise<KeptKey | undefined> {
  const { id } = app.enrolment, kept = await findKey(id);
  if (kept) return kept;
  await app.refresh();
  const now = app.state?.enrolment;
  if (now?.id !== id) throw Problem.ofPage('enrol.over');
  if (now.state === 'issued_unconfirmed') throw Problem.ofPage('page.no-key');
  return undefined;
}

// ⑦ はい: a new file with a new passphrase each time.
export async function saveFile(app: App, form: Form): Promise<void> {
  const enrolment = app.enrolment, kept = await keyAt7(app), issued = enrolment.certificate;
  if (!kept) return;
  const certificate = certificatesOfPem(issued?.certificate ?? '')[0];
  if (!issued || !certificate) throw Problem.ofPage('page.unexpected');
  const until = day(issued.not_after), passphrase = makePassphrase();
  const chain = issued.chain.slice(1).flatMap(certificatesOfPem);
  const octets = await makePkcs12({ key: kept.key, certificate, chain, name: `${enrolment.user_id} (${until})`, passphrase, form });
  const address = URL.createObjectURL(new Blob([octets], { type: 'application/x-pkcs12' }));
  keepFile({ enrolment: enrolment.id, name: `${enrolment.user_id}-${until}.p12`, address, passphrase });
  app.local.saved = enrolment.id;
}

// ⑧ by proof (b): the browser shows its certificate to the proof port, which leads back to /enrol?installed=….
export function testInstallation(app: App): void {
  location.assign(`${app.state?.proof_origin ?? ''}/installed`);
}

// ⑧ by proof (a).
export async function proveByKey(app: App): Promise<void> {
  const enrolment = app.enrolment, kept = await keyAt7(app);
  if (!kept) return;
  const certificate = certificatesOfPem(enrolment.certificate?.certificate ?? '')[0];
  if (!certificate) throw Problem.ofPage('page.unexpected');
  const signature = await installProof(kept.key, enrolment.nonce, certificate);
  app.take((await app.post<{ enrolment: Enrolment }>('/portal/enrolment/confirm', { signature })).body.enrolment);
}
