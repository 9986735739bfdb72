import { present } from '../../src/kernel/assert.js';
import type { RawEvent, RawIdleRule } from '../simulation/raw-event.js';
import { demand, found } from '../simulation/violation.js';
import type { BooksEvent, ReadLog } from './log-checks.js';
import { tell, type Answer, type Request } from './retrying-client.js';
import type { Used } from './two-servers-holders.js';
import type { Told } from './two-servers-trader.js';
import { HOUR } from './trading.js';

type Of<Type extends RawEvent['type']> = Extract<RawEvent, { readonly type: Type }>;
type Window = { readonly start: string; readonly end: string };

export interface Acknowledged {
  readonly input: Request['input'];
  readonly answer: Answer;
}

/** What was asked for and is not a refusal, of one kind. */
export const acknowledged = (told: readonly Told[], mutation: string): readonly Acknowledged[] =>
  told.flatMap(({ request, answer }) =>
    request.mutation === mutation && !('code' in answer) ? [{ input: request.input, answer }] : [],
  );

const sumOf = (amounts: readonly (string | undefined)[]): bigint =>
  amounts.reduce((sum, amount) => sum + BigInt(amount ?? 0), 0n);

const ruleOf = (reservationId: unknown, rule: RawIdleRule | null): string =>
  [reservationId, ...(rule === null ? ['none'] : [rule.unitPrice, rule.margin, rule.keepMin])].join(' ');

const isOfReview = ({ type, actor }: RawEvent): boolean => type === 'ListingCreated' && actor === 'system:review-idle';

/** Listings that nobody asked for themselves: rules made them. */
export const offeredIdle = (events: readonly RawEvent[]): number => events.filter(isOfReview).length;

/**
 * Holds what was acknowledged against the log, in the log's own words: whoever was told that something
 * was done finds it done, once, at the price that was told; and nothing else was.
 */
export class Findings {
  private readonly events: readonly RawEvent[];
  private readonly money: readonly BooksEvent[];

  constructor(
    private readonly told: readonly Told[],
    { markets, books }: ReadLog,
  ) {
    this.events = [...markets.values()].flat();
    this.money = [...books.values()].flat();
  }

  /** Whoever was told that they paid has what they paid for, once; nobody else has. */
  checkPayments(): void {
    const ids = new Set([
      ...this.acknowledged('payReservation').map(({ input }) => input['reservationId'] as string),
      ...this.told.flatMap(({ answer: { reservationIds, paidIds = reservationIds ?? [] } }) => paidIds as readonly string[]),
      ...this.acknowledged('acceptQuote').flatMap(({ answer }) => answer['reservations'].map(({ reservationId }: Answer) => reservationId as string)),
    ]);
    const paid = this.of('ReservationPaid').map(({ reservationId }) => reservationId);
    for (const id of paid) demand(ids.has(id), `${id} is paid, and nobody was told: ${this.storyOf(id)}`);
    this.checkSame('payments', paid, [...ids]);
  }

  /** Accepted: all parts are bought once, exactly at the price. Else none is, and nothing is charged. */
  checkQuotes(): void {
    const given = this.acknowledged('requestQuote').map(({ answer }) => answer['quote']);
    this.checkSame('quotes', this.of('QuoteOpened').map(({ quoteId }) => quoteId), given.map(({ quoteId }) => quoteId));
    const accepted = new Set(this.acknowledged('acceptQuote').map(({ input }) => input['quoteId'] as string));
    const released = new Set(this.acknowledged('releaseQuote').map(({ input }) => input['quoteId'] as string));
    for (const { quoteId, amount, fills } of given) {
      const ends = this.of('QuoteClosed').filter((event) => event.quoteId === quoteId);
      demand(ends.length === 1, `${quoteId} ends ${ends.length} times`);
      const reason = ends[0]?.reason;
      demand((reason === 'accepted') === accepted.has(quoteId), `${quoteId} is ${reason}, and its buyer was told otherwise`);
      demand((reason === 'released') === released.has(quoteId), `${quoteId} is ${reason}, and its buyer was told otherwise`);
      const ids: string[] = fills.map(({ reservationId }: Answer) => reservationId);
      const paid = this.of('ReservationPaid').filter(({ reservationId }) => ids.includes(reservationId));
      this.checkSame(`bought by ${quoteId}, ${reason}`, paid.map(({ reservationId }) => reservationId), reason === 'accepted' ? ids : []);
      const charged = this.charged(ids);
      const due = reason === 'accepted' ? BigInt(amount) : 0n;
      demand(charged === due, `${quoteId} is ${reason} at ${amount}, and ${charged} is charged`);
    }
    for (const { input, answer } of this.acknowledged('acceptQuote')) {
      const quote = found(given.find(({ quoteId }) => quoteId === input['quoteId']), `quote ${String(input['quoteId'])}`);
      const sum = sumOf(answer['reservations'].map(({ amount }: Answer) => amount));
      demand(sum === BigInt(quote.amount), `${quote.quoteId} is told at ${quote.amount} and bought at ${sum}`);
    }
  }

