import fc from 'fast-check';
import type { MarketEvent, OrderFilled } from '../../src/allocation/model/market.events.js';
import type { OrganizationId, PoolId } from '../../src/kernel/ids.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import { rectangle } from '../../src/kernel/step-function.js';
import { BUYER, hours, list, MarketStory, openPool, price, tokens } from '../support/market.js';
import { ANYTHING, bid } from '../support/order-traffic.js';

/** A thing to buy: in which pool, how much, at which price. */
interface Offered {
  readonly pool: number;
  readonly quantity: number;
  readonly unitPrice: number;
}

/** Pools of 10,000 by their provider, and the most that one buyer may have of each; null: as much as there is. */
const POOLS = [
  { providerId: 'org-a', most: 6 },
  { providerId: 'org-a', most: null },
  { providerId: 'org-b', most: 4 },
  { providerId: 'org-c', most: null },
] as const;

const offers = fc.array(
  fc.record({ pool: fc.nat(3), quantity: fc.integer({ min: 1, max: 7 }), unitPrice: fc.integer({ min: 1, max: 4 }) }),
  { minLength: 1, maxLength: 4 },
);
const shares = fc.constantFrom(null, 2_500, 3_333, 5_000, 6_000, 10_000);

/** Every way to take something of every offer. */
function* choices(all: readonly Offered[]): Generator<readonly number[]> {
  const [first, ...others] = all;
  if (first === undefined) return yield [];
  for (const rest of choices(others)) for (let taken = 0; taken <= first.quantity; taken += 1) yield [taken, ...rest];
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

function isAllowed(all: readonly Offered[], taken: readonly number[], ofOne: number): boolean {
  const ofPool = POOLS.map((_, pool) => sumOf(taken.filter((__, index) => all[index]?.pool === pool)));
  if (POOLS.some(({ most }, pool) => (ofPool[pool] ?? 0) > (most ?? Infinity))) return false;
  const providers = new Set(POOLS.map(({ providerId }) => providerId));
  return [...providers].every((id) => sumOf(ofPool.filter((_, pool) => POOLS[pool]?.providerId === id)) <= ofOne);
}

/** By trying everything: the cheapest way to have so much, whole; null when there is none. */
function cheapest(all: readonly Offered[], wanted: number, share: number | null): number | null {
  const ofOne = share === null ? Infinity : Math.floor((wanted * share) / 10_000);
  const costs = [...choices(all)]
    .filter((taken) => sumOf(taken) === wanted && isAllowed(all, taken, ofOne))
    .map((taken) => sumOf(taken.map((quantity, index) => quantity * (all[index]?.unitPrice ?? 0))));
  return costs.length === 0 ? null : Math.min(...costs);
}

function marketWith(all: readonly Offered[]): MarketStory {
  const story = new MarketStory();
  for (const [index, { providerId, most }] of POOLS.entries()) {
    const given = { poolId: `pool-${index}` as PoolId, providerId: providerId as OrganizationId };
    const buyerShareMax = (most ?? 10_000) as BasisPoints;
    story.given(openPool({ ...given, buyerShareMax, nameplate: rectangle(hours(0, 48), 10_000n) }));
  }
  for (const [index, { pool, quantity, unitPrice }] of all.entries()) {
    const seller = { poolId: `pool-${pool}`, sellerId: POOLS[pool]?.providerId };
    story.given(list(`L${index}`, hours(24, 28), quantity, { ...seller, unitPrice: price(unitPrice) }));
  }
  return story;
}

const isFill = (event: MarketEvent): event is OrderFilled => event.type === 'OrderFilled';

it('an order for all or nothing is filled whenever any choice of offers would do, and as cheaply as any', () => {
  const seen = { filled: 0, refused: 0, inPart: 0 };
  fc.assert(
    fc.property(offers, shares, fc.integer({ min: 1, max: 16 }), (all, share, wanted) => {
      const story = marketWith(all);
      const constraints = { ...ANYTHING, providerShareMax: share as BasisPoints | null };
      const decision = story.send(bid('O', { buyerId: BUYER, quantity: tokens(wanted), constraints, timeInForce: { kind: 'FOK' } }));
      const least = cheapest(all, wanted, share);
      if (decision.accepted) {
        const fills = decision.events.filter(isFill);
        expect(sumOf(fills.map(({ quantity }) => Number(quantity)))).toBe(wanted);
        expect(sumOf(fills.map(({ quantity, unitPrice }) => Number(quantity * unitPrice)))).toBe(least);
        seen.filled += 1;
        return;
      }
      expect(least).toBe(null);
      const most = Array.from({ length: wanted }, (_, less) => wanted - less).find((quantity) => cheapest(all, quantity, share) !== null);
      expect(decision.rejection).toMatchObject({ code: 'NOT_FILLABLE', available: BigInt(most ?? 0) });
      seen.refused += 1;
      if (most !== undefined) seen.inPart += 1;
    }),
    { numRuns: 250 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
});
