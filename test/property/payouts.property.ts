import fc from 'fast-check';
import { auditLedger } from '../../src/billing/model/ledger.audit.js';
import { dueOf } from '../../src/billing/model/payout/earnings.js';
import { returnedOf } from '../../src/billing/model/payout/earnings.state.js';
import { differenceOf, type Difference } from '../../src/billing/model/reconciliation/compare.js';
import { movementOf } from '../../src/billing/model/reconciliation/stripe-movement.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import type { Instant } from '../../src/kernel/time.js';
import { credit, LedgerStory, receive, reservation, sent, topUp, usd, type Untimed } from '../support/ledger.js';
import { hour } from '../support/market.js';

const BUYER = 'org-buyer' as OrganizationId;
const CENT = 10_000n;
const HOLD_BACK = 2;

/** What Stripe did: the truth that webhooks tell parts of, as often and in whatever order they like. */
interface AtStripe {
  readonly payoutId: string;
  readonly amount: bigint;
  readonly reversals: { readonly reversalId: string; readonly amount: bigint }[];
}

const step = fc.oneof(
  fc.record({ do: fc.constant('earn' as const), id: fc.integer({ min: 0, max: 3 }), amount: fc.bigInt(1n, 90_000n) }),
  fc.record({ do: fc.constant('credit' as const), amount: fc.bigInt(1n, 120_000n) }),
  fc.record({ do: fc.constant('top up' as const), amount: fc.bigInt(1n, 5n) }),
  fc.record({ do: fc.constant('pay out' as const), holds: fc.boolean() }),
  fc.record({ do: fc.constant('reverse' as const), at: fc.nat(9), cents: fc.bigInt(1n, 3n) }),
  fc.record({ do: fc.constant('tell' as const), at: fc.nat(9), reversals: fc.nat(5) }),
  fc.record({ do: fc.constant('refuse' as const), at: fc.nat(9) }),
  fc.record({ do: fc.constant('keep' as const), amount: fc.bigInt(1n, 30_000n) }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 40 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A seller, and Stripe beside it. */
class World {
  readonly story = new LedgerStory().given({ type: 'OpenPayouts' });
  readonly stripe: AtStripe[] = [];
  private readonly asked: { readonly payoutId: string; readonly amount: bigint }[] = [];
  private count = 0;

  run(one: Step): void {
    this.count += 1;
    switch (one.do) {
      case 'earn': {
        const earned = { ...receive(`t${this.count}`, one.amount), reservationId: reservation(`R${one.id}`) };
        this.story.given(earned as Untimed);
        return;
      }
      case 'credit':
        this.story.given(credit(`C${this.count}`, one.amount, BUYER, hour(1)));
        return;
      case 'top up':
        this.story.given(topUp(one.amount * CENT, `T${this.count}`));
        return;
      case 'pay out':
        return this.payOut(one.holds);
      case 'reverse': {
        const transfer = this.stripe[one.at % Math.max(1, this.stripe.length)];
        if (transfer === undefined) return;
        const left = transfer.amount - transfer.reversals.reduce((sum, { amount }) => sum + amount, 0n);
        if (one.cents * CENT > left) return;
        transfer.reversals.push({ reversalId: `trr_${this.count}`, amount: one.cents * CENT });
        return;
      }
      case 'tell':
        return this.tell(this.stripe[one.at % Math.max(1, this.stripe.length)], one.reversals);
      case 'refuse': {
        const payout = this.asked[one.at % Math.max(1, this.asked.length)];
        if (payout === undefined || this.stripe.some(({ payoutId }) => payoutId === payout.payoutId)) return;
        this.story.send({ type: 'FailPayout', payoutId: payout.payoutId, reason: 'refused' });
        return;
      }
      case 'keep':
        this.story.send({ type: 'KeepEarnings', amount: usd(one.amount) });
        return;
      case 'wait':
        this.story.at((this.story.now + one.hours * 3_600_000) as Instant);
    }
  }

  /** Stripe does it, or never gets the request. */
  private payOut(isDone: boolean): void {
    const payoutId = `P${this.count}`;
    const before = dueOf(this.story.state.earnings, HOLD_BACK, this.story.now).amount;
    const decision = this.story.send({ type: 'StartPayout', payoutId, minimum: usd(0), holdBackDays: HOLD_BACK });
    if (!decision.accepted) return;
    const [started] = decision.events;
    if (started?.type !== 'PayoutStarted') throw new Error(sent(decision));
    expect(started.amount).toBe(before);
    expect(started.lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(started.amount);
    this.asked.push({ payoutId, amount: started.amount });
    if (isDone) this.stripe.push({ payoutId, amount: started.amount, reversals: [] });
  }

  private tell(transfer: AtStripe | undefined, count: number): void {
    if (transfer === undefined) return;
    const { payoutId, amount } = transfer;
    const reversals = transfer.reversals
      .slice(0, count)
      .map(({ reversalId, amount: part }) => ({ reversalId, amount: usd(part) }));
    this.story.send({ type: 'SettlePayout', payoutId, transferId: `tr_${payoutId}`, amount: usd(amount), reversals });
  }

  /** All that Stripe has to tell is told, in its order. */
  settleAll(): this {
    for (const transfer of this.stripe) this.tell(transfer, transfer.reversals.length);
    return this;
  }

  balances(): Readonly<Record<string, bigint>> {
    return Object.fromEntries([...this.story.state.balances].sort());
  }
}

function play(steps: readonly Step[]): World {
  const world = new World();
  for (const one of steps) {
    world.run(one);
    auditLedger(world.story.state);
  }
  return world;
}

describe('payouts over random histories', () => {
  it('pay nothing twice: what was earned is payable, paid, kept, given back or on its way', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { story } = play(steps).settleAll();
        auditLedger(story.state);
        const sum = (type: string): bigint =>
          story.events.reduce((total, event) => total + (event.type === type && 'amount' in event ? event.amount : 0n), 0n);
        const paid = [...story.state.earnings.payouts.values()]
          .filter(({ status }) => status === 'sent')
          .reduce((total, payout) => total + payout.amount - returnedOf(payout), 0n);
        const drawn = story.events.flatMap(({ type, postings }) =>
          /^(Credit|Penalty|Overage)/.test(type) ? postings.filter(({ account }) => account === 'payable') : [],
        );
        const given = drawn.reduce((total, { amount }) => total - amount, 0n);
        const inFlight = [...story.state.balances]
          .filter(([account]) => account.startsWith('payout:'))
          .reduce((total, [, balance]) => total + balance, 0n);
        const left = story.balance('payable') + inFlight + paid + sum('EarningsKept') + given;
        expect(left).toBe(sum('TransferReceived'));
      }),
      { numRuns: 150 },
    );
  });

  it('end the same in whatever order and however often webhooks tell', () => {
    const telling = fc.array(fc.record({ do: fc.constant('tell' as const), at: fc.nat(9), reversals: fc.nat(5) }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), telling, telling, (steps, some, others) => {
        const one = play([...steps, ...some]).settleAll();
        const other = play([...steps, ...others]).settleAll();
        expect(one.balances()).toEqual(other.balances());
        const statesOf = ({ story }: World): unknown =>
          [...story.state.earnings.payouts].map(([id, { status, reversals }]) => [
            ...[id, status, returnedOf({ reversals })],
            reversals.map(({ reversalId }) => reversalId).sort(),
          ]);
        expect(statesOf(one)).toEqual(statesOf(other));
      }),
      { numRuns: 150 },
    );
  });

  it('are reconciled to exactly the losses that were planted', () => {
    const loss = fc.record({ side: fc.constantFrom('ours' as const, 'theirs' as const, 'amount' as const), at: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.array(loss, { maxLength: 5 }), (steps, losses) => {
        const { story } = play(steps).settleAll();
        const truth = story.events.flatMap((event) => movementOf(event) ?? []);
        const external = -truth.reduce((total, { amount }) => total + amount, 0n);
        expect(story.balance('external')).toBe(external);
        const ours = new Map(truth.map(({ reference, amount }) => [reference, amount as bigint]));
        const theirs = new Map(ours);
        const planted = new Map<string, Difference['kind']>();
        for (const { side, at } of losses) {
          const reference = truth[at % Math.max(1, truth.length)]?.reference;
          if (reference === undefined || planted.has(reference)) continue;
          if (side === 'amount') theirs.set(reference, (theirs.get(reference) ?? 0n) + 1n);
          else (side === 'ours' ? ours : theirs).delete(reference);
          planted.set(reference, side === 'ours' ? 'missing-here' : side === 'theirs' ? 'missing-there' : 'amount-differs');
        }
        const references = new Set([...ours.keys(), ...theirs.keys()]);
        const found = [...references].flatMap((reference) => {
          const sides = { reference, ours: ours.get(reference) ?? null, theirs: theirs.get(reference) ?? null };
          return differenceOf(sides) ?? [];
        });
        expect(new Map(found.map(({ reference, kind }) => [reference, kind]))).toEqual(planted);
      }),
      { numRuns: 150 },
    );
  });
});
