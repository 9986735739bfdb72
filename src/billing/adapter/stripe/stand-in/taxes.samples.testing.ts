import type { Stripe } from 'stripe';
import { nothing, type Samples } from './payments.samples.testing.js';

export const GERMANY = { line1: 'Unter den Linden 1', postal_code: '10117', city: 'Berlin', country: 'DE' };
const item = { amount: 10_000, reference: 'delivery', tax_behavior: 'exclusive', tax_code: 'txcd_10105002' } as const;

export function calculate(
  stripe: Stripe,
  address: Stripe.Tax.CalculationCreateParams.CustomerDetails.Address = GERMANY,
  more: Partial<Stripe.Tax.CalculationCreateParams> = {},
): Promise<Stripe.Response<Stripe.Tax.Calculation>> {
  const details = { address, address_source: 'billing' as const };
  return stripe.tax.calculations.create({ currency: 'usd', line_items: [item], customer_details: details, ...more });
}

let made = 0;
export const aReference = (): string => `HR-${(made += 1)}`;

export async function aTransaction(stripe: Stripe): Promise<string> {
  const calculation = (await calculate(stripe)).id ?? '';
  return (await stripe.tax.transactions.createFromCalculation({ calculation, reference: aReference() })).id;
}

/** Calculations of Stripe Tax, and what becomes of them. */
export const TAX_SAMPLES: Samples = {
  'tax.calculations.create': {
    prepare: nothing,
    call: (stripe, _id, more) => calculate(stripe, GERMANY, more),
    required: 'line_items',
    mistyped: { currency: { code: 'usd' } },
    resource: 'tax.calculation',
  },
  'tax.transactions.createFromCalculation': {
    prepare: async (stripe) => (await calculate(stripe)).id ?? '',
    call: (stripe, calculation, more) => stripe.tax.transactions.createFromCalculation({ calculation, reference: aReference(), ...more }),
    required: 'reference',
    mistyped: { posted_at: 'soon' },
    resource: 'tax.transaction',
  },
  'tax.transactions.createReversal': {
    prepare: aTransaction,
    call: (stripe, id, more) => stripe.tax.transactions.createReversal({ mode: 'full', original_transaction: id, reference: aReference(), ...more }),
    required: 'original_transaction',
    mistyped: { mode: 'half' },
    resource: 'tax.transaction',
  },
};
