import type { MarketEvent } from '../../../allocation/contract.js';
import { HOUR_MS, type Instant } from '../../../kernel/time.js';
import type { LedgerEvent } from '../ledger.events.js';
import { EscrowAudit } from './escrow.audit.js';
import { OrderMoneyAudit } from './order-money.audit.js';

const [READ, UNREAD] = [true, false];
const about = { orderId: 'o', reservationId: 'm~r' };

/** Only what the audits look at. */
const books = (type: LedgerEvent['type'], account: string, balance: bigint, more: object = {}): LedgerEvent =>
  ({ type, ...about, ...more, postings: [{ account, amount: 0n, balance }] }) as unknown as LedgerEvent;
const market = (type: MarketEvent['type'], more: object = {}): MarketEvent =>
  ({ type, ...about, ...more }) as unknown as MarketEvent;

const reserved = (balance: bigint): LedgerEvent => books('FundsReserved', 'reserved:o', balance);
const released = (balance: bigint): LedgerEvent => books('FundsReleased', 'reserved:o', balance);
const captured = (balance: bigint): LedgerEvent => books('EscrowFunded', 'reserved:o', balance);
const placed = market('OrderPlaced', { reserved: 100n });
const filled = market('OrderFilled', { amount: 60n });
const closed = market('OrderClosed');
const bid = market('AuctionBidPlaced', { reserved: 100n });
const withdrawn = market('AuctionBidWithdrawn');
const lowered = market('OrderAmended', { reserved: 80n });

type Seen = readonly [event: LedgerEvent | MarketEvent, isRead: boolean];
const isBooks = (event: LedgerEvent | MarketEvent): event is LedgerEvent => 'postings' in event;

describe('what is set aside for an order', () => {
  it.each<[string, readonly Seen[], RegExp | null]>([
    ['is what it may cost', [[reserved(100n), READ], [placed, READ]], null],
    ['and the market is not told yet', [[reserved(100n), UNREAD]], null],
    ['and the market never took it', [[reserved(100n), READ]], /100 is set aside for o, which may cost 0: it hangs/],
    ['less than it may cost', [[reserved(90n), READ], [placed, READ]], /90 is set aside for o, which may cost 100$/],
    ['a fill that is not booked yet', [[reserved(100n), READ], [placed, READ], [filled, UNREAD]], null],
    ['a fill that nobody books', [[reserved(100n), READ], [placed, READ], [filled, READ]], /may cost 40: it hangs/],
    ['a fill', [[reserved(100n), READ], [captured(40n), READ], [placed, READ], [filled, READ]], null],
    ['an end that is not booked yet', [[captured(40n), READ], [placed, READ], [filled, READ], [closed, UNREAD]], null],
    ['an end that nobody books', [[captured(40n), READ], [placed, READ], [filled, READ], [closed, READ]], /may cost 0: it hangs/],
    ['an end', [[released(0n), READ], [placed, READ], [filled, READ], [closed, READ]], null],
    ['lowered', [[released(80n), READ], [placed, READ], [lowered, READ]], null],
    ['lowered, and nothing came back', [[reserved(100n), READ], [placed, READ], [lowered, READ]], /may cost 80: it hangs/],
    ['a bid in an auction', [[reserved(100n), READ], [bid, READ]], null],
    ['a bid that was withdrawn', [[reserved(100n), READ], [bid, READ], [withdrawn, READ]], /may cost 0: it hangs/],
  ])('%s', (_what, seen, found) => {
    const audit = new OrderMoneyAudit();
    for (const [event, isRead] of seen) {
      if (isBooks(event)) audit.seeBooks(event, isRead);
      else audit.seeMarket(event, isRead);
    }
    expect(audit.end() ?? 'nothing').toMatch(found ?? /^nothing$/);
  });
});

describe('what is in escrow', () => {
  const window = { start: HOUR_MS, end: 2 * HOUR_MS };
  const funded = books('EscrowFunded', 'escrow:m~r', 60n, { orderId: null, window, amount: 60n });
  const ofOrder = books('EscrowFunded', 'escrow:m~r', 60n, { window, amount: 60n });
  const back = books('EscrowReleased', 'escrow:m~r', 0n);
  const settled = books('DeliverySettled', 'escrow:m~r', 0n);
  const held = market('ReservationHeld', { expiresAt: HOUR_MS });
  const [paid, begun, givenBack] = [market('ReservationPaid'), market('ReservationActivated'), market('ReservationCancelled')];
  const lost = market('HoldReleased');

  it.each<[string, readonly Seen[], { at?: number; awaits?: string }, RegExp | null]>([
    ['and the market is not told yet', [[funded, UNREAD], [held, READ]], {}, null],
    ['for what is not there', [[funded, UNREAD]], {}, /paid for, and there is none/],
    ['for what is not there, and came back', [[funded, READ], [back, READ]], {}, null],
    ['by a fill that there was none of', [[ofOrder, READ], [held, READ]], {}, /paid for, and there is none/],
    ['and the market never answered', [[funded, READ], [held, READ]], {}, /hangs: it is neither bought nor given back/],
    ['and came back, because the hold was lost', [[funded, READ], [back, READ], [held, READ], [lost, READ]], {}, null],
    ['of what was bought', [[funded, READ], [held, READ], [paid, READ]], {}, null],
    ['and is not there, of what was bought', [[held, READ], [paid, READ]], {}, /bought, and nobody paid/],
    ['and is not there yet, of what was filled', [[filled, UNREAD]], {}, null],
    ['and is not there, of what was filled', [[filled, READ]], {}, /bought, and nobody paid/],
    ['of what was given back', [[funded, READ], [held, READ], [paid, READ], [givenBack, READ]], {}, /60 of m~r hangs, which was given back/],
    ['of what was given back just now', [[funded, READ], [held, READ], [paid, READ], [givenBack, UNREAD]], {}, null],
    ['of what is being delivered', [[funded, READ], [held, READ], [paid, READ], [begun, READ]], { at: HOUR_MS }, null],
    ['of what was delivered', [[funded, READ], [held, READ], [paid, READ], [begun, READ]], { at: 2 * HOUR_MS }, /hangs, which was delivered/],
    ['and a job sees to it', [[funded, READ], [held, READ], [paid, READ], [begun, READ]],
      { at: 2 * HOUR_MS, awaits: 'settle-delivery m~r 7200000' }, null],
    ['and went on', [[funded, READ], [settled, READ], [held, READ], [paid, READ], [begun, READ]], { at: 2 * HOUR_MS }, null],
    ['a hold that nobody paid for', [[held, READ]], { at: 2 * HOUR_MS }, /the hold m~r is over, and hangs/],
    ['a hold that a job ends', [[held, READ]], { at: 2 * HOUR_MS, awaits: 'advance-market m 3600000' }, null],
    ['a hold that ended', [[held, READ], [lost, READ]], { at: 2 * HOUR_MS }, null],
  ])('%s', (_what, seen, { at = 0, awaits = '' }, found) => {
    const audit = new EscrowAudit((job, key) => awaits.startsWith(`${job} ${key}`));
    for (const [event, isRead] of seen) {
      const place = { at: at as Instant, isRead };
      if (isBooks(event)) audit.seeBooks(event, place);
      else audit.seeMarket(event, place);
    }
    expect(audit.end() ?? 'nothing').toMatch(found ?? /^nothing$/);
  });
});
