import { divide } from '../../kernel/money.js';
import { isInstant, MINUTE_MS, plus, type Duration, type Instant } from '../../kernel/time.js';

/** What reached bids that had waited for it, in tokens/s, over a length of time. */
export interface SupplyRate {
  readonly quantity: bigint;
  readonly over: Duration;
  /** How many times something came. */
  readonly fills: number;
  /** Fills that were looked at to find these: of bids that waited for nothing as well. */
  readonly lookedAt: number;
}

/**
 * A rate that was seen over so long is as good a moment later: by a hundredth of that, and a minute at
 * most. Looking at many fills takes some microseconds for each, so it is good for a millisecond for each
 * as well: however fast a young market trades, looking costs it less than a hundredth of the time. Where
 * nothing has come there is nothing to sum up, and the first that comes is to be told at once.
 */
export function isStillGood({ over, fills, lookedAt }: SupplyRate, age: number): boolean {
  return fills > 0 && age > 0 && age < Math.min(Math.max(over / 100, lookedAt), MINUTE_MS);
}

/** What must come before a bid is filled: those before it are served first. */
export interface Wait {
  readonly quantityAhead: bigint;
  readonly wanted: bigint;
}

/**
 * When a bid is filled if capacity goes on coming as it did; null where none has come to anybody who
 * waited, because then there is nothing to tell it from, or where it would be after year 9999.
 */
export function fillsAt(
  { quantityAhead, wanted }: Wait,
  { quantity, over }: SupplyRate,
  now: Instant,
): Instant | null {
  if (quantity <= 0n || over <= 0) return null;
  const { quotient, remainder } = divide((quantityAhead + wanted) * BigInt(over), quantity);
  const at = plus(now, Number(remainder === 0n ? quotient : quotient + 1n));
  return isInstant(at) ? at : null;
}

/** What was said of a bid that has ended, and what became of it. */
export interface PastEstimate {
  readonly fillsAt: Instant;
  readonly endedAt: Instant;
  readonly isFilled: boolean;
}

/** How good past estimates were. */
export interface TrackRecord {
  /** Estimates that time has judged: the bid was filled, or was still waiting when it should have been. */
  readonly judged: number;
  /** Of these, filled by the time that was said. */
  readonly inTime: number;
  /** Between what was said and when it was, of those that were filled; null when none was. */
  readonly medianError: Duration | null;
}

/** Bids that ended unfilled before they were due say nothing of the estimate. */
export function trackRecordOf(past: readonly PastEstimate[]): TrackRecord {
  const judged = past.filter(({ isFilled, endedAt, fillsAt }) => isFilled || endedAt >= fillsAt);
  const filled = judged.filter(({ isFilled }) => isFilled);
  const errors = filled.map(({ endedAt, fillsAt }) => Math.abs(endedAt - fillsAt));
  return {
    judged: judged.length,
    inTime: filled.filter(({ endedAt, fillsAt }) => endedAt <= fillsAt).length,
    medianError: lowerMedian(errors),
  };
}

/** Of an even number the smaller of the middle ones: a duration that was really seen. */
function lowerMedian(durations: readonly number[]): Duration | null {
  const sorted = [...durations].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] ?? null) as Duration | null;
}
