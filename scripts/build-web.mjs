// Bundles web/ into dist-web/ with esbuild, when a source is newer than the page made of it. Files
// carry their hash in their name and are kept compressed beside themselves: the server only sends.
import { build as bundle } from 'esbuild';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'web');
const target = join(root, 'dist-web');
const assets = join(target, 'assets');
const page = join(target, 'index.html');

/** What the page is made of. A folder counts too: it changes when a file in it goes away. */
const SOURCES = [source, join(root, 'src/kernel'), fileURLToPath(import.meta.url), join(root, 'package-lock.json')];

async function newestChange(path) {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const times = entries.map((entry) => stat(join(entry.parentPath ?? entry.path, entry.name)));
  return Math.max(mtimeMs, ...(await Promise.all(times)).map((one) => one.mtimeMs));
}

async function isUpToDate() {
  const made = await stat(page).catch(() => null);
  if (made === null) return false;
  const changes = await Promise.all(SOURCES.map(newestChange));
  return Math.max(...changes) <= made.mtimeMs;
}

async function bundleAssets() {
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: ['web/main.tsx', 'web/app.css', 'web/favicon.svg'],
    outdir: assets,
    entryNames: '[name]-[hash]',
    loader: { '.svg': 'copy' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    charset: 'utf8',
    tsconfig: 'web/tsconfig.json',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
}

/** All or nothing: a server that starts meanwhile never reads half a file. */
async function place(path, content) {
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, content);
  await rename(draft, path);
}

/** @returns {Promise<boolean>} whether anything had to be done */
export async function buildWeb() {
  if (await isUpToDate()) return false;
  const files = await bundleAssets();
  const nameOf = (entry, extension) =>
    files.find(({ name }) => name.startsWith(`${entry}-`) && name.endsWith(extension)).name;
  const template = await readFile(join(source, 'index.html'), 'utf8');
  const html = template
    .replace('{{script}}', nameOf('main', '.js'))
    .replace('{{style}}', nameOf('app', '.css'))
    .replace('{{icon}}', nameOf('favicon', '.svg'));

  await mkdir(assets, { recursive: true });
  const wanted = new Set();
  for (const { name, contents } of files) {
    const variants = { '': contents, '.gz': await promisify(gzip)(contents), '.br': await promisify(brotliCompress)(contents) };
    for (const [extension, bytes] of Object.entries(variants)) {
      wanted.add(`${name}${extension}`);
      await place(join(assets, `${name}${extension}`), bytes);
    }
  }
  // The page comes last: whoever reads it finds what it names.
  await place(page, html);
  const kept = await readdir(assets);
  const stale = kept.filter((name) => !wanted.has(name) && !name.endsWith('.draft'));
  await Promise.all(stale.map((name) => rm(join(assets, name), { force: true })));
  return true;
}
