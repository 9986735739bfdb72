// Peers are no dependency of the product: the first bench that needs one installs them beside it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'peers');

export async function importPeer(name) {
  if (!existsSync(join(folder, 'node_modules', name))) {
    console.log('installing what to measure against …');
    execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);
}
