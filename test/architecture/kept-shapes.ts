import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shape } from './state-shapes.js';

// What snapshots of each kind of stream look like, written down beside their version.

/** A version of a state's shape, line by line: `orders.*.limitPrice: bigint`. */
export interface KeptShape {
  readonly version: number;
  readonly lines: readonly string[];
}

const pathOf = (category: string): string => join(import.meta.dirname, 'snapshot-shapes', `${category}.txt`);
export const RENEW = 'SNAPSHOT_SHAPES=renew npm test -- snapshot-shapes';

export function linesOf(shape: Shape): readonly string[] {
  return [...shape].map(([path, kinds]) => `${path}: ${[...kinds].sort().join(' | ')}`).sort();
}

export function readShape(category: string): KeptShape | null {
  try {
    const [first = '', ...lines] = readFileSync(pathOf(category), 'utf8').trimEnd().split('\n');
    return { version: Number(first.replace('version ', '')), lines };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export function writeShape(category: string, { version, lines }: KeptShape): void {
  writeFileSync(pathOf(category), `version ${version}\n${lines.join('\n')}\n`);
}

/** What to do about it, or null when what is kept is what is. A version names one shape for ever: what is kept is renewed for another version only. */
export function complaint(category: string, kept: KeptShape | null, now: KeptShape): string | null {
  if (kept === null) return `snapshots of ${category} are not written down: ${RENEW}`;
  const gone = kept.lines.filter((line) => !now.lines.includes(line)).map((line) => `- ${line}`);
  const come = now.lines.filter((line) => !kept.lines.includes(line)).map((line) => `+ ${line}`);
  const isSame = gone.length + come.length === 0;
  if (kept.version === now.version) {
    if (isSame) return null;
    const why = `the state of ${category} has another shape than snapshots of version ${kept.version} have, which would be read as if they had it`;
    return [why, ...gone, ...come, `raise the schemaVersion of its snapshot above ${kept.version}, then ${RENEW}`].join('\n');
  }
  const renew = `snapshots of ${category} are of version ${now.version}, and version ${kept.version} is written down: `;
  return now.version < kept.version ? `${renew}a version is not taken back` : [`${renew}${RENEW}`, ...gone, ...come].join('\n');
}

/** Whether what is may take the place of what is kept. */
export const mayRenew = (kept: KeptShape | null, now: KeptShape): boolean => kept === null || now.version > kept.version;

/** What is written in a snapshot and not in its shape: types tell of what codecs write, and this is what they wrote. */
export function strangers(lines: readonly string[], text: string): readonly string[] {
  const known = new Set<string>();
  for (const line of lines) {
    const [path = '', kinds = ''] = line.split(': ');
    for (const kind of kinds.split(' | ')) known.add(`${path.replace(/\([^)]*\)/g, '')}: ${kind}`);
  }
  const found = new Set(placesIn(JSON.parse(text), ''));
  return [...found].filter((place) => !known.has(place) && !known.has(place.replace(/: ".*$/s, ': string')));
}

function placesIn(value: unknown, path: string): readonly string[] {
  if (typeof value === 'string') return [`${path}: ${JSON.stringify(value)}`];
  if (typeof value !== 'object') return [`${path}: ${typeof value}`];
  if (value === null) return [`${path}: null`];
  if (Array.isArray(value)) return value.flatMap((one) => placesIn(one, `${path}[]`));
  const { bigint, map } = value as { readonly bigint?: unknown; readonly map?: unknown };
  if (typeof bigint === 'string') return [`${path}: bigint`];
  if (Array.isArray(map)) return map.flatMap(([key, one]) => [...placesIn(key, `${path}.key`), ...placesIn(one, `${path}.*`)]);
  return Object.entries(value).flatMap(([name, member]) => placesIn(member, path === '' ? name : `${path}.${name}`));
}
