// `npm run simulate -- --seed N --steps M`: the seeded market with its auditor. The last line is one
// JSON object. Exit codes: 0 every promise was kept, 1 one was broken, 2 a flag is wrong.
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
await build();
await build({ from: 'test/simulation', to: 'dist-test/test/simulation' });
// The simulation imports ../../src, as the compiler sees it; what runs is what `dist` holds.
await mkdir(join(root, 'dist-test'), { recursive: true });
await symlink('../dist', join(root, 'dist-test/src'), 'junction').catch((error) => {
  if (error.code !== 'EEXIST') throw error;
});
process.setSourceMapsEnabled(true);
const { simulate } = await import('../dist-test/test/simulation/command-line.js');
const output = { out: (line) => console.log(line), err: (line) => console.error(line) };
process.exitCode = await simulate(process.argv.slice(2), output);
