// Outside judges as processes, and the library as built by `node build.mjs --library` in api/portal/web.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Node 18 has it under another name.
globalThis.crypto ??= (await import('node:crypto')).webcrypto;

export const web = new URL('../../../api/portal/web/', import.meta.url);
export const library = (name) => import(new URL(`build/${name}.mjs`, web));

export const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

// Its standard output; what it wrote elsewhere is in the error.
export function run(program, args, options = {}) {
  return execFileSync(program, args, { encoding: 'utf8', timeout: 60_000, stdio: 'pipe', ...options });
}

export class Folder {
  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'inkan-page-'));
  }
  at(name) {
    return join(this.path, name);
  }
  write(name, content) {
    writeFileSync(this.at(name), content, { mode: 0o600 });
    return this.at(name);
  }
  read(name) {
    return readFileSync(this.at(name), 'utf8');
  }
  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function pem(label, der) {
  return `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
}

// A CA of openssl's, which signs requests.
export class ThrowAwayCa {
  constructor(folder) {
    this.folder = folder;
    run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '9', '-subj', '/CN=Throw-away CA',
      '-keyout', folder.at('ca.key'), '-out', folder.at('ca.pem')]);
  }
  sign(request) {
    const { folder } = this;
    folder.write('user.csr', pem('CERTIFICATE REQUEST', request));
    run('openssl', ['x509', '-req', '-in', folder.at('user.csr'), '-CA', folder.at('ca.pem'), '-CAkey', folder.at('ca.key'), '-days', '5', '-out', folder.at('user.pem')]);
    return folder.read('user.pem');
  }
}
