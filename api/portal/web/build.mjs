// `node build.mjs`: dist/, the subscribers' page, and dist-staff/, the bank staff's. `--library`: build/, what its tests import, readable and for node.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const at = (...names) => join(here, ...names);

async function library() {
  const entries = { crypto: at('src/crypto/index.ts'), page: at('src/page/for_tests.ts'), staff: at('src/staff/for_tests.ts') };
  await build({ entryPoints: entries, outdir: at('build'), outExtension: { '.js': '.mjs' }, bundle: true, format: 'esm', target: 'node18' });
}

// Where each is served, by inkan-portal and by inkand.
const pages = [
  { entry: 'src/page/main.ts', folder: 'dist', place: '/', title: 'ろうきん賃金控除事務支援システム' },
  { entry: 'src/staff/main.ts', folder: 'dist-staff', place: '/staff/', title: '電子証明書 窓口業務' },
];

// The name changes with the content: whoever has it may keep it for ever.
function asset(file, { folder, place }) {
  const octets = readFileSync(at('src', file));
  const hash = createHash('sha256').update(octets).digest('hex').slice(0, 10);
  const name = `assets/${file.replace('.', `-${hash}.`)}`;
  writeFileSync(at(folder, name), octets);
  return place + name;
}

async function page(wanted) {
  const { entry, folder, place, title } = wanted;
  rmSync(at(folder), { recursive: true, force: true });
  mkdirSync(at(folder, 'assets'), { recursive: true });
  const made = await build({
    entryPoints: [at(entry), at('src/style.css')], outdir: at(folder, 'assets'), entryNames: '[name]-[hash]',
    bundle: true, minify: true, format: 'esm', target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'], metafile: true, legalComments: 'linked',
  });
  const madeOf = (ending) => `${place}assets/${basename(Object.keys(made.metafile.outputs).find((name) => name.endsWith(ending)))}`;
  const names = { MAIN: madeOf('.js'), STYLE: madeOf('.css'), ICON: asset('icon.svg', wanted), TITLE: title };
  const html = readFileSync(at('src/index.html'), 'utf8').replace(/@(MAIN|STYLE|ICON|TITLE)@/g, (_, name) => names[name]);
  writeFileSync(at(folder, 'index.html'), html);
  for (const [name, { bytes }] of Object.entries(made.metafile.outputs)) console.log(`${folder}/${basename(name)} ${Math.ceil(bytes / 1024)} KiB`);
}

if (process.argv.includes('--library')) await library();
else for (const each of pages) await page(each);
