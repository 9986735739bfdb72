import { readFile } from 'node:fs/promises';

/** A page as the router lists it. */
export interface Room {
  readonly path: string;
  readonly title: string;
  readonly access: string;
}

const LISTED = /path: '([^']+)', title: '([^']+)', access: '(\w+)'/g;

/** Every page there is, from the router's own list: a new one is looked at without being named here. */
export async function roomsOf(): Promise<readonly Room[]> {
  const source = await readFile(new URL('../../web/routes.tsx', import.meta.url), 'utf8');
  const rooms = [...source.matchAll(LISTED)].map(([, path = '', title = '', access = '']) => ({ path, title, access }));
  const loaded = source.match(/^ {4}load: /gm)?.length;
  if (rooms.length !== loaded) throw new Error(`${loaded} pages are listed, of which ${rooms.length} could be read`);
  return rooms;
}

/** Of its pictures: `finance-invoices-monthOrNumber`. */
export const nameOf = (path: string): string => path.replace(/^\/(app\/)?/, '').replace(/[/:]+/g, '-') || 'market';
