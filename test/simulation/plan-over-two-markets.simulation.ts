import { PlanService, type HoldPlanOutcome, type PlannedHold } from '../../src/allocation/application/plan.service.js';
import type { LinearSolver } from '../../src/allocation/application/linear-solver.js';
import { MarketService } from '../../src/allocation/application/market.service.js';
import type { TradeRequest } from '../../src/allocation/application/trading.service.js';
import { DefinitionRegistry } from '../../src/eventstore/definition-registry.js';
import type { EventStore } from '../../src/eventstore/event-store.js';
import { Streams } from '../../src/eventstore/streams.js';
import { SubscriptionRegistry } from '../../src/eventstore/subscription-registry.js';
import { idInMarket, type ListingId, type MarketId, type OrganizationId, type PoolId } from '../../src/kernel/ids.js';
import type { UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { HOUR_MS, plus, type Instant } from '../../src/kernel/time.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';
import type { AttemptLimiter } from '../../src/platform/rate-limit/attempt-limiter.js';
import { DAY_ZERO, firstFacts } from './cast.js';
import { SimulatedStore } from './jobs.js';
import { SeededRandom } from './random.js';

const MARKETS = ['llama-3.3-70b@fp8', 'llama-3.3-70b@fp16'] as MarketId[];
const PROVIDER = 'org-wafer' as OrganizationId;
const BUYER = 'org-ant' as OrganizationId;
const OFFERED = 500n;
const WINDOW = { start: plus(DAY_ZERO, 24 * HOUR_MS), end: plus(DAY_ZERO, 28 * HOUR_MS) };

class Dead extends Error {}

/** A process's way to the store: it dies before, or right after, the so many-th thing that it asks for. */
function dyingAt(store: EventStore, point: number, isDone: boolean): EventStore & { readonly asked: number } {
  let asked = 0;
  const count = async <T>(work: () => Promise<T>): Promise<T> => {
    asked += 1;
    if (asked > point || (asked === point && !isDone)) throw new Dead('the process is gone');
    const answer = await work();
    if (asked === point) throw new Dead('the process is gone');
    return answer;
  };
  const dying = Object.create(store) as EventStore & { asked: number };
  Object.defineProperty(dying, 'asked', { get: () => asked });
  dying.append = (request) => count(() => store.append(request));
  dying.readStream = (...args) => count(() => store.readStream(...args));
  dying.readHead = (stream) => count(() => store.readHead(stream));
  dying.findAnswers = (keys) => count(() => store.findAnswers(keys));
  dying.loadSnapshot = (stream) => count(() => store.loadSnapshot(stream));
  dying.openAppender = async () => ({ append: (request) => count(() => store.append(request)), release: () => undefined });
  dying.withLockedStream = (stream, work) => store.withLockedStream(stream, (locked) =>
    work({
      ...{ head: locked.head, readTail: (after) => count(() => locked.readTail(after)) },
      ...{ findAnswers: (keys) => count(() => locked.findAnswers(keys)), append: (request) => count(() => locked.append(request)) },
    }));
  return dying;
}

class World {
  readonly store = new SimulatedStore();
  now: Instant = DAY_ZERO;
  private readonly done = new Set<string>();

  /** A process that has just started, on its own way to the store. */
  process(store: EventStore = this.store) {
    const [jobs, clock] = [new JobRegistry(), { now: () => this.now }];
    const streams = new Streams(store, { committed: () => undefined, warn: () => undefined });
    const pools = { tellFirst: () => undefined, openingKey: () => '' };
    const markets = new MarketService(streams, new DefinitionRegistry(), new SubscriptionRegistry(), jobs, clock, pools);
    markets.onModuleInit();
    const plans = new PlanService(markets, {} as LinearSolver, {} as AttemptLimiter);
    return { jobs, markets, plans };
  }

  /** One pool and one offer in each market. */
  async open(): Promise<readonly ListingId[]> {
    const { markets } = this.process();
    const listings: ListingId[] = [];
    for (const [index, marketId] of MARKETS.entries()) {
      const poolId = idInMarket<PoolId>(marketId, 'pool');
      const given = { ...firstFacts(new SeededRandom(index), marketId, 0), poolId, providerId: PROVIDER };
      const facts = { ...given, lotSize: 1n as Quantity, buyerShareMax: null, setAside: null };
      const listingId = idInMarket<ListingId>(marketId, 'listing');
      const offer = { poolId, sellerId: PROVIDER, source: { kind: 'pool' }, window: WINDOW, isPostOnly: false } as const;
      const sizes = { quantity: OFFERED as Quantity, unitPrice: 100n as UnitPrice };
      const context = (key: string) => ({ scope: PROVIDER, idempotencyKey: `${key} ${marketId}`, content: key, actor: 'member:wafer', cause: key });
      await markets.execute(marketId, { type: 'OpenPool', facts }, context('open'));
      const { accepted } = await markets.execute(marketId, { type: 'CreateListing', listingId, ...offer, ...sizes }, context('list'));
      if (!accepted) throw new Error(`nothing is offered in ${marketId}`);
      listings.push(listingId);
    }
    return listings;
  }

  /** What is left of each offer, and how many holds there are. */
  async left(): Promise<readonly (readonly [left: bigint, holds: number])[]> {
    const { markets } = this.process();
    return Promise.all(MARKETS.map((marketId) => markets.read(marketId, ({ listings, reservations }): [bigint, number] => {
      const [listing] = listings.values();
      return [listing?.remaining.values[0] ?? 0n, [...reservations.values()].filter(({ status }) => status === 'held').length];
    })));
  }

  /** Time passes, and every job that comes due runs, in a process that nobody has asked anything. */
  async passes(ms: number): Promise<void> {
    this.now = plus(this.now, ms);
    const { jobs } = this.process();
    for (;;) {
      const due = [...this.store.outbox].find(([id, { runAt }]) => runAt <= this.now && !this.done.has(id));
      if (due === undefined) return;
      const [id, { queue, job, payload }] = due;
      await jobs.run(queue, job, JSON.parse(payload));
      this.done.add(id);
    }
  }
}

const CALLER = { kind: 'member', organizationId: BUYER, memberId: 'member-1' } as unknown as TradeRequest['caller'];
const REQUEST = { caller: CALLER, mutation: 'holdPlan', idempotencyKey: 'K', input: { plan: 1 } } as unknown as TradeRequest;
const holdsOf = (listings: readonly ListingId[], quantities: readonly bigint[]): PlannedHold[] =>
  listings.map((listingId, index) => ({ listingId, window: WINDOW, quantity: (quantities[index] ?? 0n) as Quantity }));

interface Died {
  readonly world: World;
  readonly holds: readonly PlannedHold[];
  /** It came to an end before it could die. */
  readonly isOver: boolean;
}

async function died(quantities: readonly bigint[], point: number, isDone: boolean): Promise<Died> {
  const world = new World();
  const holds = holdsOf(await world.open(), quantities);
  const way = dyingAt(world.store, point, isDone);
  await world.process(way).plans.hold(REQUEST, holds).catch((error: unknown) => {
    if (!(error instanceof Error)) throw error;
  });
  return { world, holds, isOver: way.asked < point };
}

const again = ({ world, holds }: Died): Promise<HoldPlanOutcome> => world.process().plans.hold(REQUEST, holds);

const ALL_LEFT = [[OFFERED, 0], [OFFERED, 0]];
/** Far longer than anybody's hold. */
const LONG = 2 * HOUR_MS;

describe('a plan over two markets whose process dies', () => {
  const points: number[] = [];

  /** At every point there is, before what is asked for and after it. */
  async function atEveryPoint(quantities: readonly bigint[], check: (one: Died) => Promise<void>): Promise<void> {
    let point = 1;
    for (; ; point += 1) {
      const [before, after] = [await died(quantities, point, false), await died(quantities, point, true)];
      await check(before);
      await check(after);
      if (before.isOver) break;
    }
    points.push(point);
  }

  it('is held once in each, when it is asked for again', async () => {
    const halfway = new Set<string>();
    await atEveryPoint([200n, 300n], async (one) => {
      halfway.add(String(await one.world.left()));
      const outcome = await again(one);
      expect(outcome).toMatchObject({ accepted: true, reservations: [{ quantity: '200' }, { quantity: '300' }] });
      expect(await one.world.left()).toEqual([[300n, 1], [200n, 1]]);
    });
    // None, the first alone, both: it has died in between.
    expect([...halfway].sort()).toEqual(['300,1,200,1', '300,1,500,0', '500,0,500,0']);
  });

  it('is taken back where the second market refuses, when it is asked for again', async () => {
    const halfway = new Set<string>();
    await atEveryPoint([200n, 501n], async (one) => {
      halfway.add(String(await one.world.left()));
      const refused = { accepted: false, index: 1, rejection: { code: 'CAPACITY_EXHAUSTED', available: '500' } };
      expect(await again(one)).toMatchObject(refused);
      expect(await one.world.left()).toEqual(ALL_LEFT);
    });
    expect([...halfway].sort()).toEqual(['300,1,500,0', '500,0,500,0']);
  });

  it.each([[[200n, 300n]], [[200n, 501n]]])('leaves nothing when nobody comes back for it: %j', async (quantities) => {
    await atEveryPoint(quantities, async ({ world }) => {
      await world.passes(LONG);
      expect(await world.left()).toEqual(ALL_LEFT);
    });
  });

  it('has died at many points', () => {
    expect(points.every((count) => count > 6)).toBe(true);
  });
});
