import { HOUR_MS } from '../../src/kernel/time.js';
import type { UsageHour } from '../metering/metering.documents.js';
import type { Segment } from '../ui/segment.js';

const SECONDS = HOUR_MS / 1_000;

/** What was used in an hour as a rate, to be drawn beside what was held: at most that, as the rest is overage. */
export function rateOf({ hour, weightedTokens, entitledTokens }: UsageHour): Segment {
  const within = Math.min(Number(weightedTokens), Number(entitledTokens));
  const end = new Date(Date.parse(hour) + HOUR_MS).toISOString();
  return { quantity: String(Math.round(within / SECONDS)), window: { start: hour, end } };
}

/** Basis points of what was held that were used; null where nothing was held. */
export function shareOf({ weightedTokens, entitledTokens }: Pick<UsageHour, 'weightedTokens' | 'entitledTokens'>): number | null {
  const held = Number(entitledTokens);
  return held === 0 ? null : Math.round((Number(weightedTokens) / held) * 10_000);
}

export interface UseInAll {
  readonly hours: number;
  /** Of all that was held in these hours, overage not counted. */
  readonly share: number | null;
  readonly overageAmount: bigint;
}

export function useInAll(hours: readonly UsageHour[]): UseInAll {
  const within = hours.reduce((sum, { weightedTokens, entitledTokens }) => sum + Math.min(Number(weightedTokens), Number(entitledTokens)), 0);
  const held = hours.reduce((sum, { entitledTokens }) => sum + Number(entitledTokens), 0);
  return {
    hours: hours.length,
    share: shareOf({ weightedTokens: String(within), entitledTokens: String(held) }),
    overageAmount: hours.reduce((sum, { overageAmount }) => sum + BigInt(overageAmount), 0n),
  };
}
