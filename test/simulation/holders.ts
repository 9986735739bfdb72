import type { MarketId, OrganizationId, ReservationId, TeamId } from '../../src/kernel/ids.js';
import type { BasisPoints, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { floorToGrid, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import { isHandedOver } from './loss-auditor.js';
import type { LiveReservation, MarketAuditor } from './market-auditor.js';
import type { SeededRandom } from './random.js';
import type { Wish } from './traders.js';

const TEAMS = ['team-red' as TeamId, 'team-blue' as TeamId];

/** Those who have capacity: they hand it to their teams, and let what is not used be offered. */
export class Holders {
  constructor(
    private readonly random: SeededRandom,
    private readonly bookOf: (marketId: MarketId) => MarketAuditor,
    private readonly now: () => Instant,
  ) {}

  transfer(marketId: MarketId, gridOf: (poolId: string) => Duration): ReturnType<Wish> {
    const { random } = this;
    const owned = this.someone(marketId, ({ status }) => status !== 'held');
    if (owned === null) return null;
    const grid = gridOf(owned.poolId);
    const first = Math.max(owned.window.start, floorToGrid(this.now(), grid));
    const cells = Math.max(Math.floor((owned.window.end - first) / grid), 1);
    const skipped = random.chance(50) ? 0 : random.integer(0, cells - 1);
    const start = plus(first as Instant, grid * skipped);
    const window = { start, end: plus(start, grid * random.integer(1, cells - skipped)) };
    const most = Math.ceil(owned.quantity * random.pick([0.3, 0.7, 1.05]));
    const quantity = BigInt(random.integer(1, most)) as Quantity;
    const teamId = random.pick([null, ...TEAMS, ...TEAMS]);
    const [holderId, sourceId] = this.namesOf(owned);
    const part = { sourceId, holderId, teamId, window, quantity };
    return [holderId, { type: 'TransferReservation', ...part }];
  }

  /** Seldom what was bought: that is not given back, but cancelled. */
  giveBack(marketId: MarketId): ReturnType<Wish> {
    const owned = this.someone(marketId, isHandedOver);
    if (owned === null) return null;
    const [holderId, reservationId] = this.namesOf(owned);
    return [holderId, { type: 'ReturnTransfer', reservationId, holderId }];
  }

  /** Often at what was paid, which no cap on resale forbids. */
  setIdleRule(marketId: MarketId): ReturnType<Wish> {
    const { random } = this;
    const owned = this.someone(marketId, ({ status }) => status !== 'held');
    if (owned === null) return null;
    const [holderId, reservationId] = this.namesOf(owned);
    const unitPrice = random.chance(70) ? owned.unitPrice : BigInt(random.integer(0, 6_000));
    const rule = {
      unitPrice: unitPrice as UnitPrice,
      margin: random.pick([0, 1_000, 2_500, 3_333]) as BasisPoints,
      keepMin: BigInt(random.pick([0, 0, 5, 50])) as Quantity,
    };
    const wanted = random.chance(85) ? rule : null;
    return [holderId, { type: 'SetIdleRule', reservationId, holderId, rule: wanted }];
  }

  private namesOf({ holderId, reservationId }: LiveReservation): [OrganizationId, ReservationId] {
    const stranger = 'org-stranger';
    const asked = this.random.chance(97) ? holderId : stranger;
    return [asked as OrganizationId, reservationId as ReservationId];
  }

  private someone(
    marketId: MarketId,
    isWanted: (one: LiveReservation) => boolean,
  ): LiveReservation | null {
    const all = [...this.bookOf(marketId).reservations.values()];
    return this.random.pickAny(this.random.chance(95) ? all.filter(isWanted) : all);
  }
}