  /** Each auction is cleared once, unless it lost all that it was for; each bid in it ends once. */
  checkAuctions(): void {
    const opened = [...this.acknowledged('openAuction'), ...this.acknowledged('openResaleAuction')];
    const ids: string[] = opened.map(({ answer }) => answer['listing'].listingId);
    this.checkSame('auctions', this.of('ListingCreated').flatMap(({ auction, listingId }) => (auction === null ? [] : [listingId])), ids);
    for (const id of ids) {
      const cleared = this.of('AuctionCleared').filter(({ listingId }) => listingId === id).length;
      const closed = this.of('ListingClosed').filter(({ listingId }) => listingId === id).length;
      const isOnce = cleared === 1 || (cleared === 0 && closed === 1);
      demand(isOnce, `${id} is cleared ${cleared} times and closed ${closed} times`);
    }
    const bids: string[] = this.acknowledged('placeAuctionBid').map(({ answer }) => answer['order'].orderId);
    this.checkSame('sealed bids', this.of('AuctionBidPlaced').map(({ orderId }) => orderId), bids);
    const ends = [...this.of('OrderClosed'), ...this.of('AuctionBidWithdrawn')].map(({ orderId }) => orderId);
    for (const bid of bids) demand(ends.filter((id) => id === bid).length === 1, `${bid} does not end once`);
    const taken = this.acknowledged('withdrawAuctionBid').map(({ input }) => input['orderId']);
    const back = this.of('AuctionBidWithdrawn').flatMap(({ orderId, reason }) => (reason === 'curtailed' ? [] : [orderId]));
    this.checkSame('bids taken back', back, [...new Set(taken)] as string[]);
  }

  /** All of a package is held as it was asked for, and of what was refused nothing is. */
  checkPackages(): void {
    const heldBy = new Map(this.of('ReservationHeld').map((event) => [event.reservationId, event]));
    for (const { input, answer } of this.acknowledged('holdPlan')) {
      const holds = input['holds'] as readonly { listingId: string; quantity: string; window: Window }[];
      const wanted = holds.map(({ listingId, quantity, window }) => [listingId, quantity, Date.parse(window.start), Date.parse(window.end)].join(' '));
      const made = (answer['reservations'] as readonly Answer[]).map(({ reservationId }) => {
        const { listingId, quantity, window } = found(heldBy.get(reservationId), `hold ${reservationId}`);
        return [listingId, quantity, window.start, window.end].join(' ');
      });
      this.checkSame('holds of a package', made, wanted);
    }
    for (const { input } of this.acknowledged('payReservations')) {
      const ids = input['reservationIds'] as readonly string[];
      this.checkSame('what was paid together', this.of('ReservationPaid').flatMap(({ reservationId }) => (ids.includes(reservationId) ? [reservationId] : [])), ids);
    }
    this.checkHeldForNobody(heldBy);
  }

  /** One reservation goes on for all of it, hour by hour, at no more than its holder named. */
  checkExtensions(): void {
    for (const { input, answer } of this.acknowledged('extendReservation')) {
      const ids: string[] = answer['reservations'].map(({ reservationId }: Answer) => reservationId);
      const held = this.of('ReservationHeld').filter(({ reservationId }) => ids.includes(reservationId));
      this.checkSame('parts of an extension', held.map(({ reservationId }) => reservationId), ids);
      const isIts = held.every(({ extendsReservationId }) => extendsReservationId === input['reservationId']);
      demand(isIts, `${ids.join()} extend another reservation than ${String(input['reservationId'])}`);
      const isWithin = held.every(({ unitPrice }) => BigInt(unitPrice) <= BigInt(input['unitPriceMax'] as string));
      demand(isWithin, `${ids.join()} cost more than ${String(input['unitPriceMax'])}`);
      const until = Date.parse(input['until'] as string);
      const { quantity, end } = this.bought(input['reservationId'] as string);
      for (let hour = end; hour < until; hour += HOUR) {
        const there = held.filter(({ window }) => window.start <= hour && window.end >= hour + HOUR);
        const sum = sumOf(there.map((one) => one.quantity));
        demand(sum === quantity, `${String(input['reservationId'])} has ${quantity} and is prolonged by ${sum}`);
      }
    }
  }

