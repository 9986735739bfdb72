import type { OrganizationId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';

/** What numbers are counted by: the issuer's mark, the kind of document, and the year. */
export type Series = `${'HR' | 'CN' | 'SB'}-${number}`;

const DIGITS = 6;
const SERIES = /^((?:HR|CN)-\d{4})-\d+$/;
const CREDIT_NOTE = /^CN-\d{4}-\d{6,}$/;

/**
 * `HR` are invoices and `CN` credit notes of the exchange; `SB` are what it writes in a seller's place, and
 * each seller, as their issuer, has its own. Each starts anew with a year, UTC.
 */
export function seriesOf(kind: 'HR' | 'CN' | 'SB', at: Instant): Series {
  return `${kind}-${Number(formatInstant(at).slice(0, 4))}`;
}

/** The number after so many of a series. */
export function nextNumber(series: Series, given: number): string {
  return `${series}-${String(given + 1).padStart(DIGITS, '0')}`;
}

/** The next one of the exchange. */
export function numberIn(series: ReadonlyMap<string, number>, kind: 'HR' | 'CN', at: Instant): string {
  const own = seriesOf(kind, at);
  return nextNumber(own, series.get(own) ?? 0);
}

/**
 * The series that a number belongs to. Null for `HR-00000001`: until there were years, all of the
 * exchange's invoices were one series, and what was given then stays as it is.
 */
export function seriesIn(number: string): Series | null {
  return (SERIES.exec(number)?.[1] ?? null) as Series | null;
}

export function isCreditNote(text: string | null): boolean {
  return text !== null && CREDIT_NOTE.test(text);
}

/** Gapless for each seller and year: the exchange only writes it in the seller's place. */
export function nextStatementNumber(sellerId: OrganizationId, series: ReadonlyMap<string, number>, at: Instant): string {
  const own = seriesOf('SB', at);
  return nextNumber(own, series.get(`${own} ${sellerId}`) ?? 0);
}
