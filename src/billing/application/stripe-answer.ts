import type { Result } from '../../kernel/result.js';
import type { PaymentFailure } from '../adapter/stripe/payment-gateway.js';
import { isOurMistake } from '../model/stripe-call.js';

/**
 * What Stripe says of an object now; null when it knows none of that name.
 *
 * @throws Error when it gave no answer: ask again
 */
export function answered<Value>(answer: Result<Value, PaymentFailure>): Value | null {
  if (answer.ok) return answer.value;
  if (!isFinal(answer.error)) throw new Error(`Stripe gave no answer: ${answer.error.message}`);
  return null;
}

/** Stripe did nothing, and will not: asking again under the same key gives the same answer. */
export function isFinal(failure: PaymentFailure): boolean {
  return failure.kind !== 'retryable' && !isOurMistake(failure.code);
}

/** In Stripe's words, without what Stripe says to people. */
export function codeOf(failure: PaymentFailure): string {
  switch (failure.kind) {
    case 'declined':
      return failure.declineCode ?? failure.code;
    case 'invalid':
      return failure.code;
    case 'retryable':
      return failure.reason;
  }
}

/** Stripe has no such thing, and has forgotten the key that it could have been made with. */
export const NEVER_MADE = 'never_made';

/** Stripe has it, and it is of something else. */
export const NOT_THIS = 'not_this_call';

/** That something ended badly is known from elsewhere; whoever asks for it is told as Stripe would tell it. */
export function refusal(code: string): PaymentFailure {
  return { kind: 'invalid', code, parameter: null, message: code };
}
