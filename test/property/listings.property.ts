import fc from 'fast-check';
import pg from 'pg';
import { LISTING_ORDERS, type ListingOrder, type ListingsWanted } from '../../src/allocation/model/listing.filter.js';
import { meets } from '../../src/allocation/model/order.constraints.js';
import { EVIDENCE_LEVELS, UNCONSTRAINED, type EvidenceLevel } from '../../src/allocation/model/order.state.js';
import { ListingQueries } from '../../src/allocation/projection/listing.queries.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import type { Duration } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import type { PoolAttributes } from '../../src/providers/contract.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { hour } from '../support/market.js';

let own: TestDatabase;
let pool: pg.Pool;
let database: Database;
let queries: ListingQueries;
beforeAll(async () => {
  own = await createTestDatabase();
  pool = new pg.Pool({ connectionString: own.url, max: 2 });
  database = new Database(pool);
  queries = new ListingQueries(database);
});
afterAll(async () => {
  await database.$disconnect();
  await pool.end();
  await own.drop();
});

interface Offered {
  readonly pool: number;
  readonly seller: string;
  readonly status: string;
  readonly isAuction: boolean;
  readonly price: bigint;
  /** Hour by hour from hour 48 on. */
  readonly left: readonly number[];
}
interface Promised extends PoolAttributes {
  readonly marketId: string;
  readonly level: EvidenceLevel;
}

