import fc from 'fast-check';
import pg from 'pg';
import type { Order } from '../../src/allocation/model/order.state.js';
import { supplyReachOf } from '../../src/allocation/model/waitlist.supply.js';
import { WaitlistQueries } from '../../src/allocation/projection/waitlist.queries.js';
import type { PoolId } from '../../src/kernel/ids.js';
import { MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { BUYER, hour, hours, MARKET, MarketStory, OTHER, price, PROVIDER, tokens } from '../support/market.js';
import { naiveSupply, type Arrival } from '../support/naive-supply.js';
import { ANYTHING, bid, OPENING } from '../support/order-traffic.js';

let own: TestDatabase;
let pool: pg.Pool;
let database: Database;
let queries: WaitlistQueries;
beforeAll(async () => {
  own = await createTestDatabase();
  pool = new pg.Pool({ connectionString: own.url, max: 2 });
  database = new Database(pool);
  queries = new WaitlistQueries(database);
});
afterAll(async () => {
  await database.$disconnect();
  await pool.end();
  await own.drop();
});

const few = <Value>(...values: Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const QUARTER = 15 * MINUTE_MS;
/** Within, around and beside the hours that bids want. */
const quarters = fc.tuple(fc.nat({ max: 24 }), fc.integer({ min: 1, max: 24 })).map(([from, count]) => ({
  start: (hour(22) + from * QUARTER) as Instant,
  end: (hour(22) + (from + count) * QUARTER) as Instant,
}));
const arrival: fc.Arbitrary<Arrival> = fc.record({
  poolId: few('pool-1', 'pool-2', 'pool-3') as fc.Arbitrary<PoolId>,
  sellerId: few<string>(PROVIDER, OTHER, BUYER),
  asked: fc.bigInt(98n, 101n),
  ask: fc.oneof(quarters, few(hours(22, 34), hours(24, 28), hours(24, 27))),
  window: quarters,
  quantity: fc.oneof(fc.bigInt(1n, 90n), few(10n ** 14n)),
  wantedSince: fc.integer({ min: 0, max: 9 }).map(hour),
  cameAt: fc.integer({ min: 5, max: 14 }).map(hour),
  isSealed: few(false, false, false, true),
});
const wanted = fc.record({
  window: few(hours(24, 28), hours(24, 25), { start: hour(24), end: (hour(24) + QUARTER) as Instant }),
  limitPrice: fc.integer({ min: 99, max: 102 }).map(price),
  quantity: few(tokens(5), tokens(40)),
  buyerId: few(BUYER, OTHER),
  constraints: fc.record({
    regions: few([], [], [], ['us-west']),
    residency: few([], [], [], ['US', 'CA']),
    platforms: few([], [], [], ['groq-lpu']),
    ttftP95Max: few(null, null, 399, 400),
    streamTokensPerSecondMin: few(null, null, 1_000),
    evidenceMin: few('L1', 'L1', 'L1', 'L2'),
  }),
});

/** All that there is of each: bids, what they got, and the offers that it was cut from. */
async function store(arrivals: readonly Arrival[]): Promise<void> {
  await database.$transaction([database.listing.deleteMany(), database.marketOrder.deleteMany(), database.reservation.deleteMany()]);
  const shared = { marketId: MARKET, hops: 0, termsVersion: 1 };
  const over = ({ start, end }: Arrival['window']) => ({ windowStart: new Date(start), windowEnd: new Date(end) });
  await database.listing.createMany({
    data: arrivals.map(({ poolId, sellerId, asked: unitPrice, ask, cameAt }, at) => ({
      ...{ ...shared, ...over(ask), listingId: `l${at}`, poolId, sellerId, unitPrice, quantity: 10n ** 15n },
      ...{ status: 'open', remaining: [], remainingMax: 0n, createdAt: new Date(cameAt) },
    })),
  });
  await database.marketOrder.createMany({
    data: arrivals.map(({ window, quantity, wantedSince, isSealed }, at) => ({
      ...{ marketId: MARKET, orderId: `o${at}`, buyerId: 'org-third', auctionId: isSealed ? 'a' : null, ...over(window) },
      ...{ quantity, limitPrice: 200n, constraints: {}, minimumFill: 1n, timeInForce: 'GTC', status: 'filled', remaining: 0n },
      ...{ reserved: 0n, spent: 0n, placedAt: new Date(wantedSince), expiresAt: new Date(hour(40)), streamVersion: at },
    })),
  });
  await database.reservation.createMany({
    data: arrivals.map(({ poolId, sellerId, window, quantity, cameAt }, at) => ({
      ...{ ...shared, ...over(window), reservationId: `r${at}`, listingId: `l${at}`, orderId: `o${at}`, poolId, sellerId },
      ...{ holderId: 'org-third', quantity, unitPrice: 200n, amount: 1n, status: 'scheduled', entitlement: [] },
      ...{ heldAt: new Date(cameAt), paidAt: new Date(cameAt), streamVersion: at },
    })),
  });
}

/** The market with this bid resting in it, and nothing to fill it with; null where no pool sells such hours or quantities. */
function resting(asked: Readonly<Record<string, unknown>>): { state: MarketStory['state']; order: Order } | null {
  const story = new MarketStory().given(...OPENING);
  const constraints = { ...ANYTHING, ...(asked['constraints'] as object) };
  story.send(bid('O1', { ...asked, constraints }));
  const [order] = story.state.orders.values();
  return order === undefined ? null : { state: story.state, order };
}

it('what a bid could have taken is what one counts who looks at everything that came, cell by cell', async () => {
  let [some, none] = [0, 0];
  const bids = fc.array(wanted, { minLength: 8, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { minLength: 8, maxLength: 40 }), bids, async (arrivals, asked) => {
      await store(arrivals);
      for (const one of asked) {
        const rests = resting(one);
        if (rests === null) continue;
        const { state, order } = rests;
        const [since, now] = [hour(8), hour(15)];
        const supply = await queries.supply(MARKET, supplyReachOf(state, order, now), { since, now });
        const expected = naiveSupply(state, order, arrivals, since);
        expect(supply.tokenMs).toBe(expected);
        if (expected > 0n) some += 1;
        else none += 1;
      }
    }),
    { numRuns: 40 },
  );
  expect(some).toBeGreaterThan(30);
  expect(none).toBeGreaterThan(60);
});
