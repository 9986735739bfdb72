import type { Stripe } from 'stripe';
import { errorOf, startHarness, type StandInHarness } from './stand-in.testing.js';
import { aReference, aTransaction, calculate, GERMANY } from './taxes.samples.testing.js';

const DAY_MS = 86_400_000;
const TAXES = { expand: ['line_items.data.tax_breakdown'] };

let harness: StandInHarness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.standIn.close());

const shown = ({ tax_breakdown: taxes }: Stripe.Tax.Calculation): unknown =>
  taxes.map(({ amount, taxable_amount: base, tax_rate_details: rate, taxability_reason: reason }) => [rate.percentage_decimal, base, amount, reason]);

describe('a calculation', () => {
  it.each<[string, Stripe.Tax.CalculationCreateParams.CustomerDetails, unknown]>([
    ['Germany', { address: GERMANY }, [['19.0', 10_000, 1_900, 'standard_rated']]],
    ['Germany, with a VAT number', { address: GERMANY, tax_ids: [{ type: 'eu_vat', value: 'DE123456789' }] }, [['0.0', 10_000, 0, 'reverse_charge']]],
    ['Switzerland', { address: { country: 'CH' } }, [['8.1', 10_000, 810, 'standard_rated']]],
    ['New York City', { address: { country: 'US', postal_code: '10001' } }, [['4.0', 10_000, 400, 'standard_rated'], ['4.5', 10_000, 450, 'standard_rated']]],
    ['California', { address: { country: 'US', postal_code: '94103' } }, [['0.0', 0, 0, 'product_exempt']]],
    ['Oregon', { address: { country: 'US', postal_code: '97201' } }, [['0.0', 0, 0, 'not_subject_to_tax']]],
    ['where we do not collect', { address: { country: 'BR' } }, [['0.0', 0, 0, 'not_collecting']]],
  ])('in %s', async (_where, customer_details, taxes) => {
    const calculation = await calculate(harness.stripe, GERMANY, { customer_details });
    expect(shown(calculation)).toEqual(taxes);
    expect(calculation.amount_total).toBe(10_000 + calculation.tax_amount_exclusive);
    expect(calculation.line_items).toBeUndefined();
  });

  it('has the taxes of its items where they are asked for, and they sum to it', async () => {
    const line_items = [33, 333, 3_333].map((amount) => ({ amount, reference: String(amount) }));
    const { line_items: items, tax_amount_exclusive: tax } = await calculate(harness.stripe, { country: 'US', postal_code: '10001' }, { line_items, ...TAXES });
    const taxes = items?.data.flatMap((item) => item.tax_breakdown ?? []) ?? [];
    expect(taxes).toHaveLength(6);
    expect(taxes.reduce((sum, { amount }) => sum + amount, 0)).toBe(tax);
    expect(taxes.map(({ jurisdiction }) => jurisdiction.display_name)).toContain('New York City');
  });

  it.each<[string, Partial<Stripe.Tax.CalculationCreateParams>, object]>([
    ['a place that is none', { customer_details: { address: { country: 'XX' } } }, { code: 'customer_tax_location_invalid', param: 'customer_details[address]' }],
    ['the United States without a postal code', { customer_details: { address: { country: 'US' } } }, { code: 'customer_tax_location_invalid' }],
    ['a VAT number that is none', { customer_details: { address: GERMANY, tax_ids: [{ type: 'eu_vat', value: '12/345' }] } }, { code: 'tax_id_invalid' }],
    ['an item below zero', { line_items: [{ amount: -1 }] }, { code: 'parameter_invalid_integer' }],
    ['two items of one name', { line_items: [{ amount: 1, reference: 'a' }, { amount: 1, reference: 'a' }] }, { param: 'line_items' }],
    ['a tax code that is none', { line_items: [{ amount: 1, tax_code: 'saas' }] }, { code: 'resource_missing' }],
  ])('refuses %s', async (_what, more, refusal) => {
    expect(await errorOf(calculate(harness.stripe, GERMANY, more))).toMatchObject({ statusCode: 400, ...refusal });
  });
});

describe('a transaction', () => {
  const record = (calculation: string, reference = aReference()): Promise<Stripe.Tax.Transaction> =>
    harness.stripe.tax.transactions.createFromCalculation({ calculation, reference });
  const reverse = (original_transaction: string, flat_amount?: number, reference = aReference()): Promise<Stripe.Tax.Transaction> =>
    harness.stripe.tax.transactions.createReversal({
      ...{ original_transaction, reference },
      ...(flat_amount === undefined ? { mode: 'full' } : { mode: 'partial', flat_amount }),
    });

  it('is made from a calculation that is there and fresh, under a reference of its own', async () => {
    const calculation = (await calculate(harness.stripe)).id ?? '';
    const reference = aReference();
    expect(await record(calculation, reference)).toMatchObject({ reference, type: 'transaction', reversal: null });
    expect(await errorOf(record(calculation, reference))).toMatchObject({ param: 'reference' });
    expect(await errorOf(record('taxcalc_no'))).toMatchObject({ code: 'resource_missing', param: 'calculation' });
    harness.now = (harness.now + 91 * DAY_MS) as typeof harness.now;
    expect(await errorOf(record(calculation))).toMatchObject({ param: 'calculation' });
  });

  it('is taken back once, in parts that come to no more than it', async () => {
    const id = await aTransaction(harness.stripe);
    const half = await reverse(id, -5_950);
    expect(half).toMatchObject({ type: 'reversal', reversal: { original_transaction: id } });
    expect(await errorOf(reverse(id, -5_951))).toMatchObject({ param: 'flat_amount' });
    expect(await errorOf(reverse(id, 1))).toMatchObject({ param: 'flat_amount' });
    expect(await errorOf(reverse(half.id))).toMatchObject({ param: 'original_transaction' });
    await reverse(id);
    expect(await errorOf(reverse(id))).toMatchObject({ statusCode: 400 });
    const lines = harness.store.list('tax_transactions').filter(({ reversal }) => reversal?.original_transaction === id).flatMap(({ line_items: items }) => items?.data ?? []);
    expect(lines.reduce((sum, { amount, amount_tax: tax }) => sum + amount + tax, 0)).toBe(-11_900);
    expect(await errorOf(reverse('tax_no'))).toMatchObject({ code: 'resource_missing' });
  });
});
