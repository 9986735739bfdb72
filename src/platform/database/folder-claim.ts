import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, ownName, type ProcessName } from './process-name.js';

const CLAIM_FILE = 'claim.json';
const CLAIM = /^\{"pid":([1-9]\d*),"beganAt":(?:null|"(\d+)")\}$/;

/** A process that lives has the data folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';

  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(`process ${pid} is using ${folder}`);
  }
}

/**
 * Makes a data folder this process's own, before anything is made in it. What a process left that has
 * ended, however, counts for nothing, also when another has its number by now.
 *
 * @returns gives it back
 * @throws FolderInUseError
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, CLAIM_FILE);
  const own = `${path}.${process.pid}`;
  await writeFile(own, JSON.stringify(await ownName()), { mode: 0o600 });
  try {
    while (!(await isLinked(own, path))) {
      const holder = await holderOf(path);
      if (holder !== null && (await isAlive(holder))) throw new FolderInUseError(folder, holder.pid);
      await takeAway(path, holder);
    }
  } finally {
    await rm(own, { force: true });
  }
  return () => rm(path, { force: true });
}

/** A link is there with its content or not at all, and of several who make it one succeeds. */
async function isLinked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What nobody has any more; another’s claim that came in its place meanwhile goes back. */
async function takeAway(path: string, holder: ProcessName | null): Promise<void> {
  const aside = `${path}.${process.pid}.old`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (!isSame(await holderOf(aside), holder)) await isLinked(aside, path);
  await rm(aside, { force: true });
}

/** Null where there is none, or what is there says nobody. */
async function holderOf(path: string): Promise<ProcessName | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [, pid, beganAt = null] = CLAIM.exec(text) ?? [];
  return pid === undefined ? null : { pid: Number(pid), beganAt };
}

const isSame = (one: ProcessName | null, other: ProcessName | null): boolean =>
  one?.pid === other?.pid && one?.beganAt === other?.beganAt;
