import { choicesOf } from './chunk.reading.js';
import type { Operation, RequestBody } from './inference.request.js';
import { hasOutput, type OwnCount } from './token.count.js';

/** What an answer has to be, so that it is one. */
export interface Wanted {
  readonly operation: Operation;
  /** A plain request with room enough for a token that anybody sees: silence is no answer to it. */
  readonly mustSay: boolean;
}

/** Fewer tokens than these may end within a character, or before what is said begins. */
const SAYS_FROM_TOKENS = 16;

export function wantedOf(
  operation: Operation,
  { isPlain, outputTokens }: { readonly isPlain: boolean; readonly outputTokens: number | null },
): Wanted {
  return { operation, mustSay: isPlain && (outputTokens ?? 0) >= SAYS_FROM_TOKENS };
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
