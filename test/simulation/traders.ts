import type { PoolFacts } from '../../src/allocation/model/market.terms.js';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import type { ListingId, MarketId, OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import {
  floorToGrid,
  MINUTE_MS,
  plus,
  type Duration,
  type Instant,
} from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { Auctioneers } from './auctioneers.js';
import { Bidders } from './bidders.js';
import { BUYERS, firstFacts, lessThan, MARKETS, nextFacts, PROVIDERS } from './cast.js';
import { Holders } from './holders.js';
import type { LiveReservation, MarketAuditor, OpenListing } from './market-auditor.js';
import type { RawWindow } from './pool-book.js';
import { Quoters } from './quoters.js';
import { Raters } from './raters.js';
import { SeededRandom } from './random.js';
import type { Content, Request } from './requests.js';
import { Takers } from './takers.js';
import { inWholeLots } from './whole-lots.js';

const EVERYBODY = [...BUYERS, ...PROVIDERS];
/** How often an ask is meant to rest, and not to meet who waits: per cent. */
const POST_ONLY_PERCENT = 12;
const FEE_MAX = 1_000_000_000_000n as MicroUsd;

export type Wish = (marketId: MarketId) => readonly [scope: string, content: Content] | null;

/**
 * Everybody who wants something. They see the book as the log has it, mostly ask for what makes
 * sense, and now and then for what they must not get.
 */
export class Traders {
  private readonly facts: PoolFacts[];
  private requests = 0;
  private readonly bids: Bidders;
  private readonly auctions: Auctioneers;
  private readonly takers: Takers;
  private readonly holders: Holders;
  private readonly quoters: Quoters;
  private readonly raters: Raters;

  private readonly wishes: readonly (readonly [weight: number, wish: Wish])[] = [
    [13, (marketId) => this.offer(marketId)],
    [12, (marketId) => this.resell(marketId)],
    [28, (marketId) => this.hold(marketId)],
    [26, (marketId) => this.pay(marketId)],
    [4, (marketId) => this.release(marketId)],
    [6, (marketId) => this.cancel(marketId)],
    [4, (marketId) => this.withdraw(marketId)],
    [5, (marketId) => this.changePool(marketId)],
    [30, (marketId) => this.bids.bid(marketId)],
    [4, (marketId) => this.bids.amend(marketId)],
    [3, (marketId) => this.bids.cancel(marketId)],
    [4, (marketId) => this.auctions.open(this.random.pick(this.factsOf(marketId)))],
    [2, (marketId) => this.auctionAgain(marketId)],
    [28, (marketId) => this.auctions.bid(marketId)],
    [4, (marketId) => this.auctions.withdraw(marketId)],
    [10, (marketId) => this.takers.curtail(marketId, this.factsOf(marketId))],
    [8, (marketId) => this.takers.setRebooking(marketId)],
    [4, (marketId) => this.takers.extend(marketId, (poolId) => this.gridOf(poolId))],
    [10, (marketId) => this.holders.transfer(marketId, (poolId) => this.gridOf(poolId))],
    [5, (marketId) => this.holders.giveBack(marketId)],
    [8, (marketId) => this.holders.setIdleRule(marketId)],
    [14, (marketId) => this.quoters.request(marketId)],
    [9, (marketId) => this.quoters.accept(marketId)],
    [3, (marketId) => this.quoters.release(marketId)],
    [6, (marketId) => this.quoters.holdPackage(marketId, (poolId) => this.gridOf(poolId))],
    [6, (marketId) => this.raters.rate(marketId)],
  ];

  constructor(
    private readonly random: SeededRandom,
    private readonly bookOf: (marketId: MarketId) => MarketAuditor,
    private readonly now: () => Instant,
  ) {
    this.bids = new Bidders(random, bookOf, now);
    this.auctions = new Auctioneers(random, bookOf, now);
    this.takers = new Takers(random, bookOf, now);
    this.holders = new Holders(random, bookOf, now);
    this.quoters = new Quoters(random, bookOf, now);
    this.raters = new Raters(random, bookOf);
    this.facts = MARKETS.flatMap((marketId) =>
      [0, 1, 2].map((index) => firstFacts(random, marketId, index)),
    );
  }

  /** What must be asked for before anything else can be. */
  opening(): Request[] {
    return this.facts.map((facts) =>
      this.request(facts.marketId, [facts.providerId, { type: 'OpenPool', facts }]),
    );
  }

  next(): Request {
    for (;;) {
      const marketId = this.random.weighted([[4, MARKETS[0]], [1, MARKETS[1]]]) as MarketId;
      const wish = this.random.weighted(this.wishes)(marketId);
      if (wish !== null) return this.request(marketId, wish);
    }
  }

  /** The same key with other content. */
  tamper({ marketId, scope, key, content }: Request): Request {
    for (;;) {
      const other = this.next().content;
      const isOther = canonicalJson(other) !== canonicalJson(content);
      if (isOther) return { marketId, scope, key, content: other };
    }
  }

  private request(
    marketId: MarketId,
    [scope, wanted]: readonly [scope: string, content: Content],
  ): Request {
    this.requests += 1;
    // Seldom what no lot can be, or what is left of one.
    const isInLots = this.random.chance(85);
    const book = this.bookOf(marketId);
    const content = isInLots ? inWholeLots(wanted, book, this.factsOf(marketId)) : wanted;
    return { marketId, scope, key: `K${this.requests}`, content };
  }

  private offer(marketId: MarketId): ReturnType<Wish> {
    const { random } = this;
    const facts = random.pick(this.factsOf(marketId));
    const { poolId, grid } = facts;
    const sellerId = random.chance(97) ? facts.providerId : random.pick(EVERYBODY);
    const start = plus(floorToGrid(this.now(), grid), grid * (random.chance(40) ? 0 : random.integer(0, 24)));
    const window = this.spoil({ start, end: plus(start, grid * random.integer(1, 24)) }, grid);
    const unitPrice = BigInt(random.integer(0, 5_000)) as UnitPrice;
    const quantity = this.amount(this.random.pick([200, 800, 2_000]));
    const source = { kind: 'pool' } as const;
    const offer = { poolId, sellerId, source, window, quantity, unitPrice };
    return [sellerId, { type: 'CreateListing', ...offer, isPostOnly: this.isPostOnly() }];
  }

  private resell(marketId: MarketId): ReturnType<Wish> {
    const owned = this.someone(marketId, ({ status }) => status !== 'held');
    if (owned === null) return null;
    const grid = this.gridOf(owned.poolId);
    const sellerId = this.ownerOf(owned);
    const source = { kind: 'reservation', reservationId: owned.reservationId } as const;
    const window = this.spoil(this.part(owned.window, grid), grid);
    const quantity = this.amount(Math.ceil(owned.quantity * this.random.pick([0.4, 1.2])));
    const unitPrice = BigInt(this.random.integer(0, 6_000)) as UnitPrice;
    const offer = { poolId: owned.poolId, sellerId, source, window, quantity, unitPrice };
    return [sellerId, { type: 'CreateListing', ...offer, isPostOnly: this.isPostOnly() } as Content];
  }

  private auctionAgain(marketId: MarketId): ReturnType<Wish> {
    const owned = this.someone(marketId, ({ status }) => status !== 'held');
    return this.auctions.resell(owned, owned === null ? MINUTE_MS : this.gridOf(owned.poolId));
  }

  private hold(marketId: MarketId): ReturnType<Wish> {
    const listing = this.random.pickAny(this.bookOf(marketId).listings.values());
    if (listing === null) return null;
    const grid = this.gridOf(listing.poolId);
    const buyerId = this.random.pick(this.random.chance(85) ? BUYERS : EVERYBODY);
    const content: Content = {
      type: 'HoldReservation',
      listingId: listing.listingId as ListingId,
      buyerId,
      window: this.spoil(this.part(listing.window, grid), grid),
      quantity: this.random.chance(25)
        ? (BigInt(listing.quantity) as Quantity)
        : this.amount(Math.ceil(listing.quantity * this.random.pick([0.3, 0.6, 1.1]))),
      holdFor: (this.random.pick([1, 10, 15, 30]) * MINUTE_MS) as Duration,
    };
    return [buyerId, content];
  }

  private pay(marketId: MarketId): ReturnType<Wish> {
    const held = this.someone(marketId, ({ status }) => status === 'held');
    if (held === null) return null;
    const reservationId = held.reservationId as ReservationId;
    const amount = (this.random.chance(96) ? held.amount : held.amount + 1n) as MicroUsd;
    return ['payments', { type: 'ConfirmPayment', reservationId, amount }];
  }

  private release(marketId: MarketId): ReturnType<Wish> {
    const held = this.someone(marketId, ({ status }) => status === 'held');
    if (held === null) return null;
    const holderId = this.ownerOf(held);
    const reservationId = held.reservationId as ReservationId;
    return [holderId, { type: 'ReleaseHold', reservationId, holderId }];
  }

  private cancel(marketId: MarketId): ReturnType<Wish> {
    const owned = this.someone(marketId, ({ status }) => status === 'scheduled');
    if (owned === null) return null;
    const holderId = this.ownerOf(owned);
    const reservationId = owned.reservationId as ReservationId;
    const feeAccepted = this.random.chance(90) ? FEE_MAX : (0n as MicroUsd);
    return [holderId, { type: 'CancelReservation', reservationId, holderId, feeAccepted }];
  }

  private withdraw(marketId: MarketId): ReturnType<Wish> {
    const listing = this.random.pickAny(this.bookOf(marketId).listings.values());
    if (listing === null) return null;
    const sellerId = this.sellerOf(listing);
    const listingId = listing.listingId as ListingId;
    return [sellerId, { type: 'WithdrawListing', listingId, sellerId }];
  }

  private changePool(marketId: MarketId): ReturnType<Wish> {
    const before = this.random.pick(this.factsOf(marketId));
    if (this.random.chance(10)) {
      return [before.providerId, { type: 'OpenPool', facts: lessThan(before) }];
    }
    const facts = nextFacts(this.random, before, this.now());
    this.facts[this.facts.indexOf(before)] = facts;
    return [facts.providerId, { type: 'OpenPool', facts }];
  }

  private factsOf(marketId: MarketId): readonly PoolFacts[] {
    return this.facts.filter((facts) => facts.marketId === marketId);
  }

  private gridOf(poolId: string): Duration {
    return this.facts.find((facts) => facts.poolId === poolId)?.grid ?? MINUTE_MS;
  }

  private someone(
    marketId: MarketId,
    isWanted: (one: LiveReservation) => boolean,
  ): LiveReservation | null {
    const everyone = [...this.bookOf(marketId).reservations.values()];
    return this.random.pickAny(this.random.chance(95) ? everyone.filter(isWanted) : everyone);
  }

  private ownerOf({ holderId }: LiveReservation): OrganizationId {
    return this.random.chance(97) ? (holderId as OrganizationId) : this.random.pick(EVERYBODY);
  }

  private sellerOf({ sellerId }: OpenListing): OrganizationId {
    return this.random.chance(97) ? (sellerId as OrganizationId) : this.random.pick(EVERYBODY);
  }

  /** By dice of its own, anew for each request: what is asked for otherwise does not depend on it. */
  private isPostOnly(): boolean {
    return new SeededRandom(this.requests).chance(POST_ONLY_PERCENT);
  }

  private amount(max: number): Quantity {
    return BigInt(this.random.integer(1, Math.max(max, 1))) as Quantity;
  }

  /** Some part of a window on the grid, as it may still be bought; often all of it. */
  private part({ start, end }: RawWindow, grid: Duration): Window {
    const from = Math.max(start, floorToGrid(this.now(), grid));
    const cells = Math.max((end - from) / grid, 1);
    const skipped = this.random.chance(40) ? 0 : this.random.integer(0, cells - 1);
    const rest = cells - skipped;
    const length = this.random.chance(40) ? rest : this.random.integer(1, rest);
    const first = (from + skipped * grid) as Instant;
    return { start: first, end: plus(first, length * grid) };
  }

  /** Seldom a window that nobody may have: off the grid, or over. */
  private spoil(window: Window, grid: Duration): Window {
    const by = this.random.weighted([[94, 0], [3, MINUTE_MS], [3, -2 * grid]]);
    return { start: plus(window.start, by), end: plus(window.end, by) };
  }
}
