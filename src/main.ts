import 'reflect-metadata';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { config as readDotenv } from 'dotenv';
import { startProduct, type Product } from './product.js';
import { readSettings, SettingsError } from './platform/config/settings.js';
import { StartError } from './runtime.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Starts the product and ends with it. Exit codes: 0 stopped, 1 could not start. */
async function main(): Promise<void> {
  readDotenv({ quiet: true });
  const settings = readSettings(process.env);
  const starting = startProduct(settings, { prismaFolder: join(ROOT, 'prisma') });
  let isStopping = false;
  const stop = (): void => {
    // Asked twice: whoever waits wants it now. What was acknowledged is committed already.
    if (isStopping) process.exit(1);
    isStopping = true;
    void starting
      .then((product: Product) => product.stop())
      .then(() => process.exit(0))
      .catch(fail);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const product = await starting;
  console.log(product.banner);
}

/** A person's mistake is one line; a bug has its stack. */
function fail(error: unknown): void {
  const isTold = error instanceof SettingsError || error instanceof StartError;
  console.error(isTold ? `\nHeadroom did not start: ${error.message}\n` : error);
  process.exit(1);
}

main().catch(fail);
