import { present } from '../../../kernel/assert.js';
import type { InvoiceLayout } from '../invoice-register.events.js';
import {
  countColumn,
  inSeconds,
  instantColumn,
  jsonColumn,
  moneyColumn,
  ratioColumn,
  textColumn,
  weightedColumn,
  type Cell,
  type Row,
  type Table,
} from './table.js';

/**
 * The tables of FOCUS 1.4 (FinOps Open Cost and Usage Specification), with every mandatory column, what
 * applies to us of the others, and our own under `x_`. https://focus.finops.org
 */
export const COST_AND_USAGE: Table = {
  columns: [
    ...[moneyColumn('BilledCost'), textColumn('BillingAccountId')],
    ...[textColumn('BillingAccountName', 'null'), textColumn('BillingCurrency')],
    ...[instantColumn('BillingPeriodEnd'), instantColumn('BillingPeriodStart')],
    ...[textColumn('ChargeCategory'), textColumn('ChargeClass', 'null')],
    ...[textColumn('ChargeDescription', 'null'), textColumn('ChargeFrequency')],
    ...[instantColumn('ChargePeriodEnd'), instantColumn('ChargePeriodStart')],
    ...[moneyColumn('ContractedCost'), moneyColumn('ContractedUnitPrice', 'null')],
    ...[moneyColumn('EffectiveCost'), textColumn('HostProviderName')],
    ...[textColumn('InvoiceIssuerName'), moneyColumn('ListCost')],
    ...[moneyColumn('ListUnitPrice', 'null'), ratioColumn('PricingQuantity', 'null')],
    ...[textColumn('PricingUnit', 'null'), textColumn('PricingCategory', 'null')],
    ...[textColumn('ServiceCategory'), textColumn('ServiceSubcategory')],
    ...[textColumn('ServiceName'), textColumn('ServiceProviderName')],
    ...[ratioColumn('ConsumedQuantity', 'null'), textColumn('ConsumedUnit', 'null')],
    ...[textColumn('InvoiceDetailId', 'null'), textColumn('InvoiceId', 'null')],
    ...[textColumn('SkuId', 'null'), textColumn('SkuMeter', 'null')],
    ...[jsonColumn('SkuPriceDetails', 'null'), textColumn('SkuPriceId', 'null')],
    ...[jsonColumn('ContractApplied', 'null'), textColumn('CapacityReservationId', 'null')],
    ...[textColumn('CapacityReservationStatus', 'null'), jsonColumn('AllocatedMethodDetails', 'null')],
    ...[textColumn('AvailabilityZone', 'null'), textColumn('SubAccountId', 'null')],
    ...[textColumn('SubAccountName', 'null'), jsonColumn('Tags', 'null')],
    ...[textColumn('x_ModelId', 'null'), textColumn('x_Quantization', 'null')],
    ...[countColumn('x_Requests', 'null'), countColumn('x_InputTokens', 'null')],
    ...[countColumn('x_CachedInputTokens', 'null'), countColumn('x_OutputTokens', 'null')],
    ...[countColumn('x_ReasoningTokens', 'null'), weightedColumn('x_WeightedTokens', 'null')],
    ...[textColumn('x_ChargeKind'), countColumn('x_LedgerVersion', 'null'), textColumn('x_PeriodStatus')],
    // Since the fourth layout.
    ...[textColumn('x_PartReservationId', 'null'), textColumn('x_TeamId', 'null')],
  ],
};

export const INVOICE_DETAIL: Table = {
  columns: [
    ...[moneyColumn('BilledCost'), textColumn('BillingAccountId'), textColumn('BillingCurrency')],
    ...[instantColumn('BillingPeriodEnd'), instantColumn('BillingPeriodStart')],
    ...[textColumn('ChargeCategory'), instantColumn('InvoiceDetailCreated')],
    ...[textColumn('InvoiceDetailDescription', 'null'), jsonColumn('InvoiceDetailGrain', 'null')],
    ...[textColumn('InvoiceDetailId'), instantColumn('InvoiceDetailLastUpdated')],
    ...[textColumn('InvoiceId'), instantColumn('InvoiceIssueDate', 'null')],
    ...[textColumn('InvoiceIssueStatus'), textColumn('InvoiceIssuerName')],
    ...[textColumn('PaymentCurrency'), instantColumn('PaymentDueDate', 'null')],
    ...[textColumn('PaymentTerms'), textColumn('ReferenceInvoiceId')],
    ...[moneyColumn('PaymentCurrencyBilledCost'), textColumn('PaymentCurrencyInvoiceDetailId')],
    ...[textColumn('PurchaseOrderNumber', 'null'), textColumn('x_PeriodStatus')],
  ],
};

export const BILLING_PERIOD: Table = {
  columns: [
    ...[instantColumn('BillingPeriodCreated'), instantColumn('BillingPeriodEnd')],
    ...[instantColumn('BillingPeriodLastUpdated'), instantColumn('BillingPeriodStart')],
    ...[textColumn('BillingPeriodStatus'), textColumn('InvoiceIssuerName')],
    textColumn('x_PeriodStatus'),
  ],
};

