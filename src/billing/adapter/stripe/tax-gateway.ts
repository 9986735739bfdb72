import type { Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import type { TaxItem, TaxLine } from '../../model/tax/invoice-tax.js';
import type { TaxCustomer } from '../../model/tax/tax-customer.js';
import type { PaymentFailure } from './payment-gateway.js';

export interface CalculationRequest {
  readonly customer: TaxCustomer;
  readonly items: readonly TaxItem[];
  /** Stripe's name for what is sold, `txcd_...`. */
  readonly taxCode: string;
  readonly idempotencyKey: string;
}

export interface Calculation {
  readonly calculationId: string;
  /** By authority and rate, over all items. */
  readonly lines: readonly TaxLine[];
  readonly taxCents: bigint;
  /** Until when it can become a transaction. */
  readonly expiresAt: Instant;
}

export interface TaxTransactionRequest {
  readonly calculationId: string;
  readonly reference: string;
  readonly idempotencyKey: string;
}

export interface TaxReversalRequest {
  readonly transactionId: string;
  readonly reference: string;
  /** With its tax, above zero; null: all of it. */
  readonly cents: bigint | null;
  readonly idempotencyKey: string;
}

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;

/** The door to Stripe Tax. */
export interface TaxGateway {
  calculate(request: CalculationRequest): Asked<Calculation>;
  /** The id of the transaction by which a tax is in Stripe's reports. */
  record(request: TaxTransactionRequest): Asked<string>;
  reverse(request: TaxReversalRequest): Asked<string>;
}
