// Generated files must be what the code generates. Restores what was there, so a check changes nothing.
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { generatePrismaClient, printSchema, root, WEB_SCHEMA, webSchemaOf } from './generated.mjs';

const CLIENT = 'src/platform/prisma/generated';

async function filesIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}

async function differences(before, after) {
  const names = new Set([...(await filesIn(before)), ...(await filesIn(after))]);
  const compared = [...names].map(async (name) => {
    const texts = [before, after].map((folder) => readFile(join(folder, name), 'utf8').catch(() => null));
    const [old, current] = await Promise.all(texts);
    return old === current ? [] : [name];
  });
  return (await Promise.all(compared)).flat();
}

async function clientDrift() {
  const committed = join(root, CLIENT);
  const kept = await mkdtemp(join(tmpdir(), 'headroom-client-'));
  try {
    await cp(committed, kept, { recursive: true });
    await generatePrismaClient();
    const changed = await differences(kept, committed);
    await rm(committed, { recursive: true });
    await cp(kept, committed, { recursive: true });
    return changed.map((name) => `${CLIENT}/${name}`);
  } finally {
    await rm(kept, { recursive: true, force: true });
  }
}

async function schemaDrift() {
  const schema = await printSchema();
  const wanted = { 'schema.graphql': schema, [WEB_SCHEMA]: webSchemaOf(schema) };
  const compared = Object.entries(wanted).map(async ([name, text]) => {
    const committed = await readFile(join(root, name), 'utf8').catch(() => '');
    return committed === text ? [] : [name];
  });
  return (await Promise.all(compared)).flat();
}

const drifted = [...(await clientDrift()), ...(await schemaDrift())];
for (const name of drifted) console.error(`${name} is not what the code generates: npm run generate`);
process.exit(drifted.length === 0 ? 0 : 1);
