import type { Purchase } from '../../../allocation/contract.js';
import { assertNever } from '../../../kernel/assert.js';
import { marketOf } from '../../../kernel/ids.js';
import { divideHalfEven } from '../../../kernel/money.js';
import { floorToGrid, HOUR_MS, plus, type Instant } from '../../../kernel/time.js';
import type { Window } from '../../../kernel/window.js';
import { TEXTS, tokensName } from '../document/document.texts.js';
import type { OveragePart } from '../overage-parts.js';
import type { InvoiceLayout } from '../invoice-register.events.js';
import type { PaymentTerms } from '../payment-terms.js';
import type { ChargeRow, Period } from './books.tables.js';
import type { Facts } from './focus.columns.js';
import { usedOf, WEIGHTED_TOKEN, type PartUse, type ServedUse } from './served-use.js';
import { formatDecimal } from './table.js';

/** What all rows of a file say. */
export interface FocusPeriod extends Period {
  readonly organizationId: string;
  readonly organizationName: string;
  /** Who runs the exchange, as everybody knows it. */
  readonly exchangeName: string;
  /** The same as its invoices name it: its legal name. Until the fourth layout as everybody knows it. */
  readonly issuerName: string;
  /** The month. */
  readonly window: Window;
  /** Null while the month has no invoice; of a month that was closed without one for good. */
  readonly invoiceNumber: string | null;
  /** On which terms its invoice would be, issued now; null: it was, or there is none. */
  readonly draftTerms: PaymentTerms | null;
  /** What there is to say of the month is said as of then: its end, or now while it runs. */
  readonly asOf: Instant;
  /** That the month was closed with, or of a draft the newest. */
  readonly layout: InvoiceLayout;
}

/** A charge with what is known about what it is for. */
export interface FocusCharge {
  readonly charge: ChargeRow;
  /** Null where the reservation is nobody's any more, or another's. */
  readonly purchase: Purchase | null;
  readonly hostName: string | null;
  readonly use: ServedUse | null;
  /** Use of what was handed over of it to teams, in the order of the parts. */
  readonly parts: readonly PartUse[];
}

export const CURRENCY = 'USD';
export const SERVICE_NAME = 'Headroom Inference Capacity';
/** Places of a quantity that was divided. */
const RATIO = 1_000_000_000_000n;
export const CAPACITY_UNIT = 'Token/s-Hours';
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
 * The rows of one charge, each in parts; their costs sum to it. Delivered capacity is what was used of it, by the
 * organization and of each part that it handed over, and what was not, in the proportion of tokens, rounded half to
 * even on what was used.
 */
export function focusRows(period: FocusPeriod, facts: FocusCharge): readonly (readonly Facts[])[] {
  const common = [...periodParts(period), ...subjectParts(period, facts), ...chargeParts(period, facts.charge)];
  return ownParts(facts).map((own) => [...common, ...own]);
}

/**
 * What each row of a charge says alone.
 *
 * @param commitment of its reservation, which many charges have in turn
 */
export function ownParts(facts: FocusCharge, commitment = commitmentOf(facts.charge.reservationId)): readonly (readonly Facts[])[] {
  const { charge } = facts;
  if (charge.parts.length > 0) return charge.parts.map((part) => overagePart(facts, part));
  if (charge.kind !== 'delivery') return [[costs(charge.amount), ...pricedAs(facts)]];
  const rows: (readonly Facts[])[] = [];
  let rest = charge.amount;
  for (const { cost, use, part } of usedOf(facts)) {
    if (cost !== 0n) rows.push([costs(cost), ...capacity(facts, cost, commitment), ...useOf(use), ...part, USED]);
    rest -= cost;
  }
  if (rest !== 0n) rows.push([costs(rest), ...capacity(facts, rest, commitment), NOTHING, UNUSED]);
  return rows;
}

/**
 * What of overage is for one class of tokens at one tier: a meter of its own at the price that all have. What it counts are
 * tokens above the reservation, weighted; how many were served stands with the delivered capacity. What came back of it is
 * named alike, and has no meter.
 */
