import { readFile } from 'node:fs/promises';

/** One process among all that ever had its number. */
export interface ProcessName {
  readonly pid: number;
  /** When it began, in ticks since the machine did; null where that is not told. */
  readonly beganAt: string | null;
}

export async function ownName(): Promise<ProcessName> {
  return { pid: process.pid, beganAt: await beganAt(process.pid) };
}

/** By its number alone one of an old file may by now be anybody’s; our own number is not somebody else’s. */
export async function isAlive({ pid, beganAt: began }: ProcessName): Promise<boolean> {
  if (!hasNumber(pid)) return false;
  return began === null ? pid !== process.pid : began === (await beganAt(pid));
}

/** Whether there is a process of that number. */
export function hasNumber(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The 22nd field that Linux tells of a process; its name, the second, is in brackets and may hold anything. */
async function beganAt(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
