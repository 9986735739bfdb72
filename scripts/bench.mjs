// `npm run bench -- NAME [--seconds N] [--rounds N] [--minutes N] [--only PART,PART]`: ratios measured side by side in
// one run, on an embedded PostgreSQL of its own. The last line is one JSON object.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { buildWeb } from './build-web.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '60' },
    only: { type: 'string' },
  },
});
const [name = ''] = positionals;
const file = join(root, 'test/bench', `${name}.bench.mjs`);
if (!/^[a-z]+$/.test(name) || !existsSync(file)) {
  const benches = readdirSync(join(root, 'test/bench')).filter((one) => one.endsWith('.bench.mjs'));
  const names = benches.map((one) => one.replace('.bench.mjs', '')).join(' or ');
  console.error(`npm run bench -- NAME: expected ${names}, not ${JSON.stringify(name)}`);
  process.exit(2);
}
await Promise.all([build(), buildWeb()]);
const { startEmbeddedPostgres } = await import('../dist/platform/database/embedded-postgres.js');
const { migrate } = await import('../dist/platform/database/migrate.js');
const folder = await mkdtemp(join(tmpdir(), 'headroom-bench-'));
await chmod(folder, 0o711);
// By TCP, as a server of one's own: the product and what it is compared with alike.
const server = await startEmbeddedPostgres(folder, { isOverTcp: true });
try {
  await migrate(server.url, join(root, 'prisma'));
  const { run } = await import(file);
  const [seconds, rounds, minutes] = [values.seconds, values.rounds, values.minutes].map(Number);
  const result = await run({ url: server.url, folder, seconds, rounds, minutes, only: values.only });
  console.log(JSON.stringify({ bench: name, ...result }));
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
