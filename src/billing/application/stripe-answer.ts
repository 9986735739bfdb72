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
  const { error } = answer;
  if (error.kind === 'retryable' || (error.kind === 'invalid' && isOurMistake(error.code))) {
    throw new Error(`Stripe gave no answer: ${error.message}`);
  }
  return null;
}
