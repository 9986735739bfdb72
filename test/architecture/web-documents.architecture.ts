import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, parse, validate } from 'graphql';
import { checkDocument } from '../../src/api/graphql/document-limits.js';
import { FORMATS_OF } from '../../src/billing/model/export/export-request.js';
import { textOf } from '../../web/api/graphql.js';
import { DATASETS } from '../../web/billing/export.choices.js';

const folder = fileURLToPath(new URL('../../web', import.meta.url));
const schemaFile = fileURLToPath(new URL('../../schema.graphql', import.meta.url));

const schema = buildSchema(await readFile(schemaFile, 'utf8'));
const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.documents.ts'));
const modules = await Promise.all(names.map((name) => import(join(folder, name)) as Promise<Record<string, object>>));
const documents = modules.flatMap((module, index) =>
  Object.entries(module).map(([name, document]) => [`${names[index]} ${name}`, document] as const),
);

describe('what the web client sends', () => {
  it('is found', () => {
    expect(names.length).toBeGreaterThan(5);
    expect(documents.length).toBeGreaterThan(30);
  });

  it.each(documents)('%s is a document of this schema, within its limits', (_, document) => {
    const parsed = parse(textOf(document));
    const errors = validate(schema, parsed).filter(({ message }) => !/^Fragment "\w+" is never used/.test(message));
    expect(errors).toEqual([]);
    expect(checkDocument(parsed)).toEqual([]);
  });
});

describe('what the web client offers to export', () => {
  it('is what the exchange makes, and all of it', () => {
    const offered = DATASETS.map(({ value, formats }) => [value.toLowerCase(), formats.map((name) => name.toLowerCase())]);
    expect(Object.fromEntries(offered)).toEqual(FORMATS_OF);
  });
});
