import type { Stripe } from 'stripe';
import { z } from 'zod';
import { microUsd } from '../../../kernel/money.js';
import { ok, type Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import { wholeCents, type TaxLine } from '../../model/tax/invoice-tax.js';
import type { TaxCustomer } from '../../model/tax/tax-customer.js';
import type { PaymentFailure } from './payment-gateway.js';
import { refuse, type StripeClient } from './stripe.client.js';
import type { Calculation, CalculationRequest, TaxGateway, TaxReversalRequest, TaxTransactionRequest } from './tax-gateway.js';

const TAXES = 'line_items.data.tax_breakdown';

const cents = z.int().transform(BigInt);
const breakdownSchema = z.object({
  amount: cents,
  taxable_amount: cents,
  jurisdiction: z.object({ country: z.string(), display_name: z.string(), state: z.string().nullable() }),
  tax_rate_details: z.object({ percentage_decimal: z.string(), tax_type: z.string() }).nullable(),
  taxability_reason: z.string(),
});
/** https://docs.stripe.com/api/tax/calculations/object */
const calculationSchema = z.object({
  id: z.string(),
  expires_at: z.int(),
  tax_amount_exclusive: cents,
  line_items: z.object({
    has_more: z.literal(false),
    data: z.array(z.object({ tax_breakdown: z.array(breakdownSchema) })),
  }),
});

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;
type Breakdown = z.infer<typeof breakdownSchema>;

/** Calculations and transactions of Stripe Tax over the `stripe` SDK. */
export class StripeTax implements TaxGateway {
  constructor(private readonly client: StripeClient) {}

  calculate({ customer, items, taxCode: tax_code, idempotencyKey }: CalculationRequest): Asked<Calculation> {
    const params: Stripe.Tax.CalculationCreateParams = {
      currency: 'usd',
      customer_details: { address: addressOf(customer), address_source: 'billing', ...taxIdsOf(customer) },
      line_items: items.map(({ kind, cents: amount }) => ({ amount: Number(amount), reference: kind, tax_behavior: 'exclusive', tax_code })),
      expand: [TAXES],
    };
    return this.client.ask((stripe) => stripe.tax.calculations.create(params, { idempotencyKey }), readCalculation);
  }

  record({ calculationId: calculation, reference, idempotencyKey }: TaxTransactionRequest): Asked<string> {
    const params = { calculation, reference };
    return this.client.ask(
      (stripe) => stripe.tax.transactions.createFromCalculation(params, { idempotencyKey }),
      ({ id }) => ok(id),
    );
  }

  reverse({ transactionId: original_transaction, reference, cents: amount, idempotencyKey }: TaxReversalRequest): Asked<string> {
    const part = amount === null ? { mode: 'full' as const } : { mode: 'partial' as const, flat_amount: -Number(amount) };
    const params: Stripe.Tax.TransactionCreateReversalParams = { original_transaction, reference, ...part };
    return this.client.ask(
      (stripe) => stripe.tax.transactions.createReversal(params, { idempotencyKey }),
      ({ id }) => ok(id),
    );
  }
}

function addressOf({ street, postalCode, city, country }: TaxCustomer): Stripe.Tax.CalculationCreateParams.CustomerDetails.Address {
  return { line1: street, postal_code: postalCode, city, country };
}

function taxIdsOf({ taxId }: TaxCustomer): Pick<Stripe.Tax.CalculationCreateParams.CustomerDetails, 'tax_ids'> {
  return taxId === null ? {} : { tax_ids: [taxId] };
}

/** What the items say must be what the calculation says: an invoice shows the one and charges the other. */
function readCalculation(answer: unknown): Result<Calculation, PaymentFailure> {
  const calculation = calculationSchema.parse(answer);
  const taxes = calculation.line_items.data.flatMap((item) => item.tax_breakdown);
  const lines = byAuthority(taxes);
  const taxCents = calculation.tax_amount_exclusive;
  if (taxes.reduce((sum, { amount }) => sum + amount, 0n) !== taxCents) {
    return refuse('unexpected_status', 'tax_amount_exclusive', 'the taxes of the items do not sum to the tax');
  }
  return ok({ calculationId: calculation.id, lines, taxCents, expiresAt: (calculation.expires_at * 1_000) as Instant });
}

/** One line for each authority, rate and reason, in the order in which they come. */
function byAuthority(taxes: readonly Breakdown[]): readonly TaxLine[] {
  const lines = new Map<string, TaxLine>();
  for (const tax of taxes) {
    const line = lineOf(tax);
    const { taxable, amount, ...who } = line;
    const key = JSON.stringify(who);
    const before = lines.get(key);
    lines.set(key, before === undefined ? line : { ...line, taxable: microUsd(before.taxable + taxable), amount: microUsd(before.amount + amount) });
  }
  return [...lines.values()];
}

function lineOf({ amount, taxable_amount: taxable, jurisdiction, tax_rate_details: rate, taxability_reason: reason }: Breakdown): TaxLine {
  return {
    ...{ jurisdiction: jurisdiction.display_name, country: jurisdiction.country, state: jurisdiction.state },
    ...{ taxType: rate?.tax_type ?? null, percentage: rate?.percentage_decimal ?? null },
    ...{ taxable: wholeCents(taxable), amount: wholeCents(amount), reason },
  };
}
