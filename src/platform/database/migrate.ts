import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

/** One at a time, whichever process comes first: `pg_advisory_lock` on this number. */
const MIGRATION_LOCK = 7_230_114;

/**
 * Applies the migrations of `prisma/migrations` that the database does not have, with Prisma's own
 * schema engine built as WebAssembly, so that nothing native is downloaded. The history is kept in
 * `_prisma_migrations`, as `prisma migrate deploy` keeps it.
 */
export async function migrate(url: string, prismaFolder: string): Promise<readonly string[]> {
  const lock = new pg.Client({ connectionString: url });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await applyMigrations(url, prismaFolder);
  } finally {
    await lock.end();
  }
}

async function applyMigrations(url: string, prismaFolder: string): Promise<readonly string[]> {
  const adapters: SqlDriverAdapter[] = [];
  const engine = await loadEngine(await readSchema(prismaFolder), scriptSafeAdapter(url, adapters));
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: await readMigrations(join(prismaFolder, 'migrations')),
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } finally {
    engine.free();
    // The engine leaves its connections open.
    await Promise.all(adapters.map((adapter) => adapter.dispose()));
  }
}

async function readMigrations(
  folder: string,
): Promise<Parameters<SchemaEngine['applyMigrations']>[0]['migrationsList']> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = await Promise.all(
    names.sort().map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok' as const,
          value: await readFile(join(folder, name, 'migration.sql'), 'utf8'),
        },
      },
    })),
  );
  const lockfilePath = 'migration_lock.toml';
  const lockfile = {
    path: lockfilePath,
    content: await readFile(join(folder, lockfilePath), 'utf8'),
  };
  return { baseDir: folder, lockfile, shadowDbInitScript: '', migrationDirectories };
}

/** Every file of the schema: path and text. */
async function readSchema(folder: string): Promise<[string, string][]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort();
  const read = async (name: string): Promise<[string, string]> => {
    const path = join(folder, name);
    return [path, await readFile(path, 'utf8')];
  };
  return Promise.all(names.map(read));
}

type Bindings = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');

let loaded: Promise<Bindings> | null = null;

/** Once a process: its bindings keep views of the memory of the first instance that they are given. */
function loadBindings(): Promise<Bindings> {
  loaded ??= instantiate();
  return loaded;
}

async function instantiate(): Promise<Bindings> {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  const wasm = await readFile(path.replace(/schema_engine\.js$/, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, {
    './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports,
  });
  const { exports } = instance;
  (bindings as unknown as { __wbg_set_wasm(value: unknown): void }).__wbg_set_wasm(exports);
  (exports as { __wbindgen_start(): void }).__wbindgen_start();
  return bindings;
}

async function loadEngine(datamodels: [string, string][], adapter: PrismaPg): Promise<SchemaEngine> {
  const bindings = await loadBindings();
  return bindings.SchemaEngine.new(
    { datamodels },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

/** The stock adapter cuts scripts at every semicolon; this one sends them whole. */
function scriptSafeAdapter(url: string, opened: SqlDriverAdapter[]): PrismaPg {
  const factory = new PrismaPg({ connectionString: url });
  const connect = factory.connect.bind(factory);
  factory.connect = async (): Promise<Awaited<ReturnType<typeof connect>>> => {
    const adapter = await connect();
    opened.push(adapter);
    adapter.executeScript = async (script: string): Promise<void> => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        await client.query(script);
      } finally {
        await client.end();
      }
    };
    return adapter;
  };
  return factory;
}
