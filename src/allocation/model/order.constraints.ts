import type { PoolAttributes } from '../../providers/contract.js';
import { EVIDENCE_LEVELS, type EvidenceLevel, type OrderConstraints } from './order.state.js';

/** Providers declare what they promise; a pool is shown to be better by measuring it. */
const EVIDENCE_OF_POOLS: EvidenceLevel = 'L1';

/** Whether what a pool promises is all that a buyer insists on. */
export function meets(constraints: OrderConstraints, attributes: PoolAttributes): boolean {
  const { platforms, regions, residency, evidenceMin } = constraints;
  const { serviceLevel } = attributes;
  const { ttftP95Max, streamTokensPerSecondMin } = constraints;
  return (
    isAmong(platforms, attributes.platform) &&
    isAmong(regions, attributes.region) &&
    staysIn(residency, attributes.residency) &&
    (ttftP95Max === null || serviceLevel.ttftP95 <= ttftP95Max) &&
    serviceLevel.streamTokensPerSecondMin >= (streamTokensPerSecondMin ?? 0) &&
    EVIDENCE_LEVELS.indexOf(evidenceMin) <= EVIDENCE_LEVELS.indexOf(EVIDENCE_OF_POOLS)
  );
}

const isAmong = (wanted: readonly string[], given: string): boolean =>
  wanted.length === 0 || wanted.includes(given);

/** A pool that promises no country may send prompts anywhere. */
function staysIn(wanted: readonly string[], promised: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return promised.length > 0 && promised.every((country) => wanted.includes(country));
}