  /** Whoever lost something is paid back once, as the provider was told; and what they want instead is ordered once. */
  checkCurtailments(): void {
    const told = this.acknowledged('curtailPool');
    this.checkSame('curtailments', this.of('PoolCurtailed').map(({ curtailmentId }) => curtailmentId), told.map(({ answer }) => answer['curtailmentId']));
    for (const { answer } of told) {
      const lost = this.of('ReservationCurtailed').filter(({ curtailmentId }) => curtailmentId === answer['curtailmentId']);
      const { refund, penalty } = answer['totals'];
      demand(sumOf(lost.map((one) => one.refund)) === BigInt(refund), `${answer['curtailmentId']} pays back other than ${refund}`);
      demand(sumOf(lost.map((one) => one.penalty)) === BigInt(penalty), `${answer['curtailmentId']} has another penalty than ${penalty}`);
    }
    const losses = this.of('ReservationCurtailed');
    // A part that was handed over was paid for where it was cut from; its penalty is its team's loss.
    const due = losses.filter(({ isTransfer }) => !isTransfer).map(({ reservationId, curtailmentId, refund }) => [reservationId, curtailmentId, refund].join(' '));
    const back = this.booked('EscrowCurtailed').map(({ reservationId, curtailmentId, refund }) => [reservationId, curtailmentId, refund].join(' '));
    this.checkSame('refunds', back, due);
    const owed = losses.filter(({ penalty }) => BigInt(penalty) > 0n).map(({ reservationId, curtailmentId, penalty }) => [reservationId, curtailmentId, penalty].join(' '));
    const charged = this.booked('PenaltyCharged').map(({ reservationId, curtailmentId, amount }) => [reservationId, curtailmentId, amount].join(' '));
    this.checkSame('penalties', charged, owed);
    const tried = this.of('RebookingAttempted').filter(({ refusal }) => refusal === null).map(({ orderId }) => orderId);
    const byHand = this.acknowledged('placeOrder').map((one) => one.answer['order'].orderId as string);
    this.checkSame('orders', this.of('OrderPlaced').map(({ orderId }) => orderId), [...byHand, ...tried]);
  }

  /** Each part that was handed over is the team's, as it was asked for, and came back where that was told. */
  checkTransfers(): void {
    const wanted = this.acknowledged('transferReservation').map(({ input, answer }) => {
      const { start, end } = input['window'] as Window;
      const part = answer['reservation'].reservationId as string;
      return [part, input['reservationId'], input['teamId'], input['quantity'], Date.parse(start), Date.parse(end)].join(' ');
    });
    const made = this.of('ReservationTransferred').map(({ reservationId, source, teamId, quantity, window: { start, end } }) =>
      [reservationId, source.reservationId, teamId, quantity, start, end].join(' '));
    this.checkSame('parts of teams', made, wanted);
    const back = this.acknowledged('returnTransfer').map(({ input }) => input['reservationId'] as string);
    this.checkSame('parts that came back', this.of('TransferReturned').map(({ reservationId }) => reservationId), back);
  }

  /** Each rule is as it was told, and what it was measured by is what was reported, once, or not yet. */
  checkIdleRules(used: readonly Used[]): void {
    const wanted = this.acknowledged('setIdleRule').map(({ input }) => ruleOf(input['reservationId'], input['rule'] as RawIdleRule | null));
    this.checkSame('rules', this.of('IdleRuleSet').map(({ reservationId, rule }) => ruleOf(reservationId, rule)), wanted);
    const rates = new Map(used.map(({ reservationId, rate, isTaken }) => [reservationId, isTaken ? rate : 0]));
    const measured = new Set<string>();
    for (const { reservationId, peak } of this.of('IdleReviewed')) {
      const rate = rates.get(reservationId) ?? 0;
      const isRight = peak === `${rate}` || (peak === '0' && !measured.has(reservationId));
      demand(isRight, `${reservationId} used ${rate} in its busiest hour, and ${peak} is measured: ${this.storyOf(reservationId)}`);
      if (peak !== '0') measured.add(reservationId);
    }
    const offers = new Set(this.of('IdleReviewed').flatMap(({ listingId }) => listingId ?? []));
    const byReview = this.of('ListingCreated').filter(isOfReview).map(({ listingId }) => listingId);
    this.checkSame('offers of what is idle', byReview, [...offers]);
  }