function overagePart(facts: FocusCharge, part: OveragePart): readonly Facts[] {
  const { charge, purchase } = facts;
  const { tokenClass, tier, weight, amount } = part;
  const own = { ...facts, charge: { ...charge, amount } };
  const ChargeDescription = `${descriptionOf(charge)}: ${tokensName(TEXTS.en, part)}`;
  if (!PRICED.has(categoryOf(charge))) return [costs(amount), { ChargeDescription }];
  const sku = skuNames(charge, `/${tokenClass}/${tier ?? 'unreported'}`);
  const x_Tokens = { x_TokenClass: tokenClass, x_ServiceTier: tier, x_TokenWeight: Number(weight) };
  const SkuPriceDetails = JSON.stringify({ ...skuDetails(charge.reservationId, purchase), ...x_Tokens });
  return [costs(amount), ...pricedAs(own), { ChargeDescription }, ...sku, ...(sku.length === 0 ? [] : [{ SkuPriceDetails }])];
}

const USED: Facts = { CapacityReservationStatus: 'Used' };
const UNUSED: Facts = { CapacityReservationStatus: 'Unused' };
/** What was paid for and not used. */
const NOTHING: Facts = { ConsumedQuantity: 0n, ConsumedUnit: TOKENS_UNIT };

/** Nothing is bought ahead of its month and nothing is discounted: all costs are the same. */
function costs(cost: bigint): Facts {
  return { BilledCost: cost, ContractedCost: cost, EffectiveCost: cost, ListCost: cost };
}

function capacity({ charge, purchase }: FocusCharge, cost: bigint, commitment: string): readonly Facts[] {
  const { reservationId: CapacityReservationId } = charge;
  if (purchase === null) return [{ CapacityReservationId, ContractApplied: applied(commitment, cost, null) }];
  const price = priced(cost, purchase.unitPrice, CAPACITY_UNIT);
  return [{ CapacityReservationId, ContractApplied: applied(commitment, cost, price.PricingQuantity) }, COMMITTED, price];
}

/**
 * What the row counts for of the commitment, which is the reservation itself: the same cost and quantity as the
 * row's, in the unit of the commitment. Decimals are numbers of JSON with all their places, which no `number` has.
 */
function applied(commitment: string, cost: bigint, quantity: bigint | null): string {
  const costs = `${commitment}${formatDecimal(cost, 6)}`;
  return quantity === null ? `${costs}}]}` : `${costs},"ContractCommitmentAppliedQuantity":${formatDecimal(quantity, 12)}${IN_ITS_UNIT}`;
}

const IN_ITS_UNIT = `,"ContractCommitmentAppliedUnit":"${CAPACITY_UNIT}"}]}`;

/** What all rows of a reservation begin with there, up to the cost. */
export function commitmentOf(reservationId: string): string {
  const id = JSON.stringify(reservationId);
  return `{"Elements":[{"ContractId":${id},"ContractCommitmentId":${id},"ContractCommitmentAppliedCost":`;
}

const COMMITTED: Facts = { PricingCategory: 'Committed' };

/** What was consumed, in weighted tokens, and the counts behind it. */
function useOf(use: ServedUse): readonly Facts[] {
  const { requests, input, cachedInput, output, reasoning, weighted } = use;
  const consumed = { ConsumedQuantity: (weighted * RATIO) / WEIGHTED_TOKEN, ConsumedUnit: TOKENS_UNIT };
  const counts = { x_InputTokens: input, x_CachedInputTokens: cachedInput, x_OutputTokens: output };
  return [consumed, counts, { x_Requests: requests, x_ReasoningTokens: reasoning, x_WeightedTokens: weighted }];
}

function pricedAs({ charge, purchase }: FocusCharge): readonly Facts[] {
  const category = categoryOf(charge);
  if (category === 'Purchase') {
    return [{ PricingCategory: 'Other' }, priced(charge.amount, charge.amount, 'Fees')];
  }
  if (category !== 'Usage') return [];
  const price = purchase?.overagePrice ?? null;
  if (price === null || price === 0n) return [];
  const tokens = divideHalfEven(charge.amount * 1_000_000n * RATIO, price);
  const consumed = { ConsumedQuantity: tokens, ConsumedUnit: TOKENS_UNIT };
  return [{ PricingCategory: 'Standard' }, priced(charge.amount, price, MILLION_TOKENS_UNIT), consumed];
}

