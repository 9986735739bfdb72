import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildSchema, parse, validate } from 'graphql';
import { checkDocument } from '../../src/api/graphql/document-limits.js';
import * as allocation from '../../web/allocation/allocation.documents.js';
import { textOf } from '../../web/api/graphql.js';
import * as billing from '../../web/billing/billing.documents.js';
import * as identity from '../../web/identity/identity.documents.js';
import * as clock from '../../web/platform/clock.documents.js';
import * as providers from '../../web/providers/providers.documents.js';

const schemaFile = fileURLToPath(new URL('../../schema.graphql', import.meta.url));
const documents = Object.entries({ ...allocation, ...billing, ...identity, ...clock, ...providers });

describe('what the web client sends', () => {
  it.each(documents)('%s is a document of this schema, within its limits', async (_, document) => {
    const schema = buildSchema(await readFile(schemaFile, 'utf8'));
    const parsed = parse(textOf(document));
    expect(validate(schema, parsed)).toEqual([]);
    expect(checkDocument(parsed)).toEqual([]);
  });
});
