import { present } from '../../kernel/assert.js';
import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { OrderId, OrganizationId, QuoteId } from '../../kernel/ids.js';
import { divide, MICRO_USD_MAX, type MicroUsd, type UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { HOUR_MS, MINUTE_MS, plus, type Instant } from '../../kernel/time.js';
import { durationOf } from '../../kernel/window.js';
import { endHolds } from './hold.endings.js';
import type { AcceptQuote, PlaceOrder, ReleaseQuote, RequestQuote } from './market.commands.js';
import type { MarketEvent, OrderFilled, QuoteClosed, ReservationHeld } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { HeldReservation, MarketState } from './market.state.js';
import { placeOrder } from './order.decide.js';
import { afterPayment } from './payment.decide.js';
import type { Quote, QuotedFill, QuoteEnd } from './quote.state.js';
import { costUpTo, poolOf } from './titles.js';
import { afterHolds } from './waitlist.decide.js';
import { nearestOnGrid } from './window.rules.js';

type Decided = Decision<MarketEvent, MarketRejection>;

/**
 * How long a price stands: enough for a person to look at it and for a program to ask its owner, too
 * little to wait for a better one at the sellers' cost.
 */
export const QUOTE_LIFE = MINUTE_MS;
/** Open quotes of one buyer in one market: alternatives to compare, and no way to empty the book. */
export const QUOTES_MAX = 5;

/**
 * What an order that must be filled at once would get, held instead of bought: the order itself is
 * decided, so that a quote is what would be executed, whatever the rules of matching are.
 */
export function requestQuote(command: RequestQuote, state: MarketState): Decided {
  const { buyerId, now, quantity } = command;
  const own = [...state.quotes.values()].filter((quote) => quote.buyerId === buyerId);
  if (own.length >= QUOTES_MAX) {
    const endsAt = Math.min(...own.map(({ expiresAt }) => expiresAt)) as Instant;
    return reject({ code: 'TOO_MANY_QUOTES', quotesMax: QUOTES_MAX, endsAt });
  }
  const turned = checkNotTurned(command, state);
  if (turned !== null) return reject(turned);
  const decision = placeOrder(orderFor(command, quantity), state);
  if (!decision.accepted) return reject(refusalOf(command, state, decision.rejection));
  const fills = fillsOf(decision.events);
  const amount = amountOfAll(fills);
  const quote = quoteOf(command, fills.map((fill) => quotedFill(fill, state)), amount);
  const holds = fills.map((fill) => held(fill, quote, now));
  return accept<MarketEvent>({ type: 'QuoteOpened', ...quote }, ...holds);
}

/** A price for no time at all would be none; where there is no market, that is said first. */
function checkNotTurned({ window }: RequestQuote, { pools }: MarketState): MarketRejection | null {
  const [pool] = pools.values();
  if (pool === undefined || window.end > window.start) return null;
  return { code: 'OFF_GRID', nearest: nearestOnGrid(window, pool.facts.grid) };
}

/** Where not all of it is to be had: how much is, and for how much. */
function refusalOf(command: RequestQuote, state: MarketState, why: MarketRejection): MarketRejection {
  if (why.code !== 'NOT_FILLABLE') return why;
  const { available } = why;
  const part = available > 0n ? placeOrder(orderFor(command, available), state) : null;
  const amount = amountOfAll(part?.accepted ? fillsOf(part.events) : []);
  return { code: 'QUOTE_NOT_FILLABLE', available, amount };
}

/** All of it at once or nothing, as what is quoted is paid for. */
function orderFor(command: RequestQuote, quantity: Quantity): PlaceOrder {
  const { quoteId, buyerId, window, constraints, now, seed } = command;
  const limitPrice = command.limitPrice ?? highestLimit(command);
  return {
    type: 'PlaceOrder',
    ...{ orderId: quoteId as string as OrderId, buyerId, window, quantity, limitPrice, constraints },
    ...{ minimumFill: quantity, timeInForce: { kind: 'FOK' }, now, seed },
    reserved: costUpTo(limitPrice, quantity, window),
  };
}

/** Whatever it costs: as much as any order for so much may say. */
function highestLimit({ quantity, window }: RequestQuote): UnitPrice {
  const tokenMs = quantity * BigInt(durationOf(window));
  // Where there is no market.
  if (tokenMs <= 0n) return 0n as UnitPrice;
  return divide(MICRO_USD_MAX * BigInt(HOUR_MS), tokenMs).quotient as UnitPrice;
}

const fillsOf = (events: readonly MarketEvent[]): readonly OrderFilled[] =>
  events.filter((event) => event.type === 'OrderFilled');

const amountOfAll = (fills: readonly OrderFilled[]): MicroUsd =>
  fills.reduce((sum, { amount }) => sum + amount, 0n) as MicroUsd;

function quotedFill(fill: OrderFilled, state: MarketState): QuotedFill {
  const { reservationId, listingId, poolId, providerId, quantity, unitPrice, amount } = fill;
  const { platform, region } = poolOf(state, poolId).facts.attributes;
  const place = { listingId, poolId, providerId, platform, region };
  return { reservationId, ...place, quantity, unitPrice, amount };
}

function quoteOf(
  { type: _type, now, seed: _seed, ...terms }: RequestQuote,
  fills: readonly QuotedFill[],
  amount: MicroUsd,
): Quote {
  // Nothing is set aside for longer than it is for.
  const expiresAt = Math.min(plus(now, QUOTE_LIFE), terms.window.end) as Instant;
  return { ...terms, amount, fills, quotedAt: now, expiresAt };
}

function held(
  fill: OrderFilled,
  { quoteId, expiresAt }: Quote,
  heldAt: Instant,
): ReservationHeld {
  const { reservationId, listingId, poolId, sellerId, holderId, source, window } = fill;
  const { quantity, unitPrice, amount, hops, termsVersion, listingRemaining } = fill;
  return {
    type: 'ReservationHeld',
    ...{ reservationId, listingId, poolId, sellerId, holderId, source, window, quantity },
    ...{ unitPrice, amount, hops, termsVersion, heldAt, expiresAt },
    ...{ extendsReservationId: null, quoteId, listingRemaining },
  };
}

/** All of it is paid for at once, at the price that was quoted. */
export function acceptQuote(command: AcceptQuote, state: MarketState): Decided {
  const quote = ownQuote(command, state);
  if ('code' in quote) return reject(quote);
  if (command.amount !== quote.amount) return reject({ code: 'PAYMENT_MISMATCH', due: quote.amount });
  return accept<MarketEvent>(
    closeQuote(quote, 'accepted', command.now),
    ...afterPayment(state, command.now, holdsOf(quote, state)),
  );
}

/** Everything goes back to where it is offered, and to those who wait for it. */
export function releaseQuote(command: ReleaseQuote, state: MarketState): Decided {
  const quote = ownQuote(command, state);
  if ('code' in quote) return reject(quote);
  const ended = endHolds(state, holdsOf(quote, state), 'released');
  return accept<MarketEvent>(
    closeQuote(quote, 'released', command.now),
    ...ended.map(({ event }) => event),
    ...afterHolds(state, command, ended),
  );
}

/** The buyer's open quote, or why there is none. */
export function ownQuote(
  { quoteId, buyerId, now }: Pick<ReleaseQuote, 'quoteId' | 'buyerId' | 'now'>,
  { quotes, closedQuotes }: MarketState,
): Quote | MarketRejection {
  const quote = quotes.get(quoteId);
  if (quote?.buyerId === buyerId) {
    const { expiresAt: expiredAt } = quote;
    return expiredAt <= now ? { code: 'QUOTE_EXPIRED', expiredAt } : quote;
  }
  const closed = closedQuotes.get(quoteId);
  return closed?.buyerId === buyerId ? quoteEnded(closed) : { code: 'QUOTE_NOT_FOUND' };
}

/** As the owner of a quote that ended is told. */
export function quoteEnded({
  reason,
  closedAt,
}: {
  readonly reason: QuoteEnd;
  readonly closedAt: Instant;
}): MarketRejection {
  if (reason === 'expired') return { code: 'QUOTE_EXPIRED', expiredAt: closedAt };
  return { code: 'QUOTE_CLOSED', reason, closedAt };
}

function holdsOf({ fills }: Quote, { reservations }: MarketState): readonly HeldReservation[] {
  return fills.map(({ reservationId }) => {
    const one = present(reservations.get(reservationId), `hold ${reservationId} of a quote`);
    if (one.status !== 'held') throw new Error(`${reservationId} is ${one.status}`);
    return one;
  });
}

function closeQuote(
  { quoteId, buyerId }: { readonly quoteId: QuoteId; readonly buyerId: OrganizationId },
  reason: QuoteEnd,
  closedAt: Instant,
): QuoteClosed {
  return { type: 'QuoteClosed', quoteId, buyerId, reason, closedAt };
}

/** Quotes whose time is over; they ended when it was, however late that is looked at. */
export function quotesExpired({ quotes }: MarketState, now: Instant): readonly QuoteClosed[] {
  return [...quotes.values()]
    .filter(({ expiresAt }) => expiresAt <= now)
    .map((quote) => closeQuote(quote, 'expired', quote.expiresAt));
}

/**
 * Quotes of which something was taken: the price was for all of it. What is left of their holds can
 * still be paid one by one, for as long as it is held.
 */
export function quotesBroken(
  { reservations, quotes }: MarketState,
  now: Instant,
  curtailed: readonly MarketEvent[],
): readonly QuoteClosed[] {
  const ids = curtailed.flatMap((event) => {
    if (event.type !== 'HoldReleased') return [];
    const hold = reservations.get(event.reservationId);
    return hold?.status === 'held' && hold.quoteId !== null ? [hold.quoteId] : [];
  });
  return [...new Set(ids)].flatMap((quoteId) => {
    const quote = quotes.get(quoteId);
    return quote === undefined ? [] : [closeQuote(quote, 'curtailed', now)];
  });
}
