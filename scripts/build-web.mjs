// Builds web/ into dist-web/ with Vite, when a source is newer than the page made of it. Files
// carry their hash in their name and are kept compressed beside themselves: the server only sends.
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'web');
const target = join(root, 'dist-web');
const assets = join(target, 'assets');
const page = join(target, 'index.html');
/** Compressed already. */
const IS_PACKED = /\.woff2$/;

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

/** Nothing is written: what there is stays whole until all of the new is there. */
async function bundle() {
  const [{ build }, { default: config }] = await Promise.all([
    import('vite'),
    import('../web/vite.config.mjs'),
  ]);
  const { output } = await build({ ...config, build: { ...config.build, write: false } });
  return output.map((file) => ({ name: file.fileName, contents: file.code ?? file.source }));
}

/** All or nothing: a server that starts meanwhile never reads half a file. */
async function place(path, content) {
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, content);
  await rename(draft, path);
}

async function packed({ name, contents }) {
  const bytes = Buffer.from(contents);
  if (IS_PACKED.test(name)) return { [name]: bytes };
  const [gz, br] = await Promise.all([promisify(gzip)(bytes), promisify(brotliCompress)(bytes)]);
  return { [name]: bytes, [`${name}.gz`]: gz, [`${name}.br`]: br };
}

/** @returns {Promise<boolean>} whether anything had to be done */
export async function buildWeb() {
  if (await isUpToDate()) return false;
  const files = await bundle();
  const html = files.find(({ name }) => name === 'index.html').contents;
  const named = files.filter(({ name }) => name.startsWith('assets/'));
  const variants = Object.assign({}, ...(await Promise.all(named.map(packed))));

  await mkdir(assets, { recursive: true });
  for (const [name, bytes] of Object.entries(variants)) await place(join(target, name), bytes);
  // The page comes last: whoever reads it finds what it names.
  await place(page, html);
  const kept = await readdir(assets);
  const stale = kept.filter((name) => !(`assets/${name}` in variants) && !name.endsWith('.draft'));
  await Promise.all(stale.map((name) => rm(join(assets, name), { force: true })));
  return true;
}