/** A type, since an interface is no record of cells. */
type Priced = Facts & { readonly PricingQuantity: bigint };

/** Price times quantity is the cost, to the micro-dollar. */
function priced(cost: bigint, unitPrice: bigint, unit: string): Priced {
  const PricingQuantity = divideHalfEven(cost * RATIO, unitPrice);
  return { PricingQuantity, PricingUnit: unit, ListUnitPrice: unitPrice, ContractedUnitPrice: unitPrice };
}

/** What all rows of a file say. */
export function periodParts({ window, exchangeName, ...period }: FocusPeriod): readonly Facts[] {
  return [
    ALWAYS,
    { BillingAccountId: period.organizationId, BillingAccountName: period.organizationName },
    { BillingPeriodStart: window.start, BillingPeriodEnd: window.end, x_PeriodStatus: period.status },
    { InvoiceIssuerName: period.issuerName, ServiceProviderName: exchangeName, InvoiceId: period.invoiceNumber },
  ];
}

/** What all charges for a reservation say that are of one kind and month, and owed from one side to the other. */
export function subjectParts(period: FocusPeriod, facts: FocusCharge): readonly Facts[] {
  const { charge } = facts;
  return [
    { HostProviderName: facts.hostName ?? period.exchangeName },
    { ChargeCategory: categoryOf(charge), ChargeClass: charge.month < period.month ? 'Correction' : null },
    { ChargeDescription: descriptionOf(charge), ChargeFrequency: frequencyOf(charge), x_ChargeKind: charge.kind },
    ...skuOf(facts),
  ];
}

/** What all rows of a charge say, and those of no other. */
export function chargeParts({ invoiceNumber }: FocusPeriod, charge: ChargeRow): readonly Facts[] {
  const { start, end } = servedBy(charge);
  const InvoiceDetailId = invoiceNumber === null ? null : detailIdOf(invoiceNumber, charge);
  return [
    { ChargePeriodStart: start, ChargePeriodEnd: end },
    { InvoiceDetailId, x_LedgerVersion: BigInt(charge.version) },
  ];
}

const ALWAYS: Facts = {
  ...{ BillingCurrency: CURRENCY, ServiceName: SERVICE_NAME },
  ...{ ServiceCategory: 'AI and Machine Learning', ServiceSubcategory: 'Generative AI' },
};

/** One price of one market: capacity and overage are two meters of it. */
function skuOf({ charge, purchase }: FocusCharge): readonly Facts[] {
  const { reservationId } = charge;
  const market = marketOf(reservationId);
  if (market === null) return [];
  const [model = market, quantization = ''] = market.split('@');
  const names = { x_ModelId: model, x_Quantization: quantization };
  if (!PRICED.has(categoryOf(charge))) return [names];
  return [names, ...skuNames(charge, ''), { SkuPriceDetails: JSON.stringify(skuDetails(reservationId, purchase)) }];
}

/** None where nobody knows the market. */
function skuNames({ kind, reservationId }: ChargeRow, within: string): readonly Facts[] {
  const market = marketOf(reservationId);
  if (market === null) return [];
  const SkuId = `${market}/${kind}${within}`;
  return [{ SkuId, SkuMeter: METERS[kind] ?? kind, SkuPriceId: `${SkuId}/${reservationId}` }];
}

function skuDetails(reservationId: string, purchase: Purchase | null): Readonly<Record<string, string>> {
  const [model = '', quantization = ''] = (marketOf(reservationId) ?? '').split('@');
  return { x_Model: model, x_Quantization: quantization, ...(purchase === null ? {} : { x_PoolId: purchase.poolId }) };
}

/** What has a price; the rest is an amount. */
const PRICED: ReadonlySet<ChargeCategory> = new Set(['Usage', 'Purchase']);

const METERS: Readonly<Record<string, string>> = {
  delivery: 'Reserved capacity',
  overage: 'Tokens above a reservation',
  cancellation: 'Cancellation fee',
};

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
