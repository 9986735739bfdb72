// Compiles src/ to dist/ with SWC and bundles web/: `npm run build`, and what start, test and the
// commands call first. `build` also compiles another folder of sources to another place.
// Files that have not changed since they were compiled are left alone, so a second build is instant.
import { transformFile } from '@swc/core';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWeb } from './build-web.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isSource = (name) => name.endsWith('.ts') && !name.endsWith('.d.ts');
const isTest = (name) =>
  /\.(spec|property|contract|replay|simulation|e2e|architecture|browser|connected)\.ts$/.test(name);

async function filesIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}

async function compile(from, to) {
  const [old, current] = await Promise.all([stat(to).catch(() => null), stat(from)]);
  if (old !== null && old.mtimeMs >= current.mtimeMs) return 0;
  const { code, map } = await transformFile(from, { sourceMaps: true, cwd: root });
  await mkdir(dirname(to), { recursive: true });
  await writeFile(`${to}.map`, map);
  await writeFile(to, `${code}\n//# sourceMappingURL=${to.split('/').at(-1)}.map\n`);
  return 1;
}

/** @returns {Promise<{ files: number, compiled: number }>} */
export async function build({ from = 'src', to = 'dist' } = {}) {
  const [source, target] = [join(root, from), join(root, to)];
  const compiledName = (name) => name.replace(/\.ts$/, '.js');
  const names = (await filesIn(source)).filter((name) => isSource(name) && !isTest(name));
  const compiled = await Promise.all(
    names.map((name) => compile(join(source, name), join(target, compiledName(name)))),
  );
  const wanted = new Set(names.map(compiledName));
  const stale = (await filesIn(target)).filter((name) => !wanted.has(name.replace(/\.map$/, '')));
  await Promise.all(stale.map((name) => rm(join(target, name), { force: true })));
  return { files: names.length, compiled: compiled.reduce((sum, count) => sum + count, 0) };
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { files, compiled } = await build();
  console.log(`dist is up to date: ${compiled} of ${files} files compiled`);
  const isBundled = await buildWeb();
  console.log(`dist-web is up to date: ${isBundled ? 'bundled' : 'nothing was newer'}`);
}
