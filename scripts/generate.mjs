// `npm run generate`: makes again what is generated and committed: Prisma client, schema.graphql and
// its types for the web client.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatePrismaClient, printSchema, root, WEB_SCHEMA, webSchemaOf } from './checks/generated.mjs';

await generatePrismaClient();
const schema = await printSchema();
await writeFile(join(root, 'schema.graphql'), schema);
await writeFile(join(root, WEB_SCHEMA), webSchemaOf(schema));
console.log('the Prisma client, schema.graphql and its types are up to date');
