// One HTTPS connection pool whose client certificate says who the caller is. Knows nothing of the API.
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

import { Agent } from 'undici';

export interface Identity {
  // PEM files. What the server's certificate must chain to: the CA's root.
  readonly ca: string;
  // The client certificate, whose key is registered for one identity with one role, and its private key.
  readonly certificate: string;
  readonly key: string;
}

async function read(what: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Error(`${what}: ${file === '' ? 'no file is named' : `cannot read ${file}`}`, { cause });
  }
}

// Throws at once, naming the file, where one is missing, is not PEM, or key and certificate do not belong together.
export async function agentOf(identity: Identity, connections: number): Promise<Agent> {
  const [ca, cert, key] = await Promise.all([
    read('ca', identity.ca),
    read('certificate', identity.certificate),
    read('key', identity.key),
  ]);
  try {
    createSecureContext({ ca, cert, key });
  } catch (cause) {
    throw new Error(`TLS refuses ${identity.ca}, ${identity.certificate}, ${identity.key}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  // The server resumes no TLS sessions: open connections are worth keeping, and undici closes idle ones before the server does.
  return new Agent({ connections, bodyTimeout: 30_000, connect: { ca, cert, key, timeout: 10_000 } });
}