/** As of FOCUS 1.3, which brought the data set: in files of invoices until the third layout. */
export const COMMITMENT_OF_FOCUS_1_3: Table = {
  columns: [
    ...[textColumn('BillingCurrency', 'null'), textColumn('ContractCommitmentCategory')],
    ...[moneyColumn('ContractCommitmentCost', 'null'), textColumn('ContractCommitmentDescription', 'null')],
    ...[textColumn('ContractCommitmentId'), instantColumn('ContractCommitmentPeriodEnd')],
    ...[instantColumn('ContractCommitmentPeriodStart'), ratioColumn('ContractCommitmentQuantity', 'null')],
    ...[textColumn('ContractCommitmentType'), textColumn('ContractCommitmentUnit', 'null')],
    ...[textColumn('ContractId'), instantColumn('ContractPeriodEnd'), instantColumn('ContractPeriodStart')],
    ...[moneyColumn('x_ContractedUnitPrice'), textColumn('x_ModelId', 'null'), textColumn('x_PeriodStatus')],
  ],
};

export const CONTRACT_COMMITMENT: Table = {
  columns: [
    ...[textColumn('BillingCurrency', 'null'), jsonColumn('ContractCommitmentApplicability')],
    ...[textColumn('ContractCommitmentBenefitCategory'), textColumn('ContractCommitmentCategory')],
    ...[moneyColumn('ContractCommitmentCost', 'null'), instantColumn('ContractCommitmentCreated')],
    ...[textColumn('ContractCommitmentDescription', 'null'), ratioColumn('ContractCommitmentDiscountPercentage', 'null')],
    ...[textColumn('ContractCommitmentDurationType'), textColumn('ContractCommitmentFulfillmentInterval')],
    ...[textColumn('ContractCommitmentId'), instantColumn('ContractCommitmentLastUpdated')],
    ...[textColumn('ContractCommitmentLifecycleStatus'), textColumn('ContractCommitmentModel')],
    ...[textColumn('ContractCommitmentOfferCategory'), textColumn('ContractCommitmentPaymentInterval')],
    ...[textColumn('ContractCommitmentPaymentModel'), instantColumn('ContractCommitmentPeriodEnd')],
    ...[instantColumn('ContractCommitmentPeriodStart'), ratioColumn('ContractCommitmentQuantity', 'null')],
    ...[textColumn('ContractCommitmentType'), textColumn('ContractCommitmentUnit', 'null')],
    ...[textColumn('ContractId'), instantColumn('ContractPeriodEnd'), instantColumn('ContractPeriodStart')],
    ...[textColumn('InvoiceIssuerName'), textColumn('ServiceProviderName')],
    ...[moneyColumn('x_ContractedUnitPrice'), textColumn('x_ModelId', 'null'), textColumn('x_PeriodStatus')],
  ],
};

/** Cells by the names of their columns. */
export type Facts = Readonly<Record<string, Cell>>;

/** Where each column of a table stands. */
const COLUMNS_OF = new WeakMap<Table, ReadonlyMap<string, number>>();

function placesOf(table: Table): ReadonlyMap<string, number> {
  const known = COLUMNS_OF.get(table);
  if (known !== undefined) return known;
  const places = new Map(table.columns.map(({ name }, index) => [name, index]));
  COLUMNS_OF.set(table, places);
  return places;
}

/** Until the third layout every table ended with this: columns behind it are not written. */
const LAST_BEFORE_FOURTH = 'x_PeriodStatus';

function beforeFourth(table: Table): Table {
  const { columns } = table === CONTRACT_COMMITMENT ? COMMITMENT_OF_FOCUS_1_3 : table;
  return { columns: columns.slice(0, columns.findIndex(({ name }) => name === LAST_BEFORE_FOURTH) + 1) };
}

const tablesBy = (form: (table: Table) => Table): ReadonlyMap<Table, Table> =>
  new Map([COST_AND_USAGE, INVOICE_DETAIL, BILLING_PERIOD, CONTRACT_COMMITMENT].map((table) => [table, form(table)]));
const FIRST = tablesBy(beforeFourth);
const THIRD = tablesBy((table) => inSeconds(beforeFourth(table)));
const FOURTH = tablesBy(inSeconds);
/** By the layout of the invoice. */
const FORMS: Readonly<Record<InvoiceLayout, typeof FIRST>> = { 1: FIRST, 2: FIRST, 3: THIRD, 4: FOURTH, 5: FOURTH };

/**
 * One of the tables above as files have it of an invoice of this layout: since the third in whole seconds, as FOCUS's
 * `DateTimeFormat` has them, and since the fourth with all of its columns.
 */
export const focusTable = (table: Table, layout: InvoiceLayout): Table => present(FORMS[layout].get(table), 'FOCUS table');

/**
 * A row of a table, in its order, of facts that are told in parts: what is left out is null, what is said
 * twice is what was said last. Parts are small and each always of the same shape, which is what makes a row cheap.
 */
export function rowOf(table: Table, ...parts: readonly Facts[]): Row {
  return rowWith(table, new Array<Cell>(table.columns.length).fill(null), parts);
}

/** A row, and in a copy of it what more is said, in lists one after the other. */
export function rowWith(table: Table, row: Row, ...lists: readonly (readonly Facts[])[]): Row {
  const places = placesOf(table);
  const cells = row.slice();
  for (const parts of lists) {
    for (const part of parts) put(cells, places, part);
  }
  return cells;
}

function put(cells: Cell[], places: ReadonlyMap<string, number>, part: Facts): void {
  for (const name in part) cells[present(places.get(name), name)] = part[name] as Cell;
}
