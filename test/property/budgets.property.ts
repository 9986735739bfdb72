import fc from 'fast-check';
import { teamUseOf } from '../../src/allocation/model/transfer.state.js';
import { spentBy, spentByNoTeam } from '../../src/billing/model/controls/month-cost.js';
import type { ReservationId, TeamId } from '../../src/kernel/ids.js';
import { valueAt } from '../../src/kernel/step-function.js';
import type { MicroUsd } from '../../src/kernel/money.js';
import { curtail, fund, LedgerStory, overage, settle, topUp } from '../support/ledger.js';
import { bought, BUYER, hour, hours, POOL, PROVIDER, tokens, type MarketStory } from '../support/market.js';

const TEAMS = ['search', 'ads', 'lab'].map((name) => `team-${name}` as TeamId);
const R = 'R' as ReservationId;
const MONTH = '2026-12';
/** Of R: 100 tokens/s from hour 24 to 28. An odd price: shares do not divide. */
const PRICE = 99_991;

const number = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const step = fc.record({
  kind: fc.constantFrom('transfer', 'transfer', 'transfer', 'return', 'curtail', 'hour', 'overage'),
  ...{ which: number(7), team: number(3), from: number(3), length: number(3), quantity: number(60) },
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** A market and the books that follow it, and a clerk who looks every hour at who has what at that time. */
class Story {
  readonly market: MarketStory = bought();
  readonly books = new LedgerStory().given(topUp(10_000_000), fund('R', PRICE));
  readonly bears = new Map<TeamId | null, bigint>();
  private now = 24;
  private count = 0;

  take({ kind, which, team, from, length, quantity }: Step): void {
    const window = hours(this.now + from, this.now + from + 1 + length);
    const parts = [...this.market.state.reservations.values()];
    const part = parts[which % Math.max(1, parts.length)];
    if (kind === 'hour') this.pass();
    else if (part === undefined) return;
    else if (kind === 'transfer') {
      const teamId = TEAMS[team] ?? null;
      const ids = { reservationId: `T${this.count++}` as ReservationId, sourceId: part.reservationId };
      this.market.send({ type: 'TransferReservation', ...ids, holderId: BUYER, teamId, window, quantity: tokens(quantity + 1) });
    } else if (kind === 'return') this.market.send({ type: 'ReturnTransfer', reservationId: part.reservationId, holderId: BUYER });
    else if (kind === 'curtail') this.curtail(window, quantity);
    else this.overrun(part.reservationId, quantity);
  }

  /** As the process does: what R lost is refunded. */
  private curtail(window: ReturnType<typeof hours>, quantity: number): void {
    const named = { curtailmentId: `C${this.count++}`, poolId: POOL, providerId: PROVIDER } as const;
    const decision = this.market.send({ type: 'CurtailPool', ...named, window, quantity: tokens(quantity * 10 + 1), cause: 'outage' });
    if (!decision.accepted) return;
    const { curtailmentId } = named;
    const loss = this.market.state.losses.get(R)?.find((one) => one.curtailmentId === curtailmentId);
    if (loss !== undefined && this.books.state.escrows.has(R)) this.books.send(curtail('R', loss.quantity, loss.lost, curtailmentId));
  }

  private overrun(reservationId: ReservationId, amount: number): void {
    const known = this.market.state.reservations.get(reservationId);
    const teamId = known?.status === 'held' ? null : (known?.teamId ?? null);
    const charge = { ...overage(`${reservationId}/${this.count++}`, hour(this.now), amount + 1), teamId };
    this.books.given(charge as typeof charge & { readonly type: 'ChargeOverage' });
    this.bear(teamId, BigInt(amount + 1));
  }

  pass(): void {
    if (this.now >= 28) return;
    const titles = new Map<TeamId | null, bigint>();
    for (const one of this.market.state.reservations.values()) {
      if (one.status === 'held') continue;
      titles.set(one.teamId, (titles.get(one.teamId) ?? 0n) + valueAt(one.lot.title, hour(this.now)));
    }
    this.now += 1;
    this.market.at(hour(this.now));
    this.books.at(hour(this.now));
    if (!this.books.state.escrows.has(R)) return;
    this.books.given(settle('R', teamUseOf(this.market.state, R)));
    const last = this.books.events.findLast((event) => event.type === 'DeliverySettled');
    const amount: bigint = last?.amount ?? 0n;
    const whole = [...titles.values()].reduce((sum, title) => sum + title, 0n);
    let rest = amount;
    for (const [teamId, title] of titles) {
      if (teamId === null || whole === 0n) continue;
      const share = (amount * title) / whole;
      rest -= share;
      this.bear(teamId, share);
    }
    this.bear(null, rest);
  }

  private bear(teamId: TeamId | null, amount: bigint): void {
    this.bears.set(teamId, (this.bears.get(teamId) ?? 0n) + amount);
  }
}

describe('what teams cost', () => {
  it('is what a clerk says who looks at every hour, and with what is no team’s it is all of it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const story = new Story();
        story.market.at(hour(24));
        story.books.at(hour(24));
        for (const one of steps) story.take(one);
        for (let index = 0; index < 4; index += 1) story.pass();
        const cost = story.books.state.controls.charged.get(MONTH);
        const named = TEAMS.map((teamId) => spentBy(cost, `team:${teamId}`));
        expect(named).toEqual(TEAMS.map((teamId) => story.bears.get(teamId) ?? 0n));
        expect(spentByNoTeam(cost)).toBe(story.bears.get(null) ?? 0n);
        const all = [...named, spentByNoTeam(cost)].reduce((sum, amount) => sum + amount, 0n as MicroUsd as bigint);
        expect(all).toBe(spentBy(cost, 'organization'));
        for (const amount of named) expect(amount).toBeGreaterThanOrEqual(0n);
      }),
      { numRuns: 100 },
    );
  });
});
