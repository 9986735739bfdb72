import 'reflect-metadata';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { readSettings } from './platform/config/settings.js';
import { createApplication } from './runtime.js';

/** Nothing connects while modules are made, so any URL and any key will do. */
const UNUSED = {
  databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
  secretKey: Buffer.alloc(32).toString('base64url'),
};

/** The schema as text, types and fields in alphabetical order. */
export async function printApiSchema(): Promise<string> {
  const settings = readSettings({ SIMULATED_CLOCK: 'false', LOG_LEVEL: 'silent' });
  const application = await createApplication(settings, UNUSED);
  const { schema } = application.get(GraphQLSchemaHost);
  const text = printSchema(lexicographicSortSchema(schema));
  await application.close();
  return `${text}\n`;
}