const few = <Value>(...values: Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const MARKETS = ['llama-3.3-70b@fp8', 'llama-3.3-70b@int4', 'qwen3-32b@fp8'];
const promised = fc.record({
  marketId: few(...MARKETS),
  level: few(...EVIDENCE_LEVELS),
  platform: few('groq-lpu', 'nvidia-h200'),
  region: few('us-west-2', 'eu-north-1'),
  residency: few([], ['US'], ['DE', 'FR']),
  serviceLevel: fc.record({ ttftP95: few(100, 200, 400), streamTokensPerSecondMin: few(50, 500), availability: fc.constant(9_990) }),
}) as unknown as fc.Arbitrary<Promised>;
const offered: fc.Arbitrary<Offered> = fc.record({
  pool: fc.nat({ max: 3 }),
  seller: few('a', 'b'),
  status: few('open', 'open', 'open', 'sold'),
  isAuction: few(false, false, false, true),
  price: fc.bigInt(0n, 6n),
  left: fc.array(few(0, 0, 5, 9), { minLength: 1, maxLength: 5 }),
});
const wanted = fc.record({
  marketId: few<string | null>(null, null, ...MARKETS),
  model: few(null, null, 'llama-3.3-70b'),
  poolId: few(null, null, null, 'p1'),
  status: few(null, 'open'),
  isAuction: few(null, false),
  sellerId: few(null, null, 'a'),
  unitPriceMax: fc.option(fc.bigInt(-1n, 6n)),
  evidenceMin: few('L1', 'L1', 'L3'),
  pool: fc.record({
    platforms: few([], [], ['groq-lpu'], ['groq-lpu', 'nvidia-h200']),
    regions: few([], [], ['us-west-2']),
    residency: few([], [], ['US'], ['DE', 'FR', 'US']),
    ttftP95Max: few(null, 199, 200) as fc.Arbitrary<Duration | null>,
    streamTokensPerSecondMin: few(null, 500),
  }),
  window: fc.option(fc.tuple(fc.nat({ max: 4 }), fc.integer({ min: 1, max: 3 })).map(([from, hours]) => ({ start: hour(48 + from), end: hour(48 + from + hours) }))),
  quantityMin: few(null, null, 5n, 9n) as fc.Arbitrary<Quantity | null>,
}) as fc.Arbitrary<ListingsWanted>;

const idOf = (index: number): string => `l${String(index).padStart(2, '0')}`;
const most = (left: readonly number[]): number => Math.max(...left);

async function store(pools: readonly Promised[], offers: readonly Offered[]): Promise<void> {
  await database.$transaction([database.listing.deleteMany(), database.pool.deleteMany(), database.marketPool.deleteMany()]);
  await database.pool.createMany({
    data: pools.map(({ marketId, level: _, serviceLevel, ...rest }, index) => ({
      ...{ poolId: `p${index}`, marketId, providerId: 'a', name: 'Hall', gridMs: 3_600_000, profileVersion: 1 },
      ...{ nameplate: [], profile: {}, endpoint: {}, terms: {}, registeredAt: new Date(hour(0)) },
      ...{ ...rest, residency: [...rest.residency], serviceLevel: { ...serviceLevel } },
    })),
  });
  await database.marketPool.createMany({
    data: pools.map(({ marketId, level: evidenceLevel }, index) => ({
      ...{ poolId: `p${index}`, marketId, providerId: 'a', openedAt: new Date(hour(0)), evidenceLevel },
    })),
  });
  await database.listing.createMany({
    data: offers.map(({ pool: number, seller: sellerId, status, isAuction, price: unitPrice, left }, index) => ({
      ...{ listingId: idOf(index), marketId: pools[number]!.marketId, poolId: `p${number}`, sellerId, status, isAuction, unitPrice },
      ...{ windowStart: new Date(hour(48)), windowEnd: new Date(hour(48 + left.length)), quantity: 9n, hops: 0, termsVersion: 1 },
      ...{ remaining: segments(left), remainingMax: BigInt(most(left)), createdAt: new Date(hour(0)) },
    })),
  });
}

const segments = (left: readonly number[]): { window: { start: number; end: number }; quantity: string }[] =>
  left.flatMap((quantity, at) =>
    quantity === 0 ? [] : [{ window: { start: hour(48 + at), end: hour(49 + at) }, quantity: String(quantity) }],
  );

/** One offer after the other, as anybody would; of a pool the way orders are matched. */
function isWanted({ pool: number, ...offer }: Offered, pools: readonly Promised[], given: ListingsWanted): boolean {
  const { marketId, level, ...attributes } = pools[number]!;
  const { window, quantityMin } = given;
  const enough = Number(quantityMin ?? 1n);
  const hours = window === null ? [] : [...Array((window.end - window.start) / 3_600_000).keys()];
  const throughout = hours.every((at) => (offer.left[(window!.start - hour(48)) / 3_600_000 + at] ?? 0) >= enough);
  return [
    given.marketId === null || given.marketId === marketId,
    given.model === null || marketId.startsWith(`${given.model}@`),
    given.poolId === null || given.poolId === `p${number}`,
    given.status === null || given.status === offer.status,
    given.isAuction === null || given.isAuction === offer.isAuction,
    given.sellerId === null || given.sellerId === offer.seller,
    given.unitPriceMax === null || offer.price <= given.unitPriceMax,
    meets({ ...UNCONSTRAINED, ...given.pool, evidenceMin: given.evidenceMin }, attributes, level),
    window === null ? quantityMin === null || most(offer.left) >= enough : throughout,
  ].every(Boolean);
}

function valueOf(order: ListingOrder, { pool: number, price, left }: Offered, pools: readonly Promised[]): bigint {
  switch (order) {
    case 'PRICE':
      return price;
    case 'START':
      return BigInt(hour(48));
    case 'QUANTITY':
      return BigInt(most(left));
    case 'TTFT':
      return BigInt(pools[number]!.serviceLevel.ttftP95);
  }
}

/** The whole list, three at a time. */
async function walk(given: ListingsWanted, order: ListingOrder, isDescending: boolean): Promise<string[]> {
  const ids: string[] = [];
  let after = null;
  for (;;) {
    const rows = await queries.page(given, { order, isDescending, after, limit: 3 });
    ids.push(...rows.map(({ listing }) => listing.listingId));
    const last = rows.at(-1);
    if (last === undefined) return ids;
    after = { value: last.value, listingId: last.listing.listingId };
  }
}

describe('what buyers look for', () => {
  it('is what one finds who looks at every offer, in any order, page by page', async () => {
    const pools = fc.array(promised, { minLength: 4, maxLength: 4 });
    const cases = fc.tuple(pools, fc.array(offered, { minLength: 8, maxLength: 24 }));
    const looks = fc.array(fc.tuple(wanted, few(...LISTING_ORDERS), fc.boolean()), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cases, looks, async ([stood, offers], asked) => {
        await store(stood, offers);
        for (const [given, order, isDescending] of asked) {
          const found = offers
            .map((offer, index) => ({ id: idOf(index), offer, value: valueOf(order, offer, stood) }))
            .filter(({ offer }) => isWanted(offer, stood, given))
            .sort((a, b) => Number(a.value - b.value) || (a.id < b.id ? -1 : 1))
            .map(({ id }) => id);
          if (isDescending) found.reverse();
          expect(await walk(given, order, isDescending)).toEqual(found);
          expect(await queries.count(given)).toBe(found.length);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('is summed up by market: how many offers at fixed prices, the best price, and how much', async () => {
    const promise = fc.sample(promised, { numRuns: 1, seed: 1 })[0]!;
    const pools = MARKETS.slice(1).map((marketId) => ({ ...promise, marketId }));
    const offer = { pool: 0, seller: 'a', status: 'open', isAuction: false, price: 5n, left: [5, 9] };
    await store(pools, [offer, { ...offer, price: 3n, left: [5] }, { ...offer, status: 'sold', price: 1n }, { ...offer, pool: 1 }, { ...offer, isAuction: true }]);
    const [first, second] = [{ marketId: 'llama-3.3-70b@int4', listings: 2, unitPrice: 3n, quantity: 14n }, { marketId: 'qwen3-32b@fp8', listings: 1, unitPrice: 5n, quantity: 9n }];
    expect(await queries.markets(null, 10)).toEqual([first, second]);
    expect(await queries.markets(first.marketId, 10)).toEqual([second]);
  });
});
