import type { Instant } from '../../../kernel/time.js';
import { HOUR_MS, plus } from '../../../kernel/time.js';
import type { PaymentFailure } from '../../adapter/stripe/payment-gateway.js';

/** Stripe forgets an idempotency key after a day: what asks with it again would be done again. */
export const KEY_LIFE_MS = 23 * HOUR_MS;
export const ATTEMPTS_MAX = 8;
const FIRST_PAUSE_MS = 30_000;

/** When to ask again: after twice the time, each time. */
export function nextAttempt(now: Instant, attempt: number): Instant {
  return plus(now, FIRST_PAUSE_MS * 2 ** (attempt - 1));
}

/** Refusals that say nothing about what was asked for: a setting of ours, or a request that we changed. */
const OUR_MISTAKES: ReadonlySet<string> = new Set([
  'authentication_failed',
  'permission_denied',
  'idempotency_error',
  'parameter_unknown',
  'not_modelled_by_stand_in',
]);

/** Stripe did nothing, and will not: asking again under the same key gives the same answer. */
export function isFinal(failure: PaymentFailure): boolean {
  return failure.kind !== 'retryable' && !OUR_MISTAKES.has(failure.code);
}

/** In Stripe's words, without what Stripe says to people. */
export function codeOf(failure: PaymentFailure): string {
  return failure.kind === 'retryable' ? failure.reason : failure.code;
}
