import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyDefinition } from '../../src/eventstore/definition-registry.js';

const ROOT = join(import.meta.dirname, '../..');

/** What a stream's kind is defined by, and where: a file from the project's folder, and the name of its export. */
export interface Defined {
  readonly file: string;
  readonly name: string;
  readonly definition: AnyDefinition;
}

const isDefinition = (value: unknown): value is AnyDefinition => typeof value === 'object' && value !== null && 'snapshot' in value && 'decider' in value;

/** Of every kind of stream there is. */
export async function allDefinitions(): Promise<readonly Defined[]> {
  const names = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.definition.ts'));
  const found = names.sort().map(async (name) => {
    const file = join(ROOT, 'src', name);
    const exports = Object.entries((await import(pathToFileURL(file).href)) as Record<string, unknown>);
    return exports.flatMap(([key, definition]) => (isDefinition(definition) ? [{ file: relative(ROOT, file), name: key, definition }] : []));
  });
  return (await Promise.all(found)).flat();
}
