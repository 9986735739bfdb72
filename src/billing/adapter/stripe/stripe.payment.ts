import { z } from 'zod';
import { err, ok, type Result } from '../../../kernel/result.js';
import type { Decline, RefundFacts, TopUpFacts, TopUpPayment } from './payment-gateway.js';

/** The metadata that ties a PaymentIntent to our top-up. */
export const ORGANIZATION_KEY = 'headroom_organization_id';
export const TOP_UP_KEY = 'headroom_top_up_id';
export const REFUND_KEY = 'headroom_refund_id';
export const SETUP_KEY = 'headroom_setup_id';

const storedCents = z.int().nonnegative();
const cents = storedCents.transform(BigInt);

/** The part of a PaymentIntent that we read: https://docs.stripe.com/api/payment_intents/object */
export const paymentIntentSchema = z.object({
  object: z.literal('payment_intent'),
  id: z.string(),
  status: z.string(),
  amount: cents,
  currency: z.string(),
  metadata: z.record(z.string(), z.string()),
  cancellation_reason: z.string().nullish(),
  last_payment_error: z
    .object({
      code: z.string().nullish(),
      decline_code: z.string().nullish(),
      message: z.string().nullish(),
    })
    .nullish(),
});
export type PaymentIntentFields = z.output<typeof paymentIntentSchema>;

/** https://docs.stripe.com/api/refunds/object */
export const refundSchema = z.object({
  object: z.literal('refund'),
  id: z.string(),
  amount: cents,
  currency: z.string(),
  payment_intent: z
    .union([z.string(), z.object({ id: z.string() }).transform((intent) => intent.id)])
    .nullable(),
  // Null where there is no word of it yet.
  status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']).nullable().transform((status) => status ?? 'pending'),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/** The same as it is kept: numbers as they came. */
export const storedIntent = paymentIntentSchema.extend({ amount: storedCents });
export const storedRefund = refundSchema.extend({ amount: storedCents });

/** The error is a status that a top-up of ours cannot have. */
export function toTopUpPayment(intent: PaymentIntentFields): Result<TopUpPayment, string> {
  const facts: TopUpFacts = {
    paymentIntentId: intent.id,
    organizationId: intent.metadata[ORGANIZATION_KEY] ?? null,
    topUpId: intent.metadata[TOP_UP_KEY] ?? null,
    amountCents: intent.amount,
    currency: intent.currency,
  };
  switch (intent.status) {
    case 'succeeded':
    case 'processing':
    case 'requires_action':
      return ok({ ...facts, status: intent.status });
    case 'requires_payment_method':
      // Without an error nothing was tried: a moment before the charge, not a decline.
      if (intent.last_payment_error === null || intent.last_payment_error === undefined) {
        return err('a top-up is charged as it is made');
      }
      return ok({ ...facts, status: 'failed', failure: declineOf(intent) });
    case 'canceled':
      return ok({ ...facts, status: 'failed', failure: declineOf(intent) });
    default:
      return err(`a top-up cannot be ${intent.status}`);
  }
}

function declineOf(intent: PaymentIntentFields): Decline {
  const error = intent.last_payment_error;
  if (error !== null && error !== undefined) {
    return {
      code: error.code ?? 'payment_failed',
      declineCode: error.decline_code ?? null,
      message: error.message ?? 'The payment failed.',
    };
  }
  return {
    code: 'payment_intent_canceled',
    declineCode: intent.cancellation_reason ?? null,
    message: 'The payment was canceled.',
  };
}

export function toRefundFacts(refund: z.output<typeof refundSchema>): RefundFacts {
  return {
    stripeRefundId: refund.id,
    refundId: refund.metadata?.[REFUND_KEY] ?? null,
    paymentIntentId: refund.payment_intent,
    amountCents: refund.amount,
    currency: refund.currency,
    status: refund.status,
  };
}
