// `node build.mjs`: dist/, the page. `--library`: build/, what its tests import, readable and for node.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const at = (...names) => join(here, ...names);

async function library() {
  const entries = { crypto: at('src/crypto/index.ts'), page: at('src/page/for_tests.ts') };
  await build({ entryPoints: entries, outdir: at('build'), outExtension: { '.js': '.mjs' }, bundle: true, format: 'esm', target: 'node18' });
}

// The name changes with the content: whoever has it may keep it for ever.
function asset(file) {
  const octets = readFileSync(at('src', file));
  const hash = createHash('sha256').update(octets).digest('hex').slice(0, 10);
  const name = `assets/${file.replace('.', `-${hash}.`)}`;
  writeFileSync(at('dist', name), octets);
  return `/${name}`;
}

async function page() {
  rmSync(at('dist'), { recursive: true, force: true });
  mkdirSync(at('dist/assets'), { recursive: true });
  const made = await build({
    entryPoints: [at('src/page/main.ts'), at('src/style.css')], outdir: at('dist/assets'), entryNames: '[name]-[hash]',
    bundle: true, minify: true, format: 'esm', target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'], metafile: true, legalComments: 'linked',
  });
  const made_of = (ending) => `/assets/${basename(Object.keys(made.metafile.outputs).find((name) => name.endsWith(ending)))}`;
  const names = { MAIN: made_of('.js'), STYLE: made_of('.css'), ICON: asset('icon.svg') };
  const html = readFileSync(at('src/index.html'), 'utf8').replace(/@(MAIN|STYLE|ICON)@/g, (_, name) => names[name]);
  writeFileSync(at('dist/index.html'), html);
  for (const [name, { bytes }] of Object.entries(made.metafile.outputs)) console.log(`${basename(name)} ${Math.ceil(bytes / 1024)} KiB`);
}

await (process.argv.includes('--library') ? library() : page());
