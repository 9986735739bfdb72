import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Flags } from './flags.js';

/** Runs the command once more, in a process of its own; answers with the lines it said. */
export type Child = (args: readonly string[]) => Promise<readonly string[]>;

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
 * One market after the other, each from the next seed, in as many processes as there are processors, each with its part of
 * them in turn: what a process has loaded and compiled takes as long as a run of 5,000 steps does after that. What they
 * counted is summed.
 */
export async function simulateMany(
  { seed, steps, runs }: Flags,
  { out, child }: { readonly out: (line: string) => void; readonly child: Child },
): Promise<Many> {
  const ended = new Map<number, string>();
  const size = Math.ceil(runs / availableParallelism());
  const firsts = Array.from({ length: Math.ceil(runs / size) }, (_, index) => index * size);
  const parts = firsts.map(async (first) => {
    const count = Math.min(size, runs - first);
    const lines = await child([`--seed=${seed + first}`, `--steps=${steps}`, `--runs=${count}`, '--in-turn']);
    lines.forEach((line) => out(line));
    for (const line of lines) if (line.startsWith('{"ok":true')) ended.set(readLast(line).seed, line);
  });
  await Promise.all(parts);
  const seeds = Array.from({ length: runs }, (_, index) => seed + index);
  // Also those that nothing was heard of: whoever ran them died.
  const failedSeeds = seeds.filter((one) => !ended.has(one));
  if (failedSeeds.length > 0) return { ok: false, failedSeeds };
  const totals: Totals = {};
  const hashes = seeds.map((one) => addUp(totals, readLast(ended.get(one) ?? '{}')));
  const stateHash = createHash('sha256').update(hashes.join('\n')).digest('hex');
  return { ok: true, stateHash, ...totals };
}

const readLast = (line: string): LastLine => JSON.parse(line) as LastLine;

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
