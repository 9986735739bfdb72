import type { Instant } from '../../kernel/time.js';
import type { TokenCounts } from '../model/token-counts.js';
import type { RequestEnd, ServedRequest } from '../model/served-request.js';

/** A usage report of our own gateway, as PostgreSQL gives it back. */
export interface MeasuredRow {
  readonly servedAt: Date;
  readonly input: string;
  readonly cachedInput: string;
  readonly output: string;
  readonly reasoning: string;
  readonly reason: string | null;
  readonly tier: string | null;
  readonly isStream: boolean | null;
  readonly ownOutput: string | null;
  readonly ttft: string | null;
  readonly queued: string | null;
  /** From the request's last byte to its end; null: not measured. */
  readonly duration: string | null;
  readonly streaming: string | null;
  readonly concurrency: number | null;
}

/** Fewer tokens than these say little of how fast a stream is. */
const STREAM_TOKENS_MIN = 16;
/** Thousandths of a token/s, out of tokens and microseconds. */
const MILLI_PER_SECOND = 1_000_000_000;

const ENDS: Readonly<Record<string, RequestEnd>> = {
  completed: 'answered',
  client_abort: 'aborted',
  // Its own key's: nobody promised that.
  deadline_exceeded: 'aborted',
  request_refused: 'refused',
  gateway_shutdown: 'refused',
  gateway_busy: 'refused',
};

/** Whatever else ended a request that was sent on, its client got no whole answer. */
const endOf = (reason: string | null): RequestEnd => ENDS[reason ?? ''] ?? 'failed';

export function readServed(row: MeasuredRow): ServedRequest {
  const { ttft } = row;
  const outputTokens = Number(row.ownOutput ?? row.output);
  return {
    servedAt: row.servedAt.getTime() as Instant,
    end: endOf(row.reason),
    isBatch: row.tier === 'batch',
    promptTokens: Number(row.input),
    outputTokens,
    // An answer in one piece has its first token when it has its last.
    ttft: row.isStream === true ? sinceAsked(ttft, row) : null,
    // A stream without a first token was waited for until it ended.
    waited: row.isStream === true && ttft === null ? sinceAsked(row.duration, row) : null,
    streamSpeed: streamSpeedOf(outputTokens, row),
    concurrency: row.concurrency ?? 1,
  };
}

function sinceAsked(time: string | null, { queued }: MeasuredRow): number | null {
  return time === null ? null : Math.max(0, Number(time) - Number(queued ?? 0));
}

/** The first token's time is the TTFT's. */
function streamSpeedOf(tokens: number, { isStream, streaming }: MeasuredRow): number | null {
  if (isStream !== true || streaming === null || tokens < STREAM_TOKENS_MIN) return null;
  const microseconds = Number(streaming);
  if (microseconds <= 0) return null;
  return Math.floor(((tokens - 1) * MILLI_PER_SECOND) / microseconds);
}

/** Counts as decimal text. */
export type CountColumns = Pick<MeasuredRow, 'input' | 'cachedInput' | 'output' | 'reasoning'>;

export function readCounts({ input, cachedInput, output, reasoning }: CountColumns): TokenCounts {
  return {
    input: BigInt(input),
    cachedInput: BigInt(cachedInput),
    output: BigInt(output),
    reasoning: BigInt(reasoning),
  };
}
