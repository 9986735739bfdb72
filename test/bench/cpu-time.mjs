// CPU time of this process and everything it started: database, servers, loads, pgbench. A busy machine
// stretches the time that a slice takes, and what it gives each side depends on how many processes that side
// has; what the work costs it disturbs far less.
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICKS_PER_SECOND = 100;

function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        // The name is in brackets and may hold anything.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
        return [{ pid: Number(pid), parent: Number(fields[1]), ticks }];
      } catch {
        return [];
      }
    });
}

/** Seconds so far, of children that have ended too; null where there is no `/proc`. */
export function cpuSeconds() {
  if (process.platform !== 'linux') return null;
  const all = processes();
  const family = new Set([process.pid]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  const ticks = all.filter(({ pid }) => family.has(pid)).reduce((sum, one) => sum + one.ticks, 0);
  return ticks / TICKS_PER_SECOND;
}

/** What a slice measured, and how many of `count` of it a second of CPU time did. */
export async function withCpu(slice, count = ({ count }) => count) {
  const before = cpuSeconds();
  const result = await slice();
  if (before === null) return { ...result, perCpuSecond: null };
  return { ...result, perCpuSecond: Math.round(count(result) / (cpuSeconds() - before)) };
}
