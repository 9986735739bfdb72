import type { OrganizationId } from '../../kernel/ids.js';
import type { Mirrored } from '../../metering/contract.js';
import type { BucketState } from '../model/bucket.js';
import type { Estimate } from '../model/estimate.js';
import type { Guardrails } from '../model/guardrails.js';
import type { InferenceError } from '../model/inference.error.js';
import type { InferenceRequest } from '../model/inference.request.js';
import type { Lane } from '../model/lane.js';
import { isPlain } from '../model/plain.request.js';
import type { Fallback } from '../model/routing.js';
import type { Ticket } from './admission.service.js';
import type { ClientAnswer } from './client-answer.js';

/** One request as it comes in. */
export interface IncomingCall {
  readonly requestId: string;
  readonly organizationId: OrganizationId;
  readonly keyId: string;
  /** When its last byte came, by the clock that only goes forward, in milliseconds. */
  readonly arrivedAt: number;
  readonly request: InferenceRequest;
  readonly client: ClientAnswer;
  /** Null: a client's. Else its answer is nobody's, and it says nothing to clients. */
  readonly mirrored: Mirrored | null;
}

/** One request on its way through, within the caps of its key. */
export interface InferenceCall extends IncomingCall {
  readonly guardrails: Guardrails;
}

/** Where a call is sent, and what was set aside for it. */
export type Route =
  | {
      readonly kind: 'reservation';
      readonly lane: Lane;
      readonly estimate: Estimate;
      readonly ticket: Ticket;
    }
  | {
      readonly kind: 'fallback';
      readonly fallback: Fallback;
      readonly credential: string | null;
      readonly estimate: Estimate;
    };

/** Whether the lane may refuse nothing of it. Of an organization's own fallback nothing is promised. */
export function isPlainFor(request: InferenceRequest, route: Route): boolean {
  if (route.kind === 'fallback') return false;
  const { lane: { contextLength }, estimate: { outputTokens } } = route;
  return isPlain(request, { outputTokens, contextLength });
}

export type Headers = Readonly<Record<string, string>>;

/** How much of a lane's minute is left, in the headers that OpenAI's clients know. */
export function rateLimitHeaders({ capacity, room, fullIn }: BucketState): Headers {
  return {
    'x-ratelimit-limit-tokens': `${capacity}`,
    'x-ratelimit-remaining-tokens': `${room}`,
    'x-ratelimit-reset-tokens': `${fullIn}ms`,
  };
}

/** What is left to tell the client. */
export type Told =
  /** It has everything, or is gone. */
  | { readonly kind: 'streamed' }
  | { readonly kind: 'answer'; readonly headers: Headers; readonly bytes: Uint8Array }
  | { readonly kind: 'error'; readonly headers: Headers; readonly error: InferenceError };
