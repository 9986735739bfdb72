import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Flags } from './flags.js';

export interface ChildOutcome {
  readonly code: number | null;
  readonly lines: readonly string[];
}

export type Child = (args: readonly string[]) => Promise<ChildOutcome>;

interface Totals {
  [name: string]: number | Totals;
}
type LastLine = Totals & { readonly ok: boolean; readonly seed: number; readonly stateHash: string };

interface Many {
  readonly ok: boolean;
  readonly [name: string]: unknown;
}

/** Not summed: they say what was run. */
const SETTINGS = ['ok', 'seed', 'steps', 'stateHash'];

/**
 * One market after the other, each from the next seed and in a process of its own, as many at a time
 * as there are processors. What they counted is summed.
 */
export async function simulateMany(
  { seed, steps, runs }: Flags,
  { out, child }: { readonly out: (line: string) => void; readonly child: Child },
): Promise<Many> {
  const last = new Array<string>(runs).fill('{}');
  const failed: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < runs) {
      const index = next;
      next += 1;
      const own = seed + index;
      const { code, lines } = await child([`--seed=${own}`, `--steps=${steps}`]);
      lines.forEach((line) => out(line));
      if (code === 0) last[index] = lines.at(-1) ?? '{}';
      else failed.push(own);
    }
  };
  await Promise.all(Array.from({ length: Math.min(runs, availableParallelism()) }, work));
  if (failed.length > 0) return { ok: false, failedSeeds: failed.sort((a, b) => a - b) };
  const totals: Totals = {};
  const hashes = last.map((line) => addUp(totals, JSON.parse(line) as LastLine));
  const stateHash = createHash('sha256').update(hashes.join('\n')).digest('hex');
  return { ok: true, stateHash, ...totals };
}

function addUp(totals: Totals, line: LastLine): string {
  const counted = Object.entries(line).filter(([name]) => !SETTINGS.includes(name));
  addTo(totals, Object.fromEntries(counted));
  return line.stateHash;
}

function addTo(totals: Totals, more: Totals): void {
  for (const [name, value] of Object.entries(more)) {
    const before = totals[name];
    if (typeof value === 'number') totals[name] = (typeof before === 'number' ? before : 0) + value;
    else {
      const inner = typeof before === 'object' ? before : {};
      addTo(inner, value);
      totals[name] = inner;
    }
  }
}
