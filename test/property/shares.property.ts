import { decide, marketDecider } from '../../src/allocation/model/market.decide.js';
import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import { emptyMarket, type PoolState } from '../../src/allocation/model/market.state.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { valueAt, ZERO, type StepFunction } from '../../src/kernel/step-function.js';
import { MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import { SeededRandom } from '../simulation/random.js';
import { hour, seedOf } from '../support/market.js';
import { piecesIn, type Piece } from '../support/naive-positions.js';
import { OrderTraffic } from '../support/order-traffic.js';
import { DENSE, RESOLD, ruledOpening } from '../support/ruled-books.js';

const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
const BOOKS = 240;
const COMMANDS_EACH = 60;
const WHOLE = 10_000;

/** Ways to come by capacity, or to be given it back, that all must have been met. */
const WAYS = [
  ...['HoldReservation', 'HoldPackage', 'RequestQuote', 'ExtendReservation', 'PlaceOrder', 'AmendOrder', 'CreateListing'],
  ...['AdvanceMarket', 'AcceptQuote', 'ReleaseQuote', 'ReleaseHold', 'CancelReservation', 'TransferReservation', 'CurtailPool', 'OpenPool'],
];
const REFUSED = ['BUYER_SHARE_EXCEEDED', 'SET_ASIDE_FOR_SMALL_BUYERS', 'PACKAGE_REFUSED'];

interface Seen {
  readonly at: Instant;
  readonly nameplate: number;
  /** By holder; the provider does not count. */
  readonly counted: ReadonlyMap<string, number>;
  /** What all have together who have more than a small buyer may, each token/s once. */
  readonly large: number;
}

const sumOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { quantity }) => sum + quantity, 0);

class Watch {
  readonly state = emptyMarket();
  private readonly over: { readonly poolId: string; readonly holderId: string; readonly title: StepFunction }[] = [];

  constructor(private readonly counts: Map<string, number>) {}

  /** Decides one command, and holds everybody to the rules at every instant, in all pools. */
  send(command: MarketCommand): void {
    const decision = decide(command, this.state);
    if (!decision.accepted) return this.count(decision.rejection.code);
    const before = new Map([...this.pools()].map((pool) => [pool.facts.poolId, this.look(pool, this.instants(pool))]));
    for (const event of decision.events) {
      const ended = event.type === 'ReservationCompleted' ? this.state.reservations.get(event.reservationId) : undefined;
      if (ended !== undefined && ended.status !== 'held') {
        this.over.push({ poolId: ended.poolId, holderId: ended.holderId, title: ended.lot.title });
      }
      marketDecider.evolve(this.state, event);
    }
    if (decision.events.length > 0) this.count(command.type);
    for (const pool of this.pools()) this.check(pool, before.get(pool.facts.poolId) ?? [], command.now);
  }

  private *pools(): Generator<PoolState> {
    for (const pool of this.state.pools.values()) {
      if (pool.facts.buyerShareMax !== null || pool.facts.setAside !== null) yield pool;
    }
  }

  /** In their order: what anybody has changes where something of it begins or ends, and nowhere else. */
  private instants({ facts: { poolId } }: PoolState): readonly Instant[] {
    const theirs = [...this.state.reservations.values()].filter((one) => one.poolId === poolId);
    return [...new Set(theirs.flatMap(({ window }) => [window.start, window.end]))].sort((a, b) => a - b);
  }

  private look({ facts }: PoolState, instants: readonly Instant[]): readonly Seen[] {
    const { poolId, providerId, nameplate, setAside } = facts;
    const over = this.over.filter((one) => one.poolId === poolId && one.holderId !== providerId);
    return instants.map((at) => {
      const past = over.map(({ holderId, title }) => ({ counts: new Set([holderId]), quantity: Number(valueAt(title, at)) }));
      const pieces: readonly Piece[] = [...piecesIn(this.state, { poolId, providerId, at }), ...past];
      const holders = new Set(pieces.flatMap(({ counts }) => [...counts]));
      const counted = new Map([...holders].map((id) => [id, sumOf(pieces.filter(({ counts }) => counts.has(id)))]));
      const small = Number(setAside?.smallBuyerMax ?? Infinity);
      const isLarge = (id: string): boolean => (counted.get(id) ?? 0) > small;
      return { at, nameplate: Number(valueAt(nameplate, at)), counted, large: sumOf(pieces.filter(({ counts }) => [...counts].some(isLarge))) };
    });
  }

  private check(pool: PoolState, before: readonly Seen[], now: Instant): void {
    const { buyerShareMax, setAside, grid } = pool.facts;
    for (const { at, nameplate, counted, large } of this.look(pool, this.instants(pool))) {
      const earlier = before.findLast((seen) => seen.at <= at);
      for (const [holderId, quantity] of counted) {
        // Counted once, by sums that are kept: as it is counted anew.
        expect(Number(valueAt(pool.positions.get(holderId as OrganizationId) ?? ZERO, at))).toBe(quantity);
        const cap = ((buyerShareMax ?? WHOLE) / WHOLE) * nameplate;
        // Stricter terms and outages take nothing away; nobody above the cap gets any more.
        if (quantity > cap) expect(quantity).toBeLessThanOrEqual(earlier?.counted.get(holderId) ?? 0);
      }
      const cell = at - (at % grid);
      if (setAside === null || cell - setAside.releasedBefore <= now) continue;
      const open = Math.floor((nameplate * (WHOLE - setAside.share)) / WHOLE);
      if (large > open) expect(large).toBeLessThanOrEqual(earlier?.large ?? 0);
    }
  }

  private count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

it('a share of a pool is counted once, and passed by nothing that anybody can send', () => {
  const counts = new Map<string, number>();
  for (let book = 0; book < BOOKS; book += 1) {
    const random = new SeededRandom(SEED * 1_000 + book);
    const { reach, later } = book % 2 === 0 ? RESOLD : DENSE;
    const traffic = new OrderTraffic(random, reach);
    const watch = new Watch(counts);
    let now = hour(0);
    const commands = ruledOpening(random);
    for (let step = 0; step < commands.length + COMMANDS_EACH; step += 1) {
      if (random.chance(later)) now = (now + random.integer(1, 40) * MINUTE_MS) as Instant;
      const unsent = commands[step] ?? traffic.next(watch.state, now);
      watch.send({ ...unsent, now, seed: seedOf(step) } as MarketCommand);
    }
  }
  const missed = [...WAYS, ...REFUSED].filter((what) => !counts.has(what));
  expect(missed).toEqual([]);
});
