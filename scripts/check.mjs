// `npm run check`: everything that can be known without running the product. All of it runs, also
// after a failure, two checks at a time; the last line says how it went.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './checks/generated.mjs';

const bin = (path) => join(root, 'node_modules', path);
const CHECKS = [
  // TypeScript's own diagnostics and the rules that ask it, by the compiler in Go that oxlint brings.
  ['types', [bin('oxlint/bin/oxlint'), '--type-aware', '--type-check', 'src', 'test', 'web', 'prisma.config.ts']],
  ['lint', [bin('eslint/bin/eslint.js'), 'src', 'test', 'web']],
  ['imports', [bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'src', 'web', '--config', '.dependency-cruiser.cjs']],
  ['drift', ['scripts/checks/drift.mjs']],
  ['text', ['scripts/checks/text.mjs']],
];

/** Runs one and prints what it said in one piece. */
async function run([name, args]) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const output of [child.stdout, child.stderr]) output.on('data', (data) => said.push(data));
  const [code] = await once(child, 'close');
  console.log(`\n== ${name}`);
  process.stdout.write(Buffer.concat(said));
  return code === 0 ? [] : [name];
}

// The longest first, two at a time.
const waiting = [...CHECKS];
const failed = [];
const work = async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) failed.push(...(await run(next)));
};
await Promise.all([work(), work()]);
console.log(failed.length === 0 ? '\ncheck: ok' : `\ncheck: ${failed.length} failed (${failed.join(', ')})`);
process.exit(failed.length === 0 ? 0 : 1);
