import type { MarketId, OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import type { UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { floorToGrid, MINUTE_MS, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import type { Rebooking, RebookingTime } from '../../src/allocation/model/curtailment.state.js';
import type { PoolFacts } from '../../src/allocation/model/market.terms.js';
import { insisting } from './insisting.js';
import type { LiveReservation, MarketAuditor } from './market-auditor.js';
import type { SeededRandom } from './random.js';
import type { Wish } from './traders.js';

const formOf = (timeInForce: RebookingTime, least = 1, isAllOrNone = false): Omit<Rebooking, 'limitPrice' | 'constraints'> =>
  ({ timeInForce, minimumFill: BigInt(least) as Quantity, isAllOrNone });
const restOf = (minutes: number): RebookingTime => ({ kind: 'GTD', restsFor: (minutes * MINUTE_MS) as Duration });
const [IOC, FOK, GTC] = (['IOC', 'FOK', 'GTC'] as const).map((kind) => ({ kind })) as [RebookingTime, RebookingTime, RebookingTime];
/** Leasts in lots of some pools and in none, and a rest so brief that an order which is placed late comes too late. */
const FORMS = [
  ...[formOf(IOC), formOf(IOC), formOf(IOC, 100), formOf(FOK), formOf(IOC, 1, true), formOf(FOK, 20)],
  ...[formOf(GTC), formOf(GTC), formOf(GTC, 1, true), formOf(GTC, 37), formOf(restOf(1)), formOf(restOf(600), 20)],
];

/** Providers who take capacity back, and holders who see to it that they keep what they have. */
export class Takers {
  constructor(
    private readonly random: SeededRandom,
    private readonly bookOf: (marketId: MarketId) => MarketAuditor,
    private readonly now: () => Instant,
  ) {}

  /** Often what was resold: there every link of a chain has something to lose. */
  curtail(marketId: MarketId, pools: readonly PoolFacts[]): ReturnType<Wish> {
    const { random } = this;
    const owned = [...this.bookOf(marketId).reservations.values()].filter(
      ({ status, hops }) => status !== 'held' && hops > 0,
    );
    const target = random.chance(50) ? random.pickAny(owned) : null;
    const facts = pools.find(({ poolId }) => poolId === target?.poolId) ?? random.pick(pools);
    const { poolId, grid, providerId } = facts;
    const first = floorToGrid(this.now(), grid);
    const skipped = target === null ? random.integer(0, 20) : 0;
    const start = Math.max(plus(first, grid * skipped), target?.window.start ?? 0) as Instant;
    const window = { start, end: plus(start, grid * random.integer(1, 8)) };
    const quantity = BigInt(random.pick([50, 400, 1_200, 3_000]) + random.integer(0, 99)) as Quantity;
    const cause = random.chance(65) ? 'outage' : 'reclaim';
    return [providerId, { type: 'CurtailPool', poolId, providerId, window, quantity, cause }];
  }

  setRebooking(marketId: MarketId): ReturnType<Wish> {
    const owned = this.someone(marketId);
    if (owned === null) return null;
    const holderId = owned.holderId as OrganizationId;
    const reservationId = owned.reservationId as ReservationId;
    const rebooking = {
      limitPrice: this.price(),
      constraints: insisting(this.random),
      ...this.random.pick(FORMS),
    };
    const wanted = this.random.chance(80) ? rebooking : null;
    return [holderId, { type: 'SetRebooking', reservationId, holderId, rebooking: wanted }];
  }

  extend(marketId: MarketId, gridOf: (poolId: string) => Duration): ReturnType<Wish> {
    const owned = this.someone(marketId);
    if (owned === null) return null;
    const holderId = owned.holderId as OrganizationId;
    const reservationId = owned.reservationId as ReservationId;
    const cells = this.random.integer(1, 4);
    const until = plus(owned.window.end as Instant, gridOf(owned.poolId) * cells);
    const holdFor = (10 * MINUTE_MS) as Duration;
    const asked = { reservationId, holderId, until, unitPriceMax: this.price(), holdFor };
    return [holderId, { type: 'ExtendReservation', ...asked }];
  }

  private price(): UnitPrice {
    return BigInt(this.random.integer(1, 6_000)) as UnitPrice;
  }

  private someone(marketId: MarketId): LiveReservation | null {
    const all = [...this.bookOf(marketId).reservations.values()];
    const owned = all.filter(({ status }) => status !== 'held');
    return this.random.pickAny(this.random.chance(95) ? owned : all);
  }
}
