import { divide } from '../../kernel/money.js';
import { isInstant, MINUTE_MS, plus, type Duration, type Instant } from '../../kernel/time.js';

/** What came that a bid could have taken, over a length of time. */
export interface SupplyRate {
  /** Tokens/s x ms within the bid's window. */
  readonly tokenMs: bigint;
  /** How long the bid's window is. */
  readonly throughout: Duration;
  readonly over: Duration;
  /** Fills that were looked at to find it: those that were out of its reach, or that nobody had waited for, as well. */
  readonly lookedAt: number;
}

/** Tokens/s on average over the bid's window; what is less than one is none. */
export const suppliedOf = ({ tokenMs, throughout }: SupplyRate): bigint =>
  divide(tokenMs, BigInt(throughout)).quotient;

/** A look at so many fills costs no more than to write down what it tells. */
const CHEAP_LOOK = 100;

/**
 * How long no bid of a market is noted after a look at so many fills. Each takes some microseconds, and is
 * paid for with a millisecond, so that however fast a market trades, looking costs it less than a hundredth
 * of the time. A minute at most: a week of many fills is looked at now and then.
 */
export function restAfter(lookedAt: number): Duration {
  return (lookedAt <= CHEAP_LOOK ? 0 : Math.min(lookedAt, MINUTE_MS)) as Duration;
}

/** What must come before a bid is filled: those before it are served first. */
export interface Wait {
  readonly quantityAhead: bigint;
  readonly wanted: bigint;
}

/**
 * When a bid is filled if what it can take goes on coming as it did; null where none of that has come to
 * anybody who waited, because then there is nothing to tell it from, or where it would be after year 9999.
 */
export function fillsAt(
  { quantityAhead, wanted }: Wait,
  { tokenMs, throughout, over }: SupplyRate,
  now: Instant,
): Instant | null {
  if (tokenMs <= 0n || over <= 0) return null;
  const needed = (quantityAhead + wanted) * BigInt(throughout);
  const { quotient, remainder } = divide(needed * BigInt(over), tokenMs);
  const at = plus(now, Number(remainder === 0n ? quotient : quotient + 1n));
  return isInstant(at) ? at : null;
}

/**
 * By which rule estimates are told. 1: from whatever reached bids that waited; 2: from what the bid could have
 * taken of that. Those of one rule say nothing of how good another is.
 */
export const ESTIMATE_RULE = 2;

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
