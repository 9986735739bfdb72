import { z } from 'zod';
import type { DisputeFacts, MethodFacts, SetupFacts } from './buyer-gateway.js';
import type { Decline } from './payment-gateway.js';
import { SETUP_KEY } from './stripe.payment.js';

/** An id, or the object where it was expanded. */
const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

const errorSchema = z.object({
  code: z.string().nullish(),
  decline_code: z.string().nullish(),
  message: z.string().nullish(),
});

/** https://docs.stripe.com/api/setup_intents/object */
export const setupIntentSchema = z.object({
  id: z.string(),
  status: z.string(),
  client_secret: z.string().nullish(),
  payment_method: reference.nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  last_setup_error: errorSchema.nullish(),
});

/** https://docs.stripe.com/api/payment_methods/object */
export const methodSchema = z.object({
  id: z.string(),
  type: z.string(),
  customer: reference.nullish(),
  card: z
    .object({ brand: z.string(), last4: z.string(), exp_month: z.int(), exp_year: z.int() })
    .nullish(),
  us_bank_account: z
    .object({ bank_name: z.string().nullish(), last4: z.string().nullish() })
    .nullish(),
});

/** https://docs.stripe.com/api/disputes/object */
export const disputeSchema = z.object({
  id: z.string(),
  amount: z.int(),
  currency: z.string(),
  created: z.int(),
  status: z.string(),
  reason: z.string(),
  payment_intent: reference.nullish(),
  evidence_details: z.object({ due_by: z.int().nullish() }).nullish(),
  balance_transactions: z.array(z.object({ id: z.string(), amount: z.int() })),
});

export function toSetup(intent: z.output<typeof setupIntentSchema>): SetupFacts {
  const facts = {
    setupIntentId: intent.id,
    setupId: intent.metadata?.[SETUP_KEY] ?? null,
    paymentMethodId: intent.payment_method ?? null,
    clientSecret: intent.client_secret ?? null,
  };
  switch (intent.status) {
    case 'succeeded':
    case 'requires_action':
    case 'canceled':
      return { ...facts, status: intent.status };
    case 'requires_payment_method': {
      const error = intent.last_setup_error;
      if (error === null || error === undefined) return { ...facts, status: 'pending' };
      return { ...facts, status: 'failed', failure: declineOf(error) };
    }
    default:
      return { ...facts, status: 'pending' };
  }
}

function declineOf(error: z.output<typeof errorSchema>): Decline {
  return {
    code: error.code ?? 'setup_failed',
    declineCode: error.decline_code ?? null,
    message: error.message ?? 'The payment method could not be saved.',
  };
}

export function toMethod(method: z.output<typeof methodSchema>): MethodFacts {
  const { card, us_bank_account: account } = method;
  const common = { paymentMethodId: method.id, customerId: method.customer ?? null, type: method.type };
  if (card !== null && card !== undefined) {
    const { brand, last4, exp_month: month, exp_year: year } = card;
    return { ...common, brand, last4, expiry: { month, year } };
  }
  const brand = account?.bank_name ?? method.type;
  return { ...common, brand, last4: account?.last4 ?? '', expiry: null };
}

export function toDispute(dispute: z.output<typeof disputeSchema>): DisputeFacts {
  const { currency, status, reason } = dispute;
  return {
    ...{ disputeId: dispute.id, paymentIntentId: dispute.payment_intent ?? null, currency, status, reason },
    amountCents: BigInt(dispute.amount),
    openedAt: dispute.created,
    evidenceDueAt: dispute.evidence_details?.due_by ?? null,
    movements: dispute.balance_transactions.map(({ id: transactionId, amount }) => ({
      transactionId,
      amountCents: BigInt(amount),
    })),
  };
}
