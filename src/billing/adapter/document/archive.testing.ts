import { strFromU8, unzipSync } from 'fflate';

/** The files in an archive, as text, in its order. */
export function unzipped(written: readonly Uint8Array[]): Readonly<Record<string, string>> {
  const files = Object.entries(unzipSync(Buffer.concat(written)));
  return Object.fromEntries(files.map(([name, content]) => [name, strFromU8(content)]));
}
