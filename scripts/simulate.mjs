// `npm run simulate -- --seed N --steps M [--runs R]`: the seeded market with its auditor, R markets
// from seeds N, N + 1 … in some processes, with `--in-turn` in this one. `--replay FILE`: a history that
// such a run wrote down. The last line is one JSON object. Exit codes: 0 every promise was kept, 1 one was
// broken, 2 a flag is wrong.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import './typescript-loader.mjs';

const { simulate } = await import('../test/simulation/command-line.ts');

async function child(args) {
  const command = [...process.execArgv, fileURLToPath(import.meta.url), ...args];
  const running = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = [];
  createInterface(running.stdout).on('line', (line) => lines.push(line));
  await once(running, 'close');
  return lines;
}

process.exitCode = await simulate(process.argv.slice(2), {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  folder: join(process.env.DATA_DIR ?? '.headroom', 'simulation'),
  child,
});
