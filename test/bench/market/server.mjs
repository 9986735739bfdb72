// The product as it is started, all roles, with one trivial mutation more; says its port on standard output.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addEcho } from '../echo.mjs';

const { databaseUrl, secretKey, folder, clock = 'real' } = JSON.parse(process.argv[2]);
await addEcho();
const { readSettings } = await import('../../../dist/platform/config/settings.js');
const { startProduct } = await import('../../../dist/product.js');
const settings = readSettings({
  ...{ DATA_DIR: folder, LOG_LEVEL: 'error', PORT: '0', SIMULATED_CLOCK: String(clock === 'simulated') },
  ...{ DATABASE_URL: databaseUrl, SECRET_KEY: secretKey },
});
const prismaFolder = join(fileURLToPath(import.meta.url), '../../../../prisma');
const product = await startProduct(settings, { prismaFolder });
console.log(JSON.stringify({ port: Number(new URL(product.url).port) }));
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => process.exit(0));
