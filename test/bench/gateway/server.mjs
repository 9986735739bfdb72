// The product in a role, with endpoints on this machine allowed; says its port on standard output. A message
// asks for its CPU time, its memory after a collection (`--expose-gc`), or to move the clock.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { databaseUrl, secretKey, folder, role } = JSON.parse(process.argv[2]);
const { readSettings } = await import('../../../dist/platform/config/settings.js');
const { startProduct } = await import('../../../dist/product.js');
const { CLOCK } = await import('../../../dist/platform/platform.module.js');
const settings = readSettings({
  ...{ DATA_DIR: folder, LOG_LEVEL: 'error', PORT: '0', SIMULATED_CLOCK: 'true', ROLE: role },
  ...{ DATABASE_URL: databaseUrl, SECRET_KEY: secretKey, LOCAL_ENDPOINTS: 'true', SIMULATED_UPSTREAM: 'false' },
});
const prismaFolder = join(fileURLToPath(import.meta.url), '../../../../prisma');
const product = await startProduct(settings, { prismaFolder });
console.log(JSON.stringify({ port: Number(new URL(product.url).port) }));

function memory() {
  for (let times = 0; times < 3; times += 1) globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heldBytes: heapUsed + external, rss };
}

process.on('message', async (message) => {
  if (message.kind === 'memory') process.send(memory());
  else if (message.kind === 'advance') process.send({ now: await product.application.get(CLOCK).advanceTo(message.to) });
  else process.send(process.cpuUsage());
});
process.on('disconnect', () => process.exit(1));
// With `--cpu-prof` the profile is written when the process ends by itself.
process.on('SIGTERM', () => process.exit(0));
