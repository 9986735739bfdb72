import { marketOf } from '../../../kernel/ids.js';
import type { Instant } from '../../../kernel/time.js';
import type { RatedHour, RatedHourChange } from '../../../metering/contract.js';
import { chartAccountOf } from '../chart-of-accounts.js';
import type { ChargeKind } from '../charge.js';
import type { InvoiceLayout } from '../invoice-register.events.js';
import type { OveragePart } from '../overage-parts.js';
import {
  countColumn,
  instantColumn,
  moneyColumn,
  textColumn,
  weightedColumn,
  type Row,
  type Table,
} from './table.js';

/** Says whether a file will ever be another: a month without an invoice is a draft. */
export type PeriodStatus = 'draft' | 'final';

/** What every row of a file says of its month. */
export interface Period {
  readonly month: string;
  readonly status: PeriodStatus;
}

/** A line of the books, as the read model has it. */
export interface EntryRow {
  readonly version: number;
  readonly line: number;
  readonly kind: string;
  readonly account: string;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly reservationId: string | null;
  readonly orderId: string | null;
  readonly postedAt: Instant;
  /** Of a transfer that arrived: what it is for. */
  readonly transferKind: string | null;
}

/** A charge, as the read model has it; `month` is when it was served. */
export interface ChargeRow {
  readonly version: number;
  readonly month: string;
  readonly kind: ChargeKind;
  readonly reservationId: string;
  readonly amount: bigint;
  readonly servedFrom: Instant | null;
  readonly servedTo: Instant | null;
  readonly evidence: string | null;
  readonly postedAt: Instant;
  /** Of overage: by token class and served tier; none otherwise, and of before these were told apart. */
  readonly parts: readonly OveragePart[];
}

const PERIOD = [textColumn('month'), textColumn('period_status')];
const CURRENCY = 'USD';

export const LEDGER_ENTRIES: Table = {
  columns: [
    ...PERIOD,
    ...[countColumn('version'), countColumn('line'), instantColumn('posted_at')],
    ...[textColumn('event'), textColumn('account'), textColumn('currency')],
    ...[moneyColumn('amount_usd'), moneyColumn('balance_usd')],
    ...[textColumn('reservation_id', 'null'), textColumn('order_id', 'null')],
  ],
};

export function ledgerEntryRow({ month, status }: Period, entry: EntryRow): Row {
  const { version, line, postedAt, kind, account, amount, balance } = entry;
  const place = [BigInt(version), BigInt(line), postedAt];
  const about = [entry.reservationId, entry.orderId];
  return [month, status, ...place, kind, account, CURRENCY, amount, balance, ...about];
}

export const INVOICE_LINES: Table = {
  columns: [
    ...PERIOD,
    ...[textColumn('invoice_number', 'null'), countColumn('ledger_version')],
    ...[textColumn('charged_month'), textColumn('kind'), textColumn('market', 'null')],
    ...[textColumn('reservation_id'), instantColumn('served_from', 'null')],
    ...[instantColumn('served_to', 'null'), instantColumn('booked_at')],
    ...[textColumn('evidence', 'null'), textColumn('currency'), moneyColumn('amount_usd')],
  ],
};

/** Of invoices that tell overage by token class and served tier: a charge has a row for each. */
const INVOICE_LINES_BY_TOKENS: Table = {
  columns: [
    ...INVOICE_LINES.columns,
    ...[textColumn('token_class', 'null'), textColumn('service_tier', 'null'), countColumn('tokens', 'null')],
  ],
};

export const invoiceLinesTable = (layout: InvoiceLayout): Table => (layout === 1 ? INVOICE_LINES : INVOICE_LINES_BY_TOKENS);

/** What the rows of an invoice's lines say of it. */
export interface InvoiceLinesFile extends Period {
  readonly invoiceNumber: string | null;
  readonly layout: InvoiceLayout;
}

/** A row that is for no tokens in particular. */
export const withoutTokens = (layout: InvoiceLayout, row: Row): Row => (layout === 1 ? row : [...row, null, null, null]);

/** A charge as its rows: their amounts sum to it. */
export function invoiceLineRows(file: InvoiceLinesFile, charge: ChargeRow): readonly Row[] {
  const row = (amount: bigint): Row => invoiceLineRow(file, file.invoiceNumber, { ...charge, amount });
  if (file.layout === 1) return [row(charge.amount)];
  if (charge.parts.length === 0) return [withoutTokens(file.layout, row(charge.amount))];
  return charge.parts.map(({ tokenClass, tier, tokens, amount }) => [...row(amount), tokenClass, tier, tokens]);
}

function invoiceLineRow(
  { month, status }: Period,
  invoiceNumber: string | null,
  charge: ChargeRow,
): Row {
  const { version, reservationId, servedFrom, servedTo, postedAt, evidence, amount } = charge;
  const what = [charge.month, charge.kind, marketOf(reservationId), reservationId];
  const when = [servedFrom, servedTo, postedAt];
  return [month, status, invoiceNumber, BigInt(version), ...what, ...when, evidence, CURRENCY, amount];
}

export const USAGE_HOURS: Table = {
  columns: [
    ...PERIOD,
    ...[instantColumn('hour'), textColumn('market', 'null'), textColumn('reservation_id')],
    ...[countColumn('revision'), textColumn('row_type'), countColumn('requests')],
    ...[countColumn('input_tokens'), countColumn('cached_input_tokens')],
    ...[countColumn('output_tokens'), countColumn('reasoning_tokens')],
    ...[weightedColumn('weighted_tokens'), weightedColumn('entitled_tokens')],
    ...[weightedColumn('overage_tokens'), textColumn('currency'), moneyColumn('overage_usd')],
    instantColumn('rated_at'),
  ],
};

/** What became known of an hour: all of it, or the difference to what an earlier file says. */
export function usageHourRow({ month, status }: Period, { now, before }: RatedHourChange): Row {
  const { hour, reservationId, revision, ratedAt } = now;
  const type = before === null ? 'hour' : 'correction';
  const [overageAmount, ...amounts] = amountsOf(now).map(
    (amount, index) => amount - (before === null ? 0n : (amountsOf(before)[index] ?? 0n)),
  );
  const which = [hour, marketOf(reservationId), reservationId, BigInt(revision), type];
  return [month, status, ...which, ...amounts, CURRENCY, overageAmount ?? 0n, ratedAt];
}

function amountsOf(hour: RatedHour): readonly bigint[] {
  const { input, cachedInput, output, reasoning } = hour.counts;
  const counts = [hour.events, input, cachedInput, output, reasoning];
  return [hour.overageAmount, ...counts, hour.weighted, hour.entitled, hour.overage];
}

export const JOURNAL_ENTRIES: Table = {
  columns: [
    ...[instantColumn('date'), countColumn('entry'), textColumn('account_code')],
    ...[textColumn('account_name'), moneyColumn('debit'), moneyColumn('credit')],
    ...[textColumn('currency'), textColumn('text'), textColumn('reference', 'null')],
    textColumn('period_status'),
  ],
};

/** From the organization's own side: what the exchange owes it is its asset. */
export function journalRow({ status }: Period, entry: EntryRow): Row {
  const { code, name } = chartAccountOf(entry);
  const { amount, kind, transferKind, version, postedAt } = entry;
  const [debit, credit] = amount > 0n ? [amount, 0n] : [0n, -amount];
  const text = transferKind === null ? kind : `${kind} ${transferKind}`;
  const reference = entry.reservationId ?? entry.orderId;
  return [postedAt, BigInt(version), code, name, debit, credit, CURRENCY, text, reference, status];
}
