import type { ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import { limitNamed } from './credit-limit.js';
import type { InvoicedHour } from './ledger.commands.js';
import type { Ledger } from './ledger.state.js';
import type { Parts } from './split.js';

type Limits = Pick<Ledger, 'creditLimits'>;

/** The invoice that a credit note may correct by all that a concession takes back; null: it stays a credit. */
export function noteOn(ledger: Limits, reservationId: ReservationId, invoiced: InvoicedHour | null, amount: MicroUsd): string | null {
  if (invoiced === null || amount > invoiced.charged) return null;
  const { invoiceNumber } = invoiced;
  const limit = limitNamed(ledger, { reservationId, invoiceNumber });
  return limit?.isCounted === true && amount <= limit.left ? invoiceNumber : null;
}

/** What is claimed back of an hour, and from whom: its part of the charge. */
interface Claimed {
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  /** How often the hour fell, this time included. */
  readonly fall: number;
  readonly part: keyof Parts;
  readonly isNoted: boolean;
}

/** Names a claim, and by its beginning all transfers that pay it. */
export function claimName({ reservationId, hour, fall, part, isNoted }: Claimed): string {
  return `${reservationId}/overage/${hour}/${isNoted ? 'noted' : 'less'}/${fall}/${part}`;
}

const CLAIM = /\/overage\/\d+\/(?:less|noted)\/\d+\//;
const NOTED = /\/overage\/\d+\/noted\/\d+\//;

/** Of overage that fell, and of nothing else. */
export const isOverageClaim = (creditId: string): boolean => CLAIM.test(creditId);

/** Whether money that arrives is what a credit note says that comes back: then it is on no invoice. */
export const isNoted = (transferId: string): boolean => NOTED.test(transferId);
