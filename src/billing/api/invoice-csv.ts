import { toCsv } from '../../api/http/csv.js';
import { marketOf } from '../../kernel/ids.js';
import { formatUsd } from '../../kernel/money.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { InvoiceView } from '../application/invoice.service.js';

const COLUMNS = [
  'invoice_number',
  'month',
  'line',
  'kind',
  'market',
  'reservation_id',
  'served_from',
  'served_to',
  'booked_at',
  'evidence',
  'currency',
  'amount_usd',
  'amount_micro_usd',
] as const;

const instantCell = (instant: Instant | null | undefined): string =>
  instant === null || instant === undefined ? '' : formatInstant(instant);

/**
 * One row for each line, RFC 4180 with a header. Charges are above zero, credits below; no line is
 * rounded, so the column sums to charges less credits, and the tax.
 */
export function invoiceCsv({ number, month, lines, tax, issuedAt }: InvoiceView): string {
  const rows = lines.map(({ kind, reservationId, served, postedAt, amount, evidence }, index) => [
    number ?? 'DRAFT',
    month,
    String(index + 1),
    kind,
    marketOf(reservationId) ?? '',
    reservationId,
    instantCell(served?.start),
    instantCell(served?.end),
    instantCell(postedAt),
    evidence ?? '',
    'USD',
    formatUsd(amount),
    amount.toString(),
  ]);
  const taxes = (tax?.lines ?? []).map(({ amount }, index) => [
    ...[number ?? 'DRAFT', month, String(lines.length + index + 1), 'tax', '', '', '', '', instantCell(issuedAt)],
    ...[tax?.calculationId ?? '', 'USD', formatUsd(amount), amount.toString()],
  ]);
  return toCsv(COLUMNS, [...rows, ...taxes]);
}
