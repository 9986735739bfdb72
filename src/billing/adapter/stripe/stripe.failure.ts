import { Stripe } from 'stripe';
import { ZodError } from 'zod';
import type { PaymentFailure } from './payment-gateway.js';

const { errors } = Stripe;
const TIMEOUT_CODE = 'ETIMEDOUT';

/**
 * Sorts what the SDK throws. What leaves open whether Stripe did the work is `retryable`, so that a
 * top-up is never called failed while the card was charged.
 *
 * @throws whatever is not the SDK's own error: a bug
 */
export function toPaymentFailure(error: unknown, secretKey: string): PaymentFailure {
  // Stripe did something, and said it in another way than we know: what, only a later look can tell.
  if (error instanceof ZodError) {
    return { kind: 'retryable', reason: 'unreadable', message: `an answer that cannot be read: ${placesOf(error)}` };
  }
  if (!(error instanceof errors.StripeError)) throw error;
  const failure = sort(error);
  return { ...failure, message: failure.message.replaceAll(secretKey, '[secret key]') };
}

/** Where it was another; never what stood there. */
function placesOf({ issues }: ZodError): string {
  return issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', ');
}

function sort(error: Stripe.errors.StripeError): PaymentFailure {
  if (error instanceof errors.StripeCardError) return declined(error);
  if (error instanceof errors.StripeConnectionError) return unreachable(error);
  if (error instanceof errors.StripeRateLimitError) {
    return { kind: 'retryable', reason: 'rate-limited', message: error.message };
  }
  if (error instanceof errors.StripeAPIError) return unexpected(error);
  return isRefusedKey(error) ? refusedKey(error) : invalid(error, error.rawType ?? error.type);
}

/** The text is ours: Stripe's repeats part of the key. */
function refusedKey(error: Stripe.errors.StripeError): PaymentFailure {
  return {
    kind: 'invalid',
    code: error.statusCode === 403 ? 'permission_denied' : 'authentication_failed',
    parameter: null,
    message: 'Stripe refused the secret key of this installation',
  };
}

function isRefusedKey(error: Stripe.errors.StripeError): boolean {
  return (
    error instanceof errors.StripeAuthenticationError ||
    error instanceof errors.StripePermissionError
  );
}

function declined(error: Stripe.errors.StripeError): PaymentFailure {
  return {
    kind: 'declined',
    code: error.code ?? 'card_declined',
    declineCode: error.decline_code ?? null,
    message: error.message,
    paymentIntentId: error.payment_intent?.id ?? null,
  };
}

function unreachable(error: Stripe.errors.StripeError): PaymentFailure {
  const { detail } = error;
  const cause = detail instanceof Error && 'code' in detail ? detail.code : null;
  const reason = cause === TIMEOUT_CODE ? 'timeout' : 'connection';
  return { kind: 'retryable', reason, message: error.message };
}

/** The SDK's catch-all: 5xx, an answer that is not JSON, 409 while the key's first use runs. */
function unexpected(error: Stripe.errors.StripeError): PaymentFailure {
  const status = error.statusCode;
  if (status === 409) return { kind: 'retryable', reason: 'key-in-use', message: error.message };
  if (status !== undefined && status >= 400 && status < 500) {
    return invalid(error, 'api_error');
  }
  return { kind: 'retryable', reason: 'server-error', message: error.message };
}

function invalid(error: Stripe.errors.StripeError, codeElse: string): PaymentFailure {
  const { code = codeElse, param = null, message } = error;
  return { kind: 'invalid', code, parameter: param, message };
}
