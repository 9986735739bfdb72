import type { Result } from '../../../kernel/result.js';
import type { Decline, PaymentFailure, RefundFacts } from './payment-gateway.js';

/** A request that may be sent again under the same key. */
interface Keyed {
  readonly organizationId: string;
  readonly idempotencyKey: string;
}

export interface CustomerRequest extends Keyed {
  readonly name: string;
}

export interface SetupRequest extends Keyed {
  readonly setupId: string;
  readonly customerId: string;
  /** Null: the payer names one later, with the client secret. */
  readonly paymentMethod: string | null;
}

/** How far the saving of a payment method has come. */
export type SetupFacts = {
  readonly setupIntentId: string;
  /** From the metadata that we sent; null for one that we did not start. */
  readonly setupId: string | null;
  readonly paymentMethodId: string | null;
  /** For the payer's browser only: whoever has it can finish the setup. */
  readonly clientSecret: string | null;
} & (
  | { readonly status: 'pending' | 'requires_action' | 'succeeded' | 'canceled' }
  | { readonly status: 'failed'; readonly failure: Decline }
);

/** What may be shown of a card or an account. */
export interface MethodFacts {
  readonly paymentMethodId: string;
  /** Null once it was detached. */
  readonly customerId: string | null;
  readonly type: string;
  /** Of the card, or the name of the bank. */
  readonly brand: string;
  readonly last4: string;
  /** Of a card. */
  readonly expiry: { readonly month: number; readonly year: number } | null;
}

export interface RefundRequest extends Keyed {
  readonly refundId: string;
  readonly paymentIntentId: string;
  /** US cents. */
  readonly amountCents: bigint;
}

/** Money that left our balance because of a dispute, below zero, or came back. */
export interface DisputeMovement {
  readonly transactionId: string;
  readonly amountCents: bigint;
}

export interface DisputeFacts {
  readonly disputeId: string;
  readonly paymentIntentId: string | null;
  readonly status: string;
  /** Stripe's word for why, such as `fraudulent`. */
  readonly reason: string;
  readonly amountCents: bigint;
  readonly currency: string;
  /** Seconds since the Unix epoch. */
  readonly openedAt: number;
  readonly evidenceDueAt: number | null;
  readonly movements: readonly DisputeMovement[];
}

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;

/** The door to Stripe for those who pay. */
export interface BuyerGateway {
  /** The customer's id. */
  createCustomer(request: CustomerRequest): Asked<string>;
  startSetup(request: SetupRequest): Asked<SetupFacts>;
  retrieveSetup(setupIntentId: string): Asked<SetupFacts>;
  retrieveMethod(paymentMethodId: string): Asked<MethodFacts>;
  detachMethod(paymentMethodId: string, idempotencyKey: string): Asked<MethodFacts>;
  createRefund(request: RefundRequest): Asked<RefundFacts>;
  /** The refund of a payment that we gave a name, whatever became of its idempotency key; null for none. */
  findRefund(paymentIntentId: string, refundId: string): Asked<RefundFacts | null>;
  retrieveRefund(refundId: string): Asked<RefundFacts>;
  retrieveDispute(disputeId: string): Asked<DisputeFacts>;
}
