import type { Purchase } from '../../../allocation/contract.js';
import { assertNever } from '../../../kernel/assert.js';
import { marketOf } from '../../../kernel/ids.js';
import { divideHalfEven } from '../../../kernel/money.js';
import { floorToGrid, HOUR_MS, plus } from '../../../kernel/time.js';
import { durationOf, type Window } from '../../../kernel/window.js';
import type { ChargeRow, Period } from './books.tables.js';
import type { Cell } from './table.js';
import type { Facts } from './focus.columns.js';

/** What all rows of a file say. */
export interface FocusPeriod extends Period {
  readonly organizationId: string;
  readonly organizationName: string;
  /** Who issues the invoice and runs the exchange. */
  readonly issuerName: string;
  /** The month. */
  readonly window: Window;
  /** Null while the month has no invoice. */
  readonly invoiceNumber: string | null;
}

/** What was used while a charge's capacity was served. */
export interface ServedUse {
  readonly requests: bigint;
  readonly input: bigint;
  readonly cachedInput: bigint;
  readonly output: bigint;
  readonly reasoning: bigint;
  /** Within the reservation; ten-thousandths of a weighted token. */
  readonly weighted: bigint;
}

/** A charge with what is known about what it is for. */
export interface FocusCharge {
  readonly charge: ChargeRow;
  /** Null where the reservation is nobody's any more, or another's. */
  readonly purchase: Purchase | null;
  readonly hostName: string | null;
  readonly use: ServedUse | null;
}

export const CURRENCY = 'USD';
export const SERVICE_NAME = 'Headroom Inference Capacity';
/** Places of a quantity that was divided. */
const RATIO = 1_000_000_000_000n;
const WEIGHTED_TOKEN = 10_000n;
const CAPACITY_UNIT = 'Token/s-Hours';
const TOKENS_UNIT = 'Tokens';
const MILLION_TOKENS_UNIT = '1M Tokens';

type ChargeCategory = 'Usage' | 'Purchase' | 'Credit' | 'Adjustment';

/** What a charge is in the words of FOCUS; what an organization earned is an adjustment of its bill. */
export function categoryOf({ kind, amount }: Pick<ChargeRow, 'kind' | 'amount'>): ChargeCategory {
  switch (kind) {
    case 'delivery':
      return 'Usage';
    case 'overage':
      return amount > 0n ? 'Usage' : 'Adjustment';
    case 'cancellation':
      return amount > 0n ? 'Purchase' : 'Adjustment';
    case 'credit':
    case 'penalty':
      return amount < 0n ? 'Credit' : 'Adjustment';
    case 'proceeds':
    case 'royalty':
    case 'fee':
      return 'Adjustment';
    default:
      return assertNever(kind);
  }
}

/** The line of an invoice that a charge is: its place in the books. */
export function detailIdOf(invoice: string, { version }: Pick<ChargeRow, 'version'>): string {
  return `${invoice}-${version}`;
}

/**
 * The rows of one charge; their costs sum to it. Delivered capacity is what was used of it and what was
 * not, in the proportion of tokens, rounded half to even on what was used.
 */
export function focusRows(period: FocusPeriod, facts: FocusCharge): readonly Facts[] {
  const { charge } = facts;
  if (charge.kind !== 'delivery') return [rowFor(period, facts, pricedAs(facts))];
  const used = usedPart(facts);
  const rest = charge.amount - used;
  const status = (name: string): Facts => ({ CapacityReservationStatus: name });
  return [
    ...(used === 0n ? [] : [rowFor(period, facts, { ...capacity(facts, used), ...useOf(facts), ...status('Used') })]),
    ...(rest === 0n ? [] : [rowFor(period, facts, { ...capacity(facts, rest), ...NOTHING, ...status('Unused') })]),
  ];
}

/** What was paid for and not used. */
const NOTHING: Facts = { ConsumedQuantity: 0n, ConsumedUnit: TOKENS_UNIT };

/** Of the amount; all that was used is within the reservation. */
function usedPart({ charge, purchase, use }: FocusCharge): bigint {
  const { servedFrom: start, servedTo: end } = charge;
  if (purchase === null || use === null || start === null || end === null) return 0n;
  const whole = (purchase.quantity * BigInt(durationOf({ start, end })) * WEIGHTED_TOKEN) / 1_000n;
  const part = use.weighted < whole ? use.weighted : whole;
  return divideHalfEven(charge.amount * part, whole);
}

function capacity({ charge, purchase }: FocusCharge, cost: bigint): Facts {
  const reservation = { BilledCost: cost, CapacityReservationId: charge.reservationId };
  if (purchase === null) return reservation;
  const { unitPrice } = purchase;
  return { ...reservation, PricingCategory: 'Committed', ...priced(cost, unitPrice, CAPACITY_UNIT) };
}

/** What was consumed, in weighted tokens, and the counts behind it. */
function useOf({ use }: FocusCharge): Facts {
  if (use === null) return {};
  const { requests, input, cachedInput, output, reasoning, weighted } = use;
  return {
    ConsumedQuantity: (weighted * RATIO) / WEIGHTED_TOKEN,
    ConsumedUnit: TOKENS_UNIT,
    x_Requests: requests,
    ...{ x_InputTokens: input, x_CachedInputTokens: cachedInput },
    ...{ x_OutputTokens: output, x_ReasoningTokens: reasoning, x_WeightedTokens: weighted },
  };
}

