import type { PoolState } from '../../src/allocation/model/market.state.js';
import type { PoolFacts } from '../../src/allocation/model/market.terms.js';
import type { OrderConstraints } from '../../src/allocation/model/order.state.js';

/** Whether a pool promises all that a bid insists on, one after the other. */
export function promisesAll(
  { platforms, regions, residency, ttftP95Max, streamTokensPerSecondMin }: OrderConstraints,
  promised: PoolFacts['attributes'],
): boolean {
  if (platforms.length > 0 && !platforms.includes(promised.platform)) return false;
  if (regions.length > 0 && !regions.includes(promised.region)) return false;
  if (residency.length > 0) {
    // Who promises no country may send prompts anywhere.
    if (promised.residency.length === 0) return false;
    if (promised.residency.some((country) => !residency.includes(country))) return false;
  }
  const { ttftP95, streamTokensPerSecondMin: speed } = promised.serviceLevel;
  if (ttftP95Max !== null && ttftP95 > ttftP95Max) return false;
  return streamTokensPerSecondMin === null || speed >= streamTokensPerSecondMin;
}

/** L1 is below L2, and so on. */
export const isShownAsWanted = ({ evidenceMin }: OrderConstraints, { level }: PoolState['evidence']): boolean =>
  level >= evidenceMin;
