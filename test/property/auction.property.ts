import fc from 'fast-check';
import { clear, type Candidate, type Lot, type RoomFor } from '../../src/allocation/model/auction.clearing.js';
import { auditMarket } from '../../src/allocation/model/market.audit.js';
import type { MarketEvent, OrderFilled } from '../../src/allocation/model/market.events.js';
import type { OrderId, OrganizationId } from '../../src/kernel/ids.js';
import type { BasisPoints, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { auction, sealed } from '../support/auctions.js';
import { hour, MarketStory, openPool, tokens } from '../support/market.js';
import { clearNaively } from '../support/naive-clearing.js';

const RUNS = 2_000;
const BUYERS = ['org-a', 'org-b', 'org-c', 'org-d'] as OrganizationId[];
/** Few prices, so that ties are common. */
const limits = fc.integer({ min: 60, max: 66 }).map(BigInt);
const sizes = fc.bigInt({ min: 1n, max: 12n });

interface Wanted {
  readonly buyerId: OrganizationId;
  readonly limitPrice: bigint;
  readonly quantity: bigint;
  /** Of the quantity, in tenths. */
  readonly minimum: number;
}
const wanted: fc.Arbitrary<Wanted> = fc.record({
  buyerId: fc.constantFrom(...BUYERS),
  limitPrice: limits,
  quantity: sizes,
  minimum: fc.constantFrom(0, 0, 0, 5, 10),
});
const bids: fc.Arbitrary<readonly Candidate[]> = fc.array(wanted, { maxLength: 14 }).map((all) =>
  all.map(({ buyerId, limitPrice, quantity, minimum }, index) => ({
    orderId: `O${index}` as OrderId,
    buyerId,
    limitPrice: limitPrice as UnitPrice,
    quantity: quantity as Quantity,
    minimumFill: atLeastOne((quantity * BigInt(minimum)) / 10n),
    sequence: index,
  })),
);
const atLeastOne = (value: bigint): Quantity => (value < 1n ? 1n : value) as Quantity;
const lots: fc.Arbitrary<Lot> = fc
  .record({
    quantity: fc.bigInt({ min: 1n, max: 40n }),
    lotSize: fc.constantFrom(1n, 1n, 3n, 4n),
    reservePrice: fc.constantFrom(0n, 58n, 60n),
    above: fc.option(fc.bigInt({ min: 0n, max: 8n })),
  })
  .map(({ quantity, lotSize, reservePrice, above }) => ({
    quantity: quantity as Quantity,
    lotSize: lotSize as Quantity,
    reservePrice: reservePrice as UnitPrice,
    priceMax: above === null ? null : ((reservePrice + above) as UnitPrice),
  }));
/** What each buyer may have; null: no cap. */
const rooms = fc.tuple(...BUYERS.map(() => fc.option(fc.bigInt({ min: 0n, max: 20n }))));

const roomOf =
  (caps: readonly (bigint | null)[]): RoomFor =>
  (buyerId, given) => {
    const cap = caps[BUYERS.indexOf(buyerId)] ?? null;
    return cap === null ? null : cap - (given.get(buyerId) ?? 0n);
  };

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

describe('clearing an auction', () => {
  it('is what the obvious clearing gives, whatever order the bids stand in', () => {
    fc.assert(
      fc.property(lots, bids, rooms, fc.func(fc.integer()), (lot, all, caps, order) => {
        const shuffled = [...all].sort((a, b) => order(a.orderId) - order(b.orderId));
        const { awards, price, quantitySold } = clear(lot, shuffled, roomOf(caps));
        const naive = clearNaively(lot, all, roomOf(caps));
        const shares = new Map(awards.map(({ bid, quantity }) => [bid.orderId as string, quantity]));
        expect([shares, price]).toEqual([naive.shares, naive.price]);
        expect(quantitySold).toBe(sum([...naive.shares.values()]));
      }),
      { numRuns: RUNS },
    );
  });

  it('gives nobody more than they bid for or may have, or at more than their limit or the terms', () => {
    fc.assert(
      fc.property(lots, bids, rooms, (lot, all, caps) => {
        const { awards, price, quantitySold } = clear(lot, all, roomOf(caps));
        expect(quantitySold).toBeLessThanOrEqual(lot.quantity);
        expect(price === null).toBe(awards.length === 0);
        for (const { bid, quantity } of awards) {
          expect(quantity >= bid.minimumFill && quantity <= bid.quantity).toBe(true);
          expect(price !== null && price >= lot.reservePrice && price <= bid.limitPrice).toBe(true);
          expect(lot.priceMax === null || (price ?? 0n) <= lot.priceMax).toBe(true);
        }
        BUYERS.forEach((buyerId, index) => {
          const own = awards.filter(({ bid }) => bid.buyerId === buyerId);
          const cap = caps[index] ?? null;
          expect(cap === null || sum(own.map(({ quantity }) => quantity)) <= cap).toBe(true);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('serves nobody before whoever bid more, or as much and earlier, where nothing stands in the way', () => {
    const plain = bids.map((all) => all.map((bid) => ({ ...bid, minimumFill: 1n as Quantity })));
    fc.assert(
      fc.property(lots, plain, (any, all) => {
        const lot = { ...any, lotSize: tokens(1) };
        const { awards, price } = clear(lot, all, () => null);
        const got = new Map(awards.map(({ bid, quantity }) => [bid.orderId, quantity]));
        const ranked = [...all].sort((a, b) => Number(b.limitPrice - a.limitPrice) || a.sequence - b.sequence);
        const short = ranked.findIndex(({ orderId, quantity }) => got.get(orderId) !== quantity);
        if (short < 0) return expect(price).toBe(all.length === 0 ? null : lot.reservePrice);
        expect(ranked.slice(short + 1).some(({ orderId }) => got.has(orderId))).toBe(false);
        // The first that was not wholly served says what the others pay.
        const asked = ranked[short]?.limitPrice ?? 0n;
        const capped = lot.priceMax !== null && lot.priceMax < asked ? lot.priceMax : asked;
        return expect(price).toBe(capped);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('an auction in a market', () => {
  const named = (events: readonly MarketEvent[]): readonly OrderFilled[] =>
    events.filter((event): event is OrderFilled => event.type === 'OrderFilled');

  it('moves as much title and money as its clearing says, and leaves nothing behind', () => {
    const shares = fc.constantFrom(null, 25, 50, 100);
    fc.assert(
      fc.property(bids, fc.integer({ min: 1, max: 40 }), shares, (all, size, share) => {
        const buyerShareMax = share === null ? null : (share as BasisPoints);
        const story = new MarketStory().given(openPool({ buyerShareMax }), auction('A', { quantity: tokens(size) }));
        story.at(hour(1));
        const fit = all.filter(({ quantity }) => quantity <= BigInt(size));
        for (const { orderId, buyerId, quantity, limitPrice, minimumFill } of fit) {
          story.given(sealed(orderId, Number(quantity), Number(limitPrice), { buyerId, minimumFill }));
        }
        auditMarket(story.state);
        story.at(hour(10)).given({ type: 'AdvanceMarket' });
        auditMarket(story.state);
        const { state, events } = story;
        expect([state.sealedBids.size, state.listings.size]).toEqual([0, 0]);
        const fills = named(events);
        expect(new Set(fills.map(({ unitPrice }) => unitPrice)).size).toBeLessThanOrEqual(1);
        const set = sum(events.map((event) => (event.type === 'AuctionBidPlaced' ? event.reserved : 0n)));
        const back = sum(events.map((event) => (event.type === 'OrderClosed' ? event.released : 0n)));
        expect(back + sum(fills.map(({ amount }) => amount))).toBe(set);
        // Of 1,000 tokens/s, in hundredths of a per cent: 2.5, 5 or 10, cut off.
        const most = share === null ? BigInt(size) : BigInt(Math.floor(share / 10));
        for (const buyerId of BUYERS) {
          const own = fills.filter(({ holderId }) => holderId === buyerId);
          expect(sum(own.map(({ quantity }) => quantity)) <= most).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
