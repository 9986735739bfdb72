import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import { auditMarket } from '../../src/allocation/model/market.audit.js';
import { decide, marketDecider } from '../../src/allocation/model/market.decide.js';
import type { MarketEvent, OrderFilled, QuoteOpened } from '../../src/allocation/model/market.events.js';
import { listingOf } from '../../src/allocation/model/market.evolve.js';
import type { MarketRejection } from '../../src/allocation/model/market.rejections.js';
import { emptyMarket, type MarketState } from '../../src/allocation/model/market.state.js';
import { NOTHING_FILLED, type Order } from '../../src/allocation/model/order.state.js';
import { minimumOver, rectangle, valueAt } from '../../src/kernel/step-function.js';
import { floorToGrid, HOUR_MS, MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import { SeededRandom } from '../simulation/random.js';
import { hour, PROVIDER, seedOf } from '../support/market.js';
import { CommandTally } from '../support/command-tally.js';
import { checkDecision } from '../support/command-twins.js';
import { NaiveMatcher, type Asked, type Finished, type NaiveFill } from '../support/naive-matcher.js';
import { chainOf } from '../support/naive-positions.js';
import { OrderTraffic } from '../support/order-traffic.js';
import { DENSE, RESOLD, ruledOpening } from '../support/ruled-books.js';

const BOOKS = 150;
const LATE_BOOKS = 60;
const COMMANDS_EACH = 60;
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
const MET = [
  ...['NOT_FILLABLE', 'QUOTE_NOT_FILLABLE', 'WOULD_TRADE', 'QuoteOpened', 'HoldReleased', 'PoolCurtailed'],
  ...['a resale under rules over buyers', 'the price of who waited', 'a least', 'another bid’s turn'],
  'a least above the quantity',
  ...['what counts for several', 'what counts for its buyer already'],
];

const PASSED = 'a bid that a later clock passed over';
const LATE_TURN = 'fills by a clock that is behind';

type Least = 'all' | bigint;

const partOf = ({ bid, ask, quantity, unitPrice, amount }: NaiveFill): string =>
  [bid.orderId, ask.listingId, quantity, unitPrice, amount].join(' ');
const told = ({ orderId, listingId, quantity, unitPrice, amount }: OrderFilled): string =>
  [orderId, listingId, quantity, unitPrice, amount].join(' ');
const quantityOf = (fills: readonly NaiveFill[]): bigint => fills.reduce((all, { quantity }) => all + quantity, 0n);

/** What the state does not say of a command that is decided: who is filled whole, and what is released by it. */
function askedBy(command: MarketCommand, { pools }: MarketState): Asked {
  const isWhole = command.type === 'PlaceOrder' && command.timeInForce.kind === 'FOK';
  const changed = command.type === 'OpenPool' ? [command.facts.poolId] : [];
  const released = command.type === 'AdvanceMarket' ? pools.keys() : changed;
  return { wholeIds: new Set(isWhole ? [command.orderId] : []), releasedIds: new Set(released) };
}

/** Folds what was decided, and looks at the market right before the first fill that it led to. */
class Follower {
  readonly counts = new Map<string, number>();
  readonly finished: Finished[] = [];
  private expected: string[] | null = null;
  private readonly leasts = new Map<string, Least>();

  constructor(readonly state: MarketState) {}

  /** @param isLate by a clock that is behind: what waits by the others is for them to look after */
  follow(command: MarketCommand, events: readonly MarketEvent[], isLate = false): void {
    const asked = askedBy(command, this.state);
    const served = (): readonly NaiveFill[] => new NaiveMatcher(this.state, command.now, { finished: this.finished }).serve();
    // By this clock somebody who waits could have something already, whom a later one passed over: they are not in this turn.
    const isPassed = isLate && served().length > 0;
    if (isPassed) this.seen(PASSED);
    const matcher = (): NaiveMatcher => new NaiveMatcher(this.state, command.now, { ...asked, finished: this.finished });
    this.expected = null;
    for (const event of events) {
      if (!isPassed) this.look(event, matcher);
      this.keep(event);
      marketDecider.evolve(this.state, event);
      this.seen(event.type);
    }
    if (isLate && this.expected !== null) this.seen(LATE_TURN);
    expect(this.expected ?? []).toEqual([]);
    if (isLate) return auditMarket(this.state);
    // Nothing waits that could be had.
    expect(served().map(partOf)).toEqual([]);
  }

  private keep(event: MarketEvent): void {
    this.keepLeast(event);
    const one = event.type === 'ReservationCompleted' ? this.state.reservations.get(event.reservationId) : undefined;
    if (one === undefined || one.status === 'held') return;
    this.finished.push({ poolId: one.poolId, holderId: one.holderId, title: one.lot.title });
  }

  /** Whatever a bid is changed to, it takes at least what its buyer said, or all of it. */
  private keepLeast(event: MarketEvent): void {
    if (event.type === 'OrderPlaced') {
      const { minimumFill, quantity } = event;
      this.leasts.set(event.orderId, quantity > 1n && minimumFill === quantity ? 'all' : minimumFill);
    }
    if (event.type !== 'OrderAmended') return;
    const least = this.leasts.get(event.orderId);
    expect(event.minimumFill).toBe(least === 'all' ? event.quantity : least);
    if (least !== 'all' && least !== undefined && least >= event.quantity && least > 1n) this.seen('a least above the quantity');
  }

  private look(event: MarketEvent, matcher: () => NaiveMatcher): void {
    if (event.type === 'AuctionCleared') {
      expect(this.expected ?? []).toEqual([]);
      this.expected = null;
    }
    const isEnd = event.type === 'OrderClosed' && event.reason === 'unfilled';
    if ((event.type !== 'OrderFilled' && !isEnd) || !this.state.orders.has(event.orderId)) return;
    this.expected ??= matcher().serve().map(partOf);
    if (event.type !== 'OrderFilled') return;
    expect(told(event)).toBe(this.expected.shift());
    this.count(event);
  }

  /** What a fill is an example of. */
  private count({ poolId, orderId, holderId, source, unitPrice }: OrderFilled): void {
    const sold = source.kind === 'reservation' ? this.state.reservations.get(source.reservationId) : undefined;
    const counted = sold === undefined ? [] : [...chainOf(this.state, sold, PROVIDER)];
    if (counted.length > 1) this.seen('what counts for several');
    if (counted.includes(holderId)) this.seen('what counts for its buyer already');
    const facts = this.state.pools.get(poolId)?.facts;
    const order = this.state.orders.get(orderId);
    const isRuled = facts?.buyerShareMax !== null || facts.setAside !== null;
    if (source.kind === 'reservation') this.seen(isRuled ? 'a resale under rules over buyers' : 'a resale');
    if (unitPrice === order?.limitPrice) this.seen('the price of who waited');
    if ((order?.minimumFill ?? 1n) > 1n) this.seen('a least');
    if (this.expected?.[0]?.startsWith(`${orderId} `) === false) this.seen('another bid’s turn');
  }

  private seen(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

type Wanted = Extract<MarketCommand, { readonly type: 'PlaceOrder' | 'RequestQuote' }>;

/** A bid for so much, whole, as it would stand in the market. */
function wholeOf({ buyerId, window, constraints, limitPrice }: Wanted, state: MarketState, quantity: bigint): Order {
  const all = quantity as Order['quantity'];
  return {
    ...{ orderId: 'whole' as Order['orderId'], buyerId, window, constraints, quantity: all, remaining: all },
    ...{ limitPrice: limitPrice ?? (10n ** 15n as Order['limitPrice']), minimumFill: all, sequence: state.nextSequence },
    ...{ reserved: 10n ** 30n as Order['reserved'], expiresAt: Infinity as Instant, isAllOrNone: true },
    ...{ spent: 0n as Order['spent'], fills: 0, byProvider: NOTHING_FILLED },
  };
}

type Known = Pick<Follower, 'state' | 'finished'>;

const isHad = (command: Wanted, { state, finished }: Known, quantity: bigint): boolean =>
  quantityOf(new NaiveMatcher(state, command.now, { finished }).turnOf(wholeOf(command, state, quantity))) === quantity;

/** A refusal says how much could be had, and that all of it could not. */
function checkRefusal(command: MarketCommand, rejection: MarketRejection, known: Known): string | null {
  const { state, finished } = known;
  if (rejection.code === 'NOT_FILLABLE' || rejection.code === 'QUOTE_NOT_FILLABLE') {
    const wanted = command as Wanted;
    expect(isHad(wanted, known, wanted.quantity)).toBe(false);
    if (rejection.available > 0n) expect(isHad(wanted, known, rejection.available)).toBe(true);
    return rejection.code;
  }
  if (rejection.code === 'WOULD_TRADE' && command.type === 'CreateListing') {
    const made = { ...command, type: 'ListingCreated', hops: 0, termsVersion: 1, auction: null } as never;
    const arriving = { ...listingOf(made, state.nextSequence), remaining: rectangle(command.window, command.quantity) };
    const [met] = new NaiveMatcher(state, command.now, { arriving, finished }).serve();
    expect(met?.bid.limitPrice).toBe(rejection.bestBid);
    return rejection.code;
  }
  return null;
}

/** A price that stands is what an order that is filled whole would get. */
function checkQuote(command: MarketCommand, [first]: readonly MarketEvent[], { state, finished }: Known): void {
  if (command.type !== 'RequestQuote' || first?.type !== 'QuoteOpened') return;
  const partsOf = ({ fills }: Pick<QuoteOpened, 'fills'>): string[] =>
    fills.map(({ listingId, quantity, unitPrice }) => [listingId, quantity, unitPrice].join(' '));
  const turn = new NaiveMatcher(state, command.now, { finished }).turnOf(wholeOf(command, state, command.quantity));
  expect(partsOf(first)).toEqual(turn.map(({ ask, quantity, unitPrice }) => [ask.listingId, quantity, unitPrice].join(' ')));
}

/** What was taken by a clock that was behind, and refused, at least. */
const LATE = { PlaceOrder: [100, 20], AmendOrder: [20, 10], CreateListing: [50, 50], HoldReservation: [10, 20], CurtailPool: [20, 5], CancelReservation: [3, 10] } as const;

/** How far a clock is behind, of a process that stood still or was set wrong. */
const BEHIND = [2 * MINUTE_MS, 5 * MINUTE_MS, 50 * MINUTE_MS, 3 * HOUR_MS, 30 * HOUR_MS];

class Play {
  readonly follower = new Follower(emptyMarket());
  private sent = 0;
  private now = hour(0);

  constructor(
    readonly random: SeededRandom,
    private readonly traffic: OrderTraffic,
    private readonly tally = new CommandTally(),
  ) {}

  send(unsent: object, now = this.now): void {
    this.sent += 1;
    const { state, counts, finished } = this.follower;
    const isLate = now < this.now;
    const command = { ...unsent, now, seed: seedOf(this.sent) } as MarketCommand;
    const decision = decide(command, state);
    if (isLate) this.tally.note(command, decision);
    checkDecision(command, decision, state, finished);
    if (!decision.accepted) {
      const code = checkRefusal(command, decision.rejection, { state, finished });
      if (code !== null) counts.set(code, (counts.get(code) ?? 0) + 1);
      return;
    }
    checkQuote(command, decision.events, { state, finished });
    this.follower.follow(command, decision.events, isLate);
  }

  /** Of a hundred commands so many come later than the one before. */
  next(later: number): void {
    if (this.random.chance(later)) this.pass();
    this.send(this.traffic.next(this.follower.state, this.now));
  }

  /** By one of two clocks; all jobs that are due by the one ahead have run. */
  nextOfTwo(later: number): void {
    if (this.random.chance(later)) this.pass();
    const behind = this.random.chance(50) ? this.random.pick(BEHIND) : 0;
    const now = (this.now - behind) as Instant;
    this.send({ type: 'AdvanceMarket' });
    this.send(this.outage(now) ?? this.traffic.next(this.follower.state, now), now);
    this.send({ type: 'AdvanceMarket' });
  }

  /** All of a pool fails in an hour that is running by a clock, and of which something was delivered by another. */
  private outage(now: Instant): object | null {
    const start = floorToGrid(now, HOUR_MS);
    const window = { start, end: (start + HOUR_MS) as Instant };
    const pools = [...this.follower.state.pools.values()].filter(({ finished }) => valueAt(finished, start) > 0n);
    const pool = this.random.chance(40) ? this.random.pickAny(pools) : null;
    if (pool === null) return null;
    const { poolId, providerId, nameplate } = pool.facts;
    const quantity = minimumOver(nameplate, window);
    return { type: 'CurtailPool', curtailmentId: `C-${this.sent}`, poolId, providerId, window, quantity, cause: 'outage' };
  }

  private pass(): void {
    this.now = (this.now + this.random.integer(1, 40) * MINUTE_MS) as Instant;
  }
}

function play(seed: number, counts: Map<string, number>): void {
  const random = new SeededRandom(seed);
  const { reach, later } = seed % 2 === 0 ? RESOLD : DENSE;
  const one = new Play(random, new OrderTraffic(random, reach));
  for (const command of ruledOpening(random)) one.send(command);
  for (let step = 0; step < COMMANDS_EACH; step += 1) one.next(later);
  for (const [type, count] of one.follower.counts) counts.set(type, (counts.get(type) ?? 0) + count);
}

/** As `play`, by two clocks. */
function playLate(seed: number, tally: CommandTally): ReadonlyMap<string, number> {
  const random = new SeededRandom(seed);
  const { reach } = DENSE;
  const one = new Play(random, new OrderTraffic(random, reach), tally);
  for (const command of ruledOpening(random)) one.send(command);
  for (let step = 0; step < COMMANDS_EACH; step += 1) one.nextOfTwo(25);
  return one.follower.counts;
}

function inBooks(books: number, playOne: (seed: number) => void): void {
  for (let book = 0; book < books; book += 1) {
    try {
      playOne(SEED * 10_000 + book);
    } catch (error) {
      throw new Error(`book ${SEED * 10_000 + book}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}

/** Some ten seconds on a machine with nothing else to do. */
const LIMIT_MS = 240_000;

describe('the matcher', () => {
  it(`is what the obvious one is, fill by fill, in ${BOOKS} small books`, () => {
    const counts = new Map<string, number>();
    inBooks(BOOKS, (seed) => play(seed, counts));
    // It is worth what it has met.
    expect(MET.filter((what) => (counts.get(what) ?? 0) < 3)).toEqual([]);
  }, LIMIT_MS);

  it(`is so by a clock that is behind the market, and the market stays whole, in ${LATE_BOOKS} small books`, () => {
    const tally = new CommandTally();
    const met = { [PASSED]: 0, [LATE_TURN]: 0 };
    inBooks(LATE_BOOKS, (seed) => {
      const counts = playLate(seed, tally);
      for (const what of [PASSED, LATE_TURN] as const) met[what] += counts.get(what) ?? 0;
    });
    // It is worth what it has met.
    expect(tally.missing(LATE)).toEqual([]);
    // Almost all that such clocks lead to is looked at fill by fill.
    expect(met[LATE_TURN]).toBeGreaterThan(met[PASSED] * 10);
  }, LIMIT_MS);
});
