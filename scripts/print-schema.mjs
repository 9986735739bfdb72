// Prints the GraphQL schema that the code makes: the source of schema.graphql.
import { build } from './build.mjs';

await build();
const { printApiSchema } = await import('../dist/print-schema.js');
process.stdout.write(await printApiSchema());
