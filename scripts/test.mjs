// `npm test [-- path]`: builds, starts one PostgreSQL for the whole run, and runs Jest on the suites
// of SUITE (default: everything that needs nothing but Node). TEST_DATABASE_URL uses a server you run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { buildWeb } from './build-web.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
await Promise.all([build(), buildWeb()]);
const { startEmbeddedPostgres } = await import('../dist/platform/database/embedded-postgres.js');
const { migrate } = await import('../dist/platform/database/migrate.js');
const { migrateQueues, openQueuePool } = await import('../dist/platform/queue/queue-pool.js');
const { createDatabase, trustKernel } = await import('./test-database.mjs');

/** As the product leaves it when it has started once. */
async function makeTemplate(url) {
  await migrate(url, join(root, 'prisma'));
  const queues = openQueuePool(url);
  await migrateQueues(queues);
  await queues.end();
}

const folder = await mkdtemp(join(tmpdir(), 'headroom-test-'));
// As root the server runs under another account, which must be able to pass.
await chmod(folder, 0o711);
const given = process.env.TEST_DATABASE_URL;
const server = given === undefined ? await startEmbeddedPostgres(folder) : null;
const serverUrl = server?.url ?? given;
const template = `headroom_template_${process.pid}`;
let code = 1;
try {
  if (server !== null) await trustKernel(serverUrl);
  await makeTemplate(await createDatabase(serverUrl, template));
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  // A product that starts makes a lot that is thrown away at once, and each sweep of a small nursery keeps some of it.
  const flags = ['--import', './scripts/typescript/register.mjs', '--enable-source-maps', '--max-semi-space-size=64'];
  const child = spawn(process.execPath, [...flags, jest, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TEST_SERVER_URL: serverUrl, TEST_TEMPLATE: template },
  });
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  [code] = await once(child, 'exit');
} finally {
  if (server === null) await createDatabase(serverUrl, template, { dropOnly: true });
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(code ?? 1);
