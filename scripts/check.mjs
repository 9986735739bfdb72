// `npm run check`: everything that can be known without running the product. All of it runs, also
// after a failure; the last line says how it went.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './checks/generated.mjs';

const bin = (path) => join(root, 'node_modules', path);
const CHECKS = [
  ['types', [bin('typescript/bin/tsc'), '-p', '.']],
  ['types of web', [bin('typescript/bin/tsc'), '-p', 'web']],
  ['lint', [bin('eslint/bin/eslint.js'), 'src', 'test', 'web']],
  ['imports', [bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'src', 'web', '--config', '.dependency-cruiser.cjs']],
  ['drift', ['scripts/checks/drift.mjs']],
  ['text', ['scripts/checks/text.mjs']],
];

const failed = [];
for (const [name, args] of CHECKS) {
  console.log(`\n== ${name}`);
  const [code] = await once(spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }), 'exit');
  if (code !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\ncheck: ok' : `\ncheck: ${failed.length} failed (${failed.join(', ')})`);
process.exit(failed.length === 0 ? 0 : 1);
