// Between ⑤ and ⑧ the key waits in IndexedDB, under its enrolment's id, so that a reload loses nothing. It never leaves the browser.
// Whatever goes wrong here is `page.key`: the browser keeps nothing.
import { Problem } from '../shared/calls';

export interface KeptKey {
  enrolment: string;
  key: CryptoKey; // private
  csr: string; // base64; sent again after a reload: the same request gets the same certificate
  made: number; // milliseconds
}

const store = 'keys';
// Longer than an enrolment's authentication (A16): until then another tab may be about to use it.
const keptAnyway = 15 * 60_000;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('inkan-portal', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: 'enrolment' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function transact<T>(mode: IDBTransactionMode, work: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const inStore: typeof transact = (mode, work) => transact(mode, work).catch((error: unknown) => {
  console.warn(error);
  throw Problem.ofPage('page.key');
});

// The first that is kept for an enrolment stays: of two tabs both use the same key.
export async function keepKey(kept: KeptKey): Promise<KeptKey> {
  await inStore('readwrite', (keys) => keys.add(kept)).catch(() => undefined);
  const found = await findKey(kept.enrolment);
  if (!found) throw Problem.ofPage('page.key');
  return found;
}

export function findKey(enrolment: string): Promise<KeptKey | undefined> {
  return inStore<KeptKey | undefined>('readonly', (keys) => keys.get(enrolment));
}

export async function dropKey(enrolment: string): Promise<void> {
  await inStore('readwrite', (keys) => keys.delete(enrolment));
}

// Those that no enrolment of this browser can use any more.
export async function dropOldKeys(current: string | undefined, now: number): Promise<void> {
  const all = await inStore<KeptKey[]>('readonly', (keys) => keys.getAll());
  for (const kept of all) if (kept.enrolment !== current && now - kept.made > keptAnyway) await dropKey(kept.enrolment);
}
