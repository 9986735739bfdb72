import type { Timers } from '../../platform/clock/timers.js';
import type { Wanted } from '../model/answer.rules.js';
import type { Claimed } from '../model/billing.rules.js';
import { parse, messageOf } from '../model/chunk.reading.js';
import { AttemptError, type Failure } from '../model/gateway.failure.js';
import type { RequestBody } from '../model/inference.request.js';
import type { OwnCount } from '../model/token.count.js';
import { tellable } from '../model/told.message.js';
import { meaningOf, type ClaimedTimes } from '../model/vendor.facts.js';
import type { AttemptWatch } from './attempt-watch.js';
import type { ClientAnswer } from './client-answer.js';
import { GATEWAY_BOUNDS, type GatewayLimits } from './gateway-limits.js';
import type { Upstream, UpstreamResponse } from './upstream.js';

/** What one try of one lane needs. */
export interface Attempt {
  readonly url: string;
  readonly credential: string | null;
  readonly body: Uint8Array;
  readonly isStream: boolean;
  /** Nothing in it can be refused. */
  readonly isPlain: boolean;
  /** It asks for its tokens to be listed. */
  readonly isListed: boolean;
  readonly wanted: Wanted;
  readonly client: ClientAnswer;
  /** By when something must have come for the client, by `monotonic`; null: its key sets no deadline. */
  readonly deadline: { readonly at: number; readonly afterMs: number } | null;
  /** Whether chunks wait for each other right now, and how long; null: never. */
  readonly coalescing: { readonly windowMs: number; readonly isDue: () => boolean } | null;
  /** Called just before the first byte goes to the client. */
  readonly begin: (response: UpstreamResponse) => void;
}

/** What every attempt shares. */
export interface AttemptTools {
  readonly upstream: Upstream;
  readonly timers: Timers;
  readonly limits: GatewayLimits;
  /** Milliseconds that only go forward, with fractions. */
  readonly monotonic: () => number;
  /** Aborts when the process is to end at once. */
  readonly stopping: AbortSignal;
}

/** How an attempt ended, and what was seen until then. */
export interface AttemptOutcome {
  /** Null: the answer came to its end. */
  readonly failure: Failure | null;
  /** Something has gone to the client: no other lane can take over. */
  readonly isCommitted: boolean;
  readonly own: OwnCount;
  readonly claimed: Claimed;
  /** What the lane says of how long it took; null: nothing. */
  readonly times: ClaimedTimes | null;
  /** By `monotonic`; null: no token was forwarded. */
  readonly firstAt: number | null;
  /** The same, without the time since the first for which the client took nothing. */
  readonly lastAt: number | null;
  /** What the stream's chunks have in common; null while there was none. */
  readonly head: RequestBody | null;
  /** An answer that came whole; null for streams. */
  readonly answer: { readonly bytes: Uint8Array; readonly isSimulated: boolean } | null;
}

/** Ends an attempt of which nothing comes for the client in time: by our limit, or its key's if that is sooner. */
export function watchFirst(
  watch: AttemptWatch,
  { deadline, isStream }: Pick<Attempt, 'deadline' | 'isStream'>,
  { limits, monotonic }: AttemptTools,
): void {
  const limit = isStream ? limits.firstToken : limits.answer;
  const left = deadline === null ? Infinity : Math.ceil(deadline.at - monotonic());
  if (deadline !== null && left < limit) {
    const message = `nothing came within the ${deadline.afterMs} ms that this key waits`;
    watch.within(Math.max(1, left), message, 'deadline_exceeded');
    return;
  }
  watch.within(limit, `no ${isStream ? 'token' : 'answer'} came within ${limit} ms`);
}

/** Asks a lane; for any status but 200 throws what it means. */
export async function open(
  { url, credential, body, isStream, isPlain }: Attempt,
  { upstream }: AttemptTools,
  watch: AttemptWatch,
): Promise<UpstreamResponse> {
  const response = await upstream.send({ url, credential, body, isStream, signal: watch.signal });
  const meaning = meaningOf(response.status);
  if (meaning === 'ok') return response;
  const text = await readText(response.body, GATEWAY_BOUNDS.errorBytes);
  if (meaning === 'busy') {
    throw new AttemptError({ reason: 'upstream_busy', message: 'the lane has no room right now' });
  }
  if (meaning === 'failed') {
    const message = `the lane answered with status ${response.status}`;
    throw new AttemptError({ reason: 'upstream_error', message });
  }
  const message = tellable(messageOf(parse(text)?.['error']), credential);
  const reason = isPlain ? 'plain_refused' : 'request_refused';
  throw new AttemptError({ reason, message: `the lane refused it: ${message}` });
}

async function readText(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<string> {
  const bytes = await readBytes(body, bytesMax);
  return bytes === null ? '' : new TextDecoder().decode(bytes);
}

const BOUNDLESS: Pick<ClientAnswer, 'keep' | 'letGo'> = { keep: () => true, letGo: () => undefined };

/**
 * Null when there is more than the bound; nothing beyond it is read. What was kept of a body that is not read to its end is let go.
 *
 * @throws AttemptError when what comes may not be kept
 */
export async function readBytes(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
  room: Pick<ClientAnswer, 'keep' | 'letGo'> = BOUNDLESS,
): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let isWhole = false;
  try {
    for await (const part of body) {
      if (size + part.length > bytesMax) return null;
      if (!room.keep(part.length)) throw new AttemptError({ reason: 'gateway_busy', message: 'there is no room for the answer' });
      size += part.length;
      parts.push(part);
    }
    isWhole = true;
    return Buffer.concat(parts);
  } finally {
    if (!isWhole) room.letGo(size);
  }
}

/** What an error means that ended an attempt. A bug stays one. */
export function failureOf(error: unknown, watch: AttemptWatch): Failure {
  // Whatever broke after that broke because of it.
  const cause: unknown = watch.signal.aborted ? watch.signal.reason : error;
  if (cause instanceof AttemptError) return cause.failure;
  const message = cause instanceof Error && cause.name === 'UnreachableError'
    ? cause.message
    : 'the connection to the lane broke';
  return { reason: 'upstream_error', message };
}
