import type { Stripe } from 'stripe';
import { present } from '../../../../kernel/assert.js';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, type ApiError } from './api-error.js';
import { firstRefusal, PASSED, type Answer, type Call, type Operation, type OperationTable } from './operation.js';
import { taxRulesOf, type TaxRule } from './tax-table.js';

type CreateParams = Stripe.Tax.CalculationCreateParams;
type Item = Stripe.Tax.CalculationLineItem;
type ItemBreakdown = Stripe.Tax.CalculationLineItem.TaxBreakdown;

/** https://docs.stripe.com/api/tax/calculations/create: for how long one can become a transaction. */
const LIFE_SECONDS = 90 * 86_400;
const ITEMS_MAX = 100;
const TAX_CODE = /^txcd_\d{8}$/;
const EUROPEAN_VAT = /^[A-Z]{2}[0-9A-Z+*]{2,12}$/;
const EXPANDED_ITEMS = 'line_items';
const EXPANDED_TAXES = 'line_items.data.tax_breakdown';

/** https://docs.stripe.com/api/tax/calculations/create */
const createCalculation: Operation<CreateParams> = {
  modelled: ['currency', 'customer_details', 'expand', 'line_items'],
  handle: create,
};

export const TAX_CALCULATION_OPERATIONS: OperationTable = { 'tax.calculations.create': createCalculation };

function create({ params, work }: Call<CreateParams>): Answer {
  const refused = firstRefusal(() => checkItems(params.line_items), () => checkTaxIds(params));
  if (refused !== null) return refused;
  const rules = rulesOf(params);
  if (!rules.ok) return rules;
  const id = work.id('taxcalc');
  const data = params.line_items.map((item, index) => itemOf({ ...item, id: work.id('tax_li'), index }, rules.value));
  const tax = data.reduce((sum, item) => sum + item.amount_tax, 0);
  const net = data.reduce((sum, item) => sum + item.amount, 0);
  const lineItems = { object: 'list', data, has_more: false, url: `/v1/tax/calculations/${id}/line_items` } as const;
  const calculation = {
    ...{ id, object: 'tax.calculation', amount_total: net + tax, currency: params.currency, customer: null, livemode: false },
    ...{ customer_details: detailsOf(params), expires_at: work.now + LIFE_SECONDS, line_items: lineItems },
    ...{ ship_from_details: null, shipping_cost: null, tax_amount_exclusive: tax, tax_amount_inclusive: 0 },
    ...{ tax_breakdown: breakdownOf(data, rules.value), tax_date: work.now },
  } satisfies Stripe.Tax.Calculation;
  work.put('tax_calculations', calculation);
  return ok(shown(calculation, params.expand ?? []));
}

function checkItems(items: CreateParams['line_items']): Result<unknown, ApiError> {
  if (items.length === 0 || items.length > ITEMS_MAX) return invalidRequest(null, `From 1 to ${ITEMS_MAX} line items are taken.`, 'line_items');
  const references = items.map(({ reference }, index) => reference ?? String(index));
  if (new Set(references).size < items.length) return invalidRequest(null, 'References of line items must be unique.', 'line_items');
  if (items.some(({ amount }) => amount < 0)) return invalidRequest('parameter_invalid_integer', 'This value must be greater than or equal to 0.', 'line_items');
  if (items.some(({ tax_code: code }) => code !== undefined && !TAX_CODE.test(code))) return invalidRequest('resource_missing', 'No such tax code.', 'line_items');
  if (items.some(({ tax_behavior: behavior }) => behavior === 'inclusive')) return invalidRequest('not_modelled_by_stand_in', 'The local stand-in models prices without tax.', 'line_items');
  return PASSED;
}

function checkTaxIds({ customer_details: details }: CreateParams): Result<unknown, ApiError> {
  const wrong = (details?.tax_ids ?? []).find(({ type, value }) => type === 'eu_vat' && !EUROPEAN_VAT.test(value));
  return wrong === undefined ? PASSED : invalidRequest('tax_id_invalid', `Invalid value for ${wrong.type}.`, 'customer_details[tax_ids]');
}