  /** Of what is measured at last nothing is missing: all of it was known an hour before. */
  checkMeasured(used: readonly Used[]): void {
    const last = new Map(this.of('IdleReviewed').map(({ reservationId, peak }) => [reservationId, peak]));
    for (const { reservationId, rate } of used) {
      const peak = last.get(reservationId);
      demand(peak === `${rate}`, `${reservationId} used ${rate} in its busiest hour, and ${peak} is measured at last: ${this.storyOf(reservationId)}`);
    }
  }

  /**
   * What nobody was told of was part of a package that was refused, and was given back for that; or it was over or
   * lost before it could be, between one market and the next. It was held, and ended once, and nothing else.
   */
  private checkHeldForNobody(held: ReadonlyMap<string, Of<'ReservationHeld'>>): void {
    const known = new Set(this.told.flatMap(({ answer }) => [
      ...(answer['reservations'] ?? []),
      ...(answer['quote']?.fills ?? []),
      ...(answer['reservation'] === undefined ? [] : [answer['reservation']]),
    ].map(({ reservationId }: Answer) => reservationId as string)));
    const unknown = [...held.values()].filter(({ reservationId }) => !known.has(reservationId));
    for (const { reservationId, expiresAt } of unknown) {
      const [start, end, ...others] = this.allOf(reservationId);
      const isHeld = start?.type === 'ReservationHeld' && end?.type === 'HoldReleased' && others.length === 0;
      demand(isHeld, `nobody was told of the hold ${reservationId}, and it is more, or stays: ${this.storyOf(reservationId)}`);
      const { reason, cause, occurredAt } = end as Of<'HoldReleased'>;
      const isOver = reason === 'expired' && occurredAt >= expiresAt;
      const isLost = reason === 'curtailed' && cause === 'mutation:curtailPool';
      demand(isOver || isLost || cause === 'mutation:holdPlan', `nobody was told of the hold ${reservationId}, and it ended otherwise: ${this.storyOf(reservationId)}`);
    }
    const back = this.of('HoldReleased').filter(({ cause }) => cause === 'mutation:holdPlan').map(({ reservationId }) => reservationId);
    const ids = unknown.map(({ reservationId }) => reservationId);
    this.checkSame('holds that were given back', back, ids.filter((id) => back.includes(id)));
  }

  /** What was asked and told about something, and what was booked of it: for who has to find out why. */
  private storyOf(id: string): string {
    const told = this.told.filter(({ request, answer }) => JSON.stringify([request.input, answer]).includes(id));
    const events = [...this.events, ...this.money].filter((event) => JSON.stringify(event).includes(id));
    const asked = told.map(({ request, answer }) => tell(request, answer));
    return [...asked, ...events.map((event) => JSON.stringify(event))].join('\n');
  }

  /** All that happened to a reservation, in markets and in books. */
  private allOf(id: string): readonly (RawEvent | BooksEvent)[] {
    return [...this.events, ...this.money].filter((event) => 'reservationId' in event && event.reservationId === id);
  }

  private bought(id: string): { readonly quantity: bigint; readonly end: number } {
    const events = [...this.of('ReservationHeld'), ...this.of('OrderFilled'), ...this.of('ReservationTransferred')];
    const { quantity, window } = found(events.find(({ reservationId }) => reservationId === id), `purchase of ${id}`);
    return { quantity: BigInt(quantity), end: window.end };
  }

  /** What is in escrow or came out of it for something else than that it was given back unpaid. */
  private charged(ids: readonly string[]): bigint {
    const of = (type: string): bigint =>
      sumOf(this.booked(type).filter(({ reservationId = '' }) => ids.includes(reservationId)).map(({ amount }) => amount));
    return of('EscrowFunded') - of('EscrowReleased');
  }

  /** Each of what should be there, once, and nothing else. */
  private checkSame(what: string, there: readonly string[], due: readonly string[]): void {
    const missing = [...due];
    const others = there.filter((one) => {
      const place = missing.indexOf(one);
      if (place !== -1) missing.splice(place, 1);
      return place === -1;
    });
    const [first] = [...missing, ...others];
    if (first === undefined) return;
    const told = `${missing.join(', ') || 'nothing'} is missing, and ${others.join(', ') || 'nothing'} should not be there`;
    demand(false, `${what}: ${told}: ${this.storyOf(present(first.split(' ')[0], 'an id'))}`);
  }

  private acknowledged(mutation: string): readonly Acknowledged[] {
    return acknowledged(this.told, mutation);
  }

  private of<Type extends RawEvent['type']>(type: Type): readonly Of<Type>[] {
    return this.events.filter((event): event is Of<Type> => event.type === type);
  }

  private booked(type: string): readonly BooksEvent[] {
    return this.money.filter((event) => event.type === type);
  }
}