function pricedAs({ charge, purchase }: FocusCharge): Facts {
  const cost: Facts = { BilledCost: charge.amount };
  const category = categoryOf(charge);
  if (category === 'Purchase') {
    return { ...cost, PricingCategory: 'Other', ...priced(charge.amount, charge.amount, 'Fees') };
  }
  if (category !== 'Usage') return cost;
  const price = purchase?.overagePrice ?? null;
  if (price === null || price === 0n) return cost;
  const facts = priced(charge.amount, price, MILLION_TOKENS_UNIT);
  const tokens = divideHalfEven(charge.amount * 1_000_000n * RATIO, price);
  const consumed = { ConsumedQuantity: tokens, ConsumedUnit: TOKENS_UNIT };
  return { ...cost, PricingCategory: 'Standard', ...facts, ...consumed };
}

/** Price times quantity is the cost, to the micro-dollar. */
function priced(cost: bigint, unitPrice: bigint, unit: string): Facts {
  return {
    PricingQuantity: divideHalfEven(cost * RATIO, unitPrice),
    PricingUnit: unit,
    ...{ ListUnitPrice: unitPrice, ContractedUnitPrice: unitPrice },
  };
}

function rowFor(period: FocusPeriod, facts: FocusCharge, own: Facts): Facts {
  const { charge } = facts;
  const { invoiceNumber } = period;
  const cost: Cell = own['BilledCost'] ?? 0n;
  const served = servedBy(charge);
  return {
    ...{ BillingAccountId: period.organizationId, BillingAccountName: period.organizationName },
    ...{ BillingCurrency: CURRENCY, BillingPeriodStart: period.window.start },
    ...{ BillingPeriodEnd: period.window.end, ChargeCategory: categoryOf(charge) },
    ChargeClass: charge.month < period.month ? 'Correction' : null,
    ...{ ChargeDescription: descriptionOf(charge), ChargeFrequency: frequencyOf(charge) },
    ...{ ChargePeriodStart: served.start, ChargePeriodEnd: served.end },
    // Nothing is bought ahead of its month and nothing is discounted: all costs are the same.
    ...{ ContractedCost: cost, EffectiveCost: cost, ListCost: cost },
    ...{ HostProviderName: facts.hostName ?? period.issuerName },
    ...{ InvoiceIssuerName: period.issuerName, ServiceProviderName: period.issuerName },
    ...{ ServiceCategory: 'AI and Machine Learning', ServiceSubcategory: 'Generative AI' },
    ...{ ServiceName: SERVICE_NAME, InvoiceId: invoiceNumber },
    InvoiceDetailId: invoiceNumber === null ? null : detailIdOf(invoiceNumber, charge),
    ...skuOf(facts),
    ...{ x_ChargeKind: charge.kind, x_LedgerVersion: BigInt(charge.version) },
    x_PeriodStatus: period.status,
    ...own,
  };
}

/** One price of one market: capacity and overage are two meters of it. */
function skuOf({ charge, purchase }: FocusCharge): Facts {
  const { kind, reservationId } = charge;
  const market = marketOf(reservationId);
  if (market === null) return {};
  const [model = market, quantization = ''] = market.split('@');
  const names = { x_ModelId: model, x_Quantization: quantization };
  if (!PRICED.has(categoryOf(charge))) return names;
  const SkuId = `${market}/${kind}`;
  const pool = purchase === null ? {} : { x_PoolId: purchase.poolId };
  return {
    ...{ ...names, SkuId, SkuMeter: METERS[kind] ?? kind, SkuPriceId: `${SkuId}/${reservationId}` },
    SkuPriceDetails: JSON.stringify({ x_Model: model, x_Quantization: quantization, ...pool }),
    ContractApplied: kind === 'delivery' ? contractOf(charge) : null,
  };
}

/** What has a price; the rest is an amount. */
const PRICED: ReadonlySet<ChargeCategory> = new Set(['Usage', 'Purchase']);

const METERS: Readonly<Record<string, string>> = {
  delivery: 'Reserved capacity',
  overage: 'Tokens above a reservation',
  cancellation: 'Cancellation fee',
};

/** Which commitment the charge counts towards: the reservation itself. */
function contractOf({ reservationId }: ChargeRow): string {
  const element = { ContractId: reservationId, ContractCommitmentId: reservationId };
  return JSON.stringify({ Elements: [element] });
}

/** An hour of overage has no end of its own; what was served at no time was charged in one instant. */
export function servedBy({ servedFrom, servedTo, postedAt }: ChargeRow): Window {
  const start = servedFrom ?? floorToGrid(postedAt, HOUR_MS);
  return { start, end: servedTo ?? plus(start, HOUR_MS) };
}

function frequencyOf({ kind }: ChargeRow): string {
  return kind === 'delivery' || kind === 'overage' ? 'Usage-Based' : 'One-Time';
}

export function descriptionOf({ kind, amount, reservationId }: ChargeRow): string {
  const market = marketOf(reservationId) ?? reservationId;
  const sides = DESCRIPTIONS[kind];
  return `${amount > 0n ? sides.charge : sides.credit}, ${market}`;
}

const DESCRIPTIONS: Readonly<Record<ChargeRow['kind'], { readonly charge: string; readonly credit: string }>> = {
  delivery: { charge: 'Reserved capacity delivered', credit: 'Reserved capacity returned' },
  overage: { charge: 'Use above a reservation', credit: 'Share of overage' },
  cancellation: { charge: 'Cancellation fee', credit: 'Share of a cancellation fee' },
  proceeds: { charge: 'Proceeds returned', credit: 'Capacity sold' },
  royalty: { charge: 'Royalty returned', credit: 'Royalty on a resale' },
  fee: { charge: 'Exchange fee returned', credit: 'Exchange fee' },
  penalty: { charge: 'Penalty for capacity taken back', credit: 'Penalty received' },
  credit: { charge: 'Service credit given', credit: 'Service credit' },
};
