/** What was seen of a lane lately, in this process. */
export interface LaneRecord {
  /** Times to first token, in milliseconds; the oldest is replaced first. */
  readonly ttfts: number[];
  next: number;
  /** Times per output token after the first, in milliseconds, of streams; the oldest is replaced first. */
  readonly tpots: number[];
  nextTpot: number;
  /** Whether each of the last requests failed, oldest replaced first. */
  readonly outcomes: boolean[];
  nextOutcome: number;
  /** Until then it comes last: it failed a moment ago. */
  avoidedUntil: number;
  failuresInRow: number;
}

export const RECORD_LIMITS = {
  kept: 128,
  /** With fewer measurements the promise is believed. */
  samplesMin: 8,
  /** Fewer tokens than these say little of how fast a stream is. */
  streamTokensMin: 16,
  avoidMs: 2_000,
  avoidMsMax: 60_000,
} as const;

export function newRecord(): LaneRecord {
  const measured = { ttfts: [], next: 0, tpots: [], nextTpot: 0 };
  return { ...measured, outcomes: [], nextOutcome: 0, avoidedUntil: 0, failuresInRow: 0 };
}

export function addTtft(record: LaneRecord, ttftMs: number): void {
  record.ttfts[record.next] = ttftMs;
  record.next = (record.next + 1) % RECORD_LIMITS.kept;
}

export function addTpot(record: LaneRecord, tpotMs: number): void {
  record.tpots[record.nextTpot] = tpotMs;
  record.nextTpot = (record.nextTpot + 1) % RECORD_LIMITS.kept;
}

/** Time per output token: the first one has a time of its own. Null: too few tokens to tell. */
export function tpotOf(tokens: number, streamingMs: number): number | null {
  return tokens < RECORD_LIMITS.streamTokensMin ? null : streamingMs / (tokens - 1);
}

/** Each failure in a row doubles how long the lane comes last. */
export function addOutcome(record: LaneRecord, hasFailed: boolean, now: number): void {
  record.outcomes[record.nextOutcome] = hasFailed;
  record.nextOutcome = (record.nextOutcome + 1) % RECORD_LIMITS.kept;
  record.failuresInRow = hasFailed ? record.failuresInRow + 1 : 0;
  if (!hasFailed) {
    record.avoidedUntil = 0;
    return;
  }
  const wait = RECORD_LIMITS.avoidMs * 2 ** Math.min(record.failuresInRow - 1, 10);
  record.avoidedUntil = now + Math.min(wait, RECORD_LIMITS.avoidMsMax);
}

/** Null with too few measurements. */
export const ttftP95 = ({ ttfts }: LaneRecord): number | null => p95Of(ttfts);
export const tpotP95 = ({ tpots }: LaneRecord): number | null => p95Of(tpots);

/** Nearest rank. */
function p95Of(measured: readonly number[]): number | null {
  if (measured.length < RECORD_LIMITS.samplesMin) return null;
  const sorted = [...measured].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null;
}

/** Share of the last requests that failed, 0 to 1. */
export function failureShare({ outcomes }: LaneRecord): number {
  if (outcomes.length === 0) return 0;
  return outcomes.filter((hasFailed) => hasFailed).length / outcomes.length;
}
