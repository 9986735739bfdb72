/** The last measurements of one kind, oldest first, and when each was made. */
export interface Samples<Value> {
  readonly values: Value[];
  readonly at: number[];
}

/** What was seen of a lane lately, in this process. */
export interface LaneRecord {
  /** Times to first token, in milliseconds. */
  readonly ttfts: Samples<number>;
  /** Times per output token after the first, in milliseconds, of streams. */
  readonly tpots: Samples<number>;
  /** Whether each of the last requests failed. */
  readonly outcomes: Samples<boolean>;
  /** Until then it comes last: it failed a moment ago. */
  avoidedUntil: number;
  failuresInRow: number;
  /** Requests since it was the first in their order. */
  passedOver: number;
}

export const RECORD_LIMITS = {
  kept: 128,
  /** What is older says nothing of how a lane is now. */
  freshMs: 600_000,
  /** With fewer measurements the promise is believed. */
  samplesMin: 8,
  /** Fewer tokens than these say little of how fast a stream is. */
  streamTokensMin: 16,
  avoidMs: 2_000,
  avoidMsMax: 60_000,
} as const;

export function newRecord(): LaneRecord {
  const measured = { ttfts: { values: [], at: [] }, tpots: { values: [], at: [] } };
  return { ...measured, outcomes: { values: [], at: [] }, avoidedUntil: 0, failuresInRow: 0, passedOver: 0 };
}

export function addTtft({ ttfts }: LaneRecord, ttftMs: number, now: number): void {
  add(ttfts, ttftMs, now);
}

export function addTpot({ tpots }: LaneRecord, tpotMs: number, now: number): void {
  add(tpots, tpotMs, now);
}

function add<Value>({ values, at }: Samples<Value>, value: Value, now: number): void {
  values.push(value);
  at.push(now);
  if (values.length <= RECORD_LIMITS.kept) return;
  values.shift();
  at.shift();
}

/** Forgets what is too old: a lane that was slow, or a canary that retreated, is given another chance. */
export function age({ ttfts, tpots, outcomes }: LaneRecord, now: number): void {
  for (const { values, at } of [ttfts, tpots, outcomes]) {
    const fresh = at.findIndex((one) => one > now - RECORD_LIMITS.freshMs);
    const old = fresh === -1 ? at.length : fresh;
    if (old === 0) continue;
    values.splice(0, old);
    at.splice(0, old);
  }
}

/** Time per output token: the first one has a time of its own. Null: too few tokens to tell. */
export function tpotOf(tokens: number, streamingMs: number): number | null {
  return tokens < RECORD_LIMITS.streamTokensMin ? null : streamingMs / (tokens - 1);
}

/** Each failure in a row doubles how long the lane comes last. */
export function addOutcome(record: LaneRecord, hasFailed: boolean, now: number): void {
  add(record.outcomes, hasFailed, now);
  record.failuresInRow = hasFailed ? record.failuresInRow + 1 : 0;
  if (!hasFailed) {
    record.avoidedUntil = 0;
    return;
  }
  const wait = RECORD_LIMITS.avoidMs * 2 ** Math.min(record.failuresInRow - 1, 10);
  record.avoidedUntil = now + Math.min(wait, RECORD_LIMITS.avoidMsMax);
}

/** Null with too few measurements. */
export const ttftP95 = ({ ttfts }: LaneRecord): number | null => p95Of(ttfts.values);
export const tpotP95 = ({ tpots }: LaneRecord): number | null => p95Of(tpots.values);

/** Nearest rank. */
function p95Of(measured: readonly number[]): number | null {
  if (measured.length < RECORD_LIMITS.samplesMin) return null;
  const sorted = [...measured].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null;
}

/** Share of the last requests that failed, 0 to 1. */
export function failureShare({ outcomes: { values } }: LaneRecord): number {
  if (values.length === 0) return 0;
  return values.filter((hasFailed) => hasFailed).length / values.length;
}
