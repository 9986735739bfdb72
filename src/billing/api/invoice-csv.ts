import { toCsv } from '../../api/http/csv.js';
import { marketOf } from '../../kernel/ids.js';
import { formatUsd, microUsd } from '../../kernel/money.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { InvoiceLine } from '../model/invoice-register.events.js';
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
 * One row for each line, of overage one for each token class and served tier, RFC 4180 with a header. Charges are above zero, credits below; no line is
 * rounded, so the column sums to charges less credits, and the tax.
 */
export function invoiceCsv({ number, month, lines, tax, issuedAt, layout }: InvoiceView): string {
  const rowOf = ({ kind, reservationId, served, postedAt, evidence }: InvoiceLine, index: number, amount: bigint): readonly string[] => [
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
    formatUsd(microUsd(amount)),
    amount.toString(),
  ];
  const rows = lines.flatMap((line, index) =>
    layout === 1 ? [rowOf(line, index, line.amount)] : byTokens(line, (amount) => rowOf(line, index, amount)),
  );
  const taxes = (tax?.lines ?? []).map(({ amount }, index) => [
    ...[number ?? 'DRAFT', month, String(lines.length + index + 1), 'tax', '', '', '', '', instantCell(issuedAt)],
    ...[tax?.calculationId ?? '', 'USD', formatUsd(amount), amount.toString()],
  ]);
  const none = layout === 1 ? [] : NO_TOKENS;
  return toCsv(layout === 1 ? COLUMNS : [...COLUMNS, 'token_class', 'service_tier', 'tokens'], [...rows, ...taxes.map((row) => [...row, ...none])]);
}

const NO_TOKENS = ['', '', ''] as const;

/** One row, or of overage one for each token class and served tier, under the number of the same line. */
function byTokens({ amount: whole, parts }: InvoiceLine, rowOf: (amount: bigint) => readonly string[]): readonly (readonly string[])[] {
  if (parts.length === 0) return [[...rowOf(whole), ...NO_TOKENS]];
  return parts.map(({ tokenClass, tier, tokens, amount }) => [...rowOf(amount), tokenClass, tier ?? '', tokens.toString()]);
}
