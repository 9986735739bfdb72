import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/**
 * V8 divides a collection of young objects among threads by the machine's cores, also where the process may use
 * one of them only (`taskset`, a cpuset of a container). They take turns there, and everything waits for the last:
 * a pause is two to three times as long as one thread would take.
 */
export const collectorFlags = (cores: number): readonly string[] => (cores === 1 ? ['--no-parallel-scavenge'] : []);

/** As it suits the cores that this process may use. */
export function fitCollector(): void {
  for (const flag of collectorFlags(availableParallelism())) setFlagsFromString(flag);
}
