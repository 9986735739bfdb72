// `npm run generate`: makes again what is generated and committed: schema.graphql, Prisma client.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatePrismaClient, printSchema, root } from './checks/generated.mjs';

await generatePrismaClient();
await writeFile(join(root, 'schema.graphql'), await printSchema());
console.log('schema.graphql and the Prisma client are up to date');
