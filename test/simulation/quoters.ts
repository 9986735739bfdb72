import type { EvidenceLevel } from '../../src/allocation/model/order.state.js';
import type { ListingId, MarketId, OrganizationId, QuoteId } from '../../src/kernel/ids.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { floorToGrid, HOUR_MS, MINUTE_MS, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import { BUYERS, PROVIDERS } from './cast.js';
import { insisting } from './insisting.js';
import type { MarketAuditor, OpenListing } from './market-auditor.js';
import type { LiveQuote } from './quote-auditor.js';
import type { SeededRandom } from './random.js';
import type { Content } from './requests.js';
import type { Wish } from './traders.js';

/** Buyers who want to know a price first, or several things together. */
export class Quoters {
  constructor(
    private readonly random: SeededRandom,
    private readonly bookOf: (marketId: MarketId) => MarketAuditor,
    private readonly now: () => Instant,
  ) {}

  /** Few ask often, so that somebody has as many quotes as are allowed. */
  request(marketId: MarketId): ReturnType<Wish> {
    const { random } = this;
    const buyerId = random.pick(random.chance(90) ? BUYERS.slice(0, 2) : PROVIDERS);
    const fixed = [...this.bookOf(marketId).listings.values()].filter(({ isAuction }) => !isAuction);
    const listing = random.pickAny(fixed);
    if (listing === null) return null;
    const { start, end } = listing.window;
    const first = Math.max(start, floorToGrid(this.now(), HOUR_MS)) as Instant;
    const until = random.chance(50) ? (end as Instant) : plus(first, HOUR_MS * random.integer(1, 6));
    const window = { start: first, end: until };
    const most = random.pick([20, 100, listing.quantity, 2 * listing.quantity]);
    const quantity = BigInt(random.integer(1, most)) as Quantity;
    const limitPrice = random.chance(50) ? null : (BigInt(random.integer(1, 6_000)) as UnitPrice);
    const providerShareMax = random.chance(15) ? (5_000 as BasisPoints) : null;
    const evidenceMin = random.weighted<EvidenceLevel>([[8, 'L1'], [1, 'L2'], [1, 'L3']]);
    const constraints = { ...insisting(random), providerShareMax, evidenceMin };
    const asked = { buyerId, window, quantity, limitPrice, constraints };
    return [buyerId, { type: 'RequestQuote', ...asked }];
  }

  /** The books say what was paid; seldom something else than the price. */
  accept(marketId: MarketId): ReturnType<Wish> {
    const quote = this.someone(marketId);
    if (quote === null) return null;
    const [buyerId, quoteId] = this.namesOf(quote);
    const amount = (this.random.chance(95) ? quote.amount : quote.amount + 1n) as MicroUsd;
    return ['payments', { type: 'AcceptQuote', quoteId, buyerId, amount }];
  }

  release(marketId: MarketId): ReturnType<Wish> {
    const quote = this.someone(marketId);
    if (quote === null) return null;
    const [buyerId, quoteId] = this.namesOf(quote);
    return [buyerId, { type: 'ReleaseQuote', quoteId, buyerId }];
  }

  /** Several parts of listings, now and then of one twice. */
  holdPackage(marketId: MarketId, gridOf: (poolId: string) => Duration): ReturnType<Wish> {
    const { random } = this;
    const all = [...this.bookOf(marketId).listings.values()];
    const listings = random.shuffled(all).slice(0, random.integer(1, 3));
    if (listings.length === 0) return null;
    const chosen = random.chance(20) ? [...listings, ...listings.slice(0, 1)] : listings;
    const holds = chosen.map((listing) => this.partOf(listing, gridOf(listing.poolId)));
    const buyerId = random.pick(BUYERS);
    const holdFor = (random.pick([1, 10, 15]) * MINUTE_MS) as Duration;
    return [buyerId, { type: 'HoldPackage', buyerId, holds, holdFor }];
  }

  private partOf(
    { listingId, window, quantity }: OpenListing,
    grid: Duration,
  ): Extract<Content, { readonly type: 'HoldPackage' }>['holds'][number] {
    const first = Math.max(window.start, floorToGrid(this.now(), grid)) as Instant;
    const cells = Math.max(Math.floor((window.end - first) / grid), 1);
    const most = Math.max(Math.ceil(quantity * this.random.pick([0.2, 0.4])), 1);
    return {
      listingId: listingId as ListingId,
      window: { start: first, end: plus(first, grid * this.random.integer(1, cells)) },
      quantity: BigInt(this.random.integer(1, most)) as Quantity,
    };
  }

  private someone(marketId: MarketId): LiveQuote | null {
    return this.random.pickAny(this.bookOf(marketId).quotes.open.values());
  }

  private namesOf({ buyerId, quoteId }: LiveQuote): [OrganizationId, QuoteId] {
    const asked = this.random.chance(97) ? buyerId : 'org-stranger';
    return [asked as OrganizationId, quoteId as QuoteId];
  }
}
