import type { PoolEvidence } from './providers.documents.js';

export const LEVELS = {
  L1: 'declared by the provider',
  L2: 'tested against the contract',
  L3: 'measured at our gateway',
  L4: 'attested by the hardware',
} as const;

export type Level = keyof typeof LEVELS;

/** What is known of a pool that nobody measured is what its provider says. */
export function levelOf(evidence: PoolEvidence | null | undefined): Level {
  const level = evidence?.level;
  return level === 'L2' || level === 'L3' || level === 'L4' ? level : 'L1';
}
