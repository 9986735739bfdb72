// How generated files are made; the drift check compares, `npm run generate` writes.
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Runs Node and answers with what it printed; throws with its errors when it fails. */
async function runNode(args, environment = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (text.err += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} failed:\n${text.out}${text.err}`);
  return text.out;
}

/** Prisma asks for a native schema engine it does not use here: any existing file will do. */
export async function generatePrismaClient() {
  const cli = join(root, 'node_modules/prisma/build/index.js');
  await runNode([cli, 'generate'], { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath });
}

export async function printSchema() {
  return runNode([join(root, 'scripts/print-schema.mjs')]);
}

export const WEB_SCHEMA = 'web/api/schema.types.d.ts';

/** The schema as types, from which the web client's documents get theirs. */
export function webSchemaOf(schema) {
  const introspection = introspectionFromSchema(buildSchema(schema), { descriptions: false });
  return outputIntrospectionFile(minifyIntrospection(introspection), {
    fileType: '.d.ts',
    shouldPreprocess: true,
  });
}
