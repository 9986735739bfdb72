import type { MarketEvent } from '../../../allocation/contract.js';
import type { ReservationId } from '../../../kernel/ids.js';
import { HOUR_MS, plus, type Instant } from '../../../kernel/time.js';
import type { EscrowFunded, LedgerEvent } from '../ledger.events.js';
import type { Account } from '../ledger.state.js';

/** What the books say of one reservation's price. */
interface Paid {
  readonly end: Instant;
  /** By a fill: title has moved before. */
  readonly isFill: boolean;
  /** Whether the market was told. */
  readonly isTold: boolean;
  /** It came back: the market did not take it, or it was given back. */
  isBack: boolean;
  held: bigint;
}

/** What the market says of it. */
interface Sold {
  /** When a hold that nobody pays for ends; null once it is over, or paid. */
  expiresAt: Instant | null;
  isHeld: boolean;
  isBought: boolean;
  isGivenBack: boolean;
  hasBegun: boolean;
  /** Whether everybody who moves its money has heard of all that happened. */
  isSettled: boolean;
}

const NEW: Sold = { expiresAt: null, isHeld: false, isBought: false, isGivenBack: false, hasBegun: false, isSettled: true };

/** Jobs run when they are due, and a while after it where the machine was away. */
const PATIENCE_MS = HOUR_MS;

/**
 * Every escrow is the price of a reservation that was bought, or that waits to be; every reservation that was
 * bought has been paid for; a hold that nobody pays for ends; and what is in escrow goes on when its hours
 * are over. Something may be missing only while whoever sees to it has not heard of it yet.
 */
export class EscrowAudit {
  private readonly paid = new Map<ReservationId, Paid>();
  private readonly sold = new Map<ReservationId, Sold>();
  private newest = 0 as Instant;

  constructor(private readonly isAwaited: (job: 'settle-delivery' | 'advance-market', key: string) => boolean) {}

  /** `isRead`: by the process that tells the market. */
  seeBooks(event: LedgerEvent, { at, isRead }: { readonly at: Instant; readonly isRead: boolean }): void {
    this.passes(at);
    if (event.type === 'EscrowFunded') this.paid.set(event.reservationId, paidBy(event, isRead));
    if (event.type === 'EscrowReleased' || event.type === 'EscrowCancelled') {
      const known = this.paid.get(event.reservationId);
      if (known !== undefined) known.isBack = true;
    }
    for (const { account, balance } of event.postings) {
      const known = this.paid.get(reservationOf(account));
      if (known !== undefined) known.held = balance;
    }
  }

  /** `isRead`: by every process that moves money because of it. */
  seeMarket(event: MarketEvent, { at, isRead }: { readonly at: Instant; readonly isRead: boolean }): void {
    this.passes(at);
    switch (event.type) {
      case 'ReservationHeld':
        return this.note(event.reservationId, { isHeld: true, expiresAt: event.expiresAt });
      case 'HoldReleased':
        return this.note(event.reservationId, { expiresAt: null });
      case 'ReservationPaid':
        return this.note(event.reservationId, { isBought: true, expiresAt: null });
      case 'OrderFilled':
        return this.note(event.reservationId, { isBought: true }, isRead);
      case 'ReservationActivated':
        return this.note(event.reservationId, { hasBegun: true }, isRead);
      case 'ReservationCancelled':
        return this.note(event.reservationId, { isGivenBack: true }, isRead);
      default:
        return;
    }
  }

  /** What is wrong, or null. */
  end(): string | null {
    for (const [reservationId, paid] of this.paid) {
      const wrong = this.wrongWithPaid(reservationId, paid);
      if (wrong !== null) return `I3: ${wrong}`;
    }
    for (const [reservationId, sold] of this.sold) {
      const wrong = this.wrongWithSold(reservationId, sold);
      if (wrong !== null) return `I3: ${wrong}`;
    }
    return null;
  }

  private wrongWithPaid(reservationId: ReservationId, paid: Paid): string | null {
    const sold = this.sold.get(reservationId) ?? NEW;
    if (sold.isBought) return this.wrongWithBought(reservationId, paid, sold);
    // Whoever paid for what there is not has it back.
    if (paid.isBack && !paid.isFill) return null;
    if (paid.isFill || !sold.isHeld) return `${reservationId} is paid for, and there is none`;
    const hangs = paid.isTold;
    return hangs ? `the price of ${reservationId} hangs: it is neither bought nor given back` : null;
  }

  private wrongWithBought(reservationId: ReservationId, { isBack, held, end }: Paid, sold: Sold): string | null {
    if (isBack || held === 0n || !sold.isSettled) return null;
    if (sold.isGivenBack) return `${held} of ${reservationId} hangs, which was given back`;
    const isOver = sold.hasBegun && end <= this.newest;
    const hangs = isOver && !this.isAwaited('settle-delivery', `${reservationId} `);
    return hangs ? `${held} of ${reservationId} hangs, which was delivered` : null;
  }

  private wrongWithSold(reservationId: ReservationId, { isBought, isSettled, expiresAt }: Sold): string | null {
    if (isBought) return !this.paid.has(reservationId) && isSettled ? `${reservationId} is bought, and nobody paid` : null;
    if (expiresAt === null || plus(expiresAt, PATIENCE_MS) > this.newest) return null;
    const marketId = reservationId.slice(0, reservationId.indexOf('~'));
    return this.isAwaited('advance-market', `${marketId} `) ? null : `the hold ${reservationId} is over, and hangs`;
  }

  private note(reservationId: ReservationId, said: Partial<Sold>, isRead = true): void {
    const known = this.sold.get(reservationId) ?? NEW;
    this.sold.set(reservationId, { ...known, ...said, isSettled: known.isSettled && isRead });
  }

  private passes(at: Instant): void {
    if (at > this.newest) this.newest = at;
  }
}

function paidBy({ window, orderId, amount }: EscrowFunded, isTold: boolean): Paid {
  return { end: window.end, isFill: orderId !== null, isTold, isBack: false, held: amount };
}

const PREFIX = 'escrow:';
const reservationOf = (account: Account): ReservationId =>
  (account.startsWith(PREFIX) ? account.slice(PREFIX.length) : '') as ReservationId;
