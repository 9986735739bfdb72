import { choicesOf } from './chunk.reading.js';
import type { Estimate } from './estimate.js';
import type { InferenceRequest, Operation, RequestBody } from './inference.request.js';
import { BYTES_PER_TOKEN } from './prompt.size.js';
import { hasOutput, outputOf, type OwnCount } from './token.count.js';

/** What an answer has to be, so that it is one. */
export interface Wanted {
  readonly operation: Operation;
  /** How many there are: each has an end of its own. */
  readonly answers: number;
  /** Tokens of all of them together. */
  readonly outputMax: number;
  /** A plain request with room enough for a token that anybody sees: silence is no answer to it. */
  readonly mustSay: boolean;
}

/** Fewer tokens than these may end within a character, or before what is said begins. */
const SAYS_FROM_TOKENS = 16;

type Asked = Pick<InferenceRequest, 'operation' | 'choices'>;

export function wantedOf(
  { operation, choices }: Asked,
  isPlain: boolean,
  { outputTokens, bounds: { outputMax } }: Pick<Estimate, 'outputTokens' | 'bounds'>,
): Wanted {
  const mustSay = isPlain && (outputTokens ?? 0) >= SAYS_FROM_TOKENS;
  return { operation, answers: choices, outputMax, mustSay };
}

/** Which answers a chunk ends, by their index. */
export function finishedIn(body: RequestBody): readonly unknown[] {
  return choicesOf(body)
    .filter(({ finish_reason: reason }) => typeof reason === 'string')
    .map(({ index }) => index);
}

/** Above what was asked for, in tokens and as a share of it, before it is cut. */
const BEYOND = { tokens: 8, share: 1.35 } as const;

/**
 * Whether a lane goes on where it was told to end. By pieces and by bytes, each with the widest tolerance that
 * counts have: nobody who keeps the bound is cut because tokens are short or long.
 */
export function isBeyond({ outputMax }: Pick<Wanted, 'outputMax'>, own: OwnCount): boolean {
  const most = outputMax * BEYOND.share + BEYOND.tokens;
  const bytes = own.answer.bytes + own.reasoning.bytes;
  return bytes > most * BYTES_PER_TOKEN && outputOf(own) > most;
}

/** What a whole answer lacks; null: nothing. A status of 200 alone makes none. */
export function lackOf(body: RequestBody, own: OwnCount, { operation, mustSay }: Wanted): string | null {
  if (operation === 'embedding') {
    const { data } = body;
    return Array.isArray(data) && data.length > 0 ? null : 'has no embeddings';
  }
  if (choicesOf(body).length === 0) return 'has no choices';
  return mustSay && !hasOutput(own) ? 'has no token' : null;
}
