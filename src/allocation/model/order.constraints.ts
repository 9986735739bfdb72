import type { PoolAttributes } from '../../providers/contract.js';
import { EVIDENCE_LEVELS, type EvidenceLevel, type OrderConstraints } from './order.state.js';

/** What is asked of what a pool promises; orders and plans ask alike. */
export type PoolConstraints = Pick<
  OrderConstraints,
  'platforms' | 'regions' | 'residency' | 'ttftP95Max' | 'streamTokensPerSecondMin'
>;

type Check = (constraints: PoolConstraints, attributes: PoolAttributes) => boolean;

export const POOL_CHECKS: Readonly<Record<keyof PoolConstraints, Check>> = {
  platforms: ({ platforms }, { platform }) => isAmong(platforms, platform),
  regions: ({ regions }, { region }) => isAmong(regions, region),
  residency: (wanted, promised) => staysIn(wanted.residency, promised.residency),
  ttftP95Max: ({ ttftP95Max }, { serviceLevel }) =>
    ttftP95Max === null || serviceLevel.ttftP95 <= ttftP95Max,
  streamTokensPerSecondMin: ({ streamTokensPerSecondMin }, { serviceLevel }) =>
    serviceLevel.streamTokensPerSecondMin >= (streamTokensPerSecondMin ?? 0),
};
const CHECKS = Object.values(POOL_CHECKS);

/** Whether as much is known of a pool as a buyer insists on. */
export function isEvidenced(
  { evidenceMin }: Pick<OrderConstraints, 'evidenceMin'>,
  level: EvidenceLevel,
): boolean {
  return EVIDENCE_LEVELS.indexOf(level) >= EVIDENCE_LEVELS.indexOf(evidenceMin);
}

/** Whether what a pool promises, and what is known of it, is all that a buyer insists on. */
export function meets(
  constraints: OrderConstraints,
  attributes: PoolAttributes,
  level: EvidenceLevel,
): boolean {
  return isEvidenced(constraints, level) && promises(constraints, attributes);
}

/** The same, however well it is known. */
export const promises = (constraints: PoolConstraints, attributes: PoolAttributes): boolean =>
  CHECKS.every((check) => check(constraints, attributes));

function isAmong(wanted: readonly string[], given: string): boolean {
  return wanted.length === 0 || wanted.includes(given);
}

/** A pool that promises no country may send prompts anywhere. */
function staysIn(wanted: readonly string[], promised: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return promised.length > 0 && promised.every((country) => wanted.includes(country));
}
