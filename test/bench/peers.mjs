// Peers are no dependency of the product: the first bench that needs one installs them beside it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const peers = join(dirname(fileURLToPath(import.meta.url)), 'peers');
/** The folder's lock says which versions; nothing is built or downloaded by a package itself. */
const INSTALL = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];

/** Installs what a folder of peers names, unless it is there. */
export function installPeers(name, folder = '.') {
  const cwd = join(peers, folder);
  if (existsSync(join(cwd, 'node_modules', name))) return cwd;
  console.log('installing what to measure against …');
  execFileSync('npm', INSTALL, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  return cwd;
}

export async function importPeer(name, folder) {
  const cwd = installPeers(name, folder);
  return import(pathToFileURL(createRequire(join(cwd, 'package.json')).resolve(name)).href);
}
