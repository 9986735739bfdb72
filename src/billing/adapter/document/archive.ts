import { zipSync } from 'fflate';

/** The first day that a zip can name: the time of making would make every archive another file. */
const NO_TIME = new Date(1980, 0, 1);

/** Files by name; the same files give the same bytes. */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  return zipSync(Object.fromEntries(entries), { mtime: NO_TIME, level: 6 });
}