function rulesOf({ customer_details: details }: CreateParams): Result<readonly TaxRule[], ApiError> {
  const { address, tax_ids: taxIds = [] } = details ?? {};
  const rules = address === undefined ? null : taxRulesOf(address.country, address.postal_code ?? '', taxIds.map(({ type }) => type));
  if (rules !== null) return ok(rules);
  const message = 'We could not determine the customer’s tax location based on the provided customer address.';
  return invalidRequest('customer_tax_location_invalid', message, 'customer_details[address]');
}

type GivenItem = Stripe.Tax.CalculationCreateParams.LineItem & { readonly id: string; readonly index: number };

function itemOf({ id, index, amount, quantity = 1, reference, tax_code: code }: GivenItem, rules: readonly TaxRule[]): Item {
  const taxes = rules.map((rule) => taxOn(amount, rule));
  return {
    ...{ id, object: 'tax.calculation_line_item', amount, livemode: false, metadata: {}, performance_location: null, product: null, quantity },
    amount_tax: taxes.reduce((sum, tax) => sum + tax.amount, 0),
    ...{ reference: reference ?? `L${index + 1}`, tax_behavior: 'exclusive', tax_breakdown: taxes, tax_code: code ?? 'txcd_10000000' },
  };
}

function taxOn(amount: number, { level, country, name, state, type, percent, reason }: TaxRule): ItemBreakdown {
  const isNone = reason === 'not_collecting' || reason === 'not_subject_to_tax';
  return {
    amount: Math.round((amount * Number(percent)) / 100),
    jurisdiction: { country, display_name: name, level, state },
    sourcing: 'destination',
    tax_rate_details: isNone ? null : { display_name: nameOf(type), percentage_decimal: percent, tax_type: type },
    taxability_reason: reason,
    taxable_amount: reason === 'standard_rated' || reason === 'reverse_charge' ? amount : 0,
  };
}

const NAMES: Readonly<Record<TaxRule['type'], string>> = { gst: 'GST', hst: 'HST', jct: 'JCT', sales_tax: 'Sales tax', vat: 'VAT' };
const nameOf = (type: TaxRule['type']): string => NAMES[type];

/** The same over all items. */
function breakdownOf(items: readonly Item[], rules: readonly TaxRule[]): Stripe.Tax.Calculation.TaxBreakdown[] {
  return rules.map((rule, index) => {
    const taxes = items.map((item) => present(item.tax_breakdown?.[index], 'the tax of an item'));
    return {
      amount: taxes.reduce((sum, tax) => sum + tax.amount, 0),
      inclusive: false,
      tax_rate_details: { country: rule.country, flat_amount: null, percentage_decimal: rule.percent, rate_type: 'percentage', state: rule.state, tax_type: rule.type },
      taxability_reason: rule.reason,
      taxable_amount: taxes.reduce((sum, tax) => sum + tax.taxable_amount, 0),
    };
  });
}

function detailsOf({ customer_details: details }: CreateParams): Stripe.Tax.Calculation.CustomerDetails {
  const { address, tax_ids: taxIds = [] } = details ?? {};
  const line = (given: string | null | undefined): string | null => (given === undefined || given === '' ? null : given);
  return {
    address:
      address === undefined
        ? null
        : {
            ...{ city: line(address.city), country: address.country, line1: line(address.line1), line2: line(address.line2) },
            ...{ postal_code: line(address.postal_code), state: line(address.state) },
          },
    ...{ address_source: 'billing', ip_address: null, tax_ids: taxIds, taxability_override: 'none' },
  };
}

/** Items, and the taxes of each, are in an answer only where that is asked for. */
function shown(calculation: Stripe.Tax.Calculation, expand: readonly string[]): object {
  const { line_items: items, ...rest } = calculation;
  if (items === undefined || items === null || !expand.some((path) => path === EXPANDED_ITEMS || path === EXPANDED_TAXES)) return rest;
  const data = expand.includes(EXPANDED_TAXES) ? items.data : items.data.map(({ tax_breakdown: _taxes, ...item }) => item);
  return { ...rest, line_items: { ...items, data } };
}
