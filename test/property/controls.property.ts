import fc from 'fast-check';
import { auditLedger } from '../../src/billing/model/ledger.audit.js';
import { drawnOf } from '../../src/billing/model/controls/credit-line.rules.js';
import { dayOf } from '../../src/billing/model/controls/spend.rules.js';
import { ledgerCodec } from '../../src/billing/application/ledger.codec.js';
import { ledgerDefinition } from '../../src/billing/application/ledger.definition.js';
import { ledgerDecider } from '../../src/billing/model/ledger.decide.js';
import { emptyLedger } from '../../src/billing/model/ledger.state.js';
import { HOUR_MS, monthOf, plus } from '../../src/kernel/time.js';
import { approve, bill, by, creditLine, KEY, limits, refuse, TRADER } from '../support/controls.js';
import { cancel, capture, fund, giveBack, LedgerStory, release, reserve, topUp, type Untimed } from '../support/ledger.js';
import { hour, hours } from '../support/market.js';

const LATER = hours(2_000, 2_004);
const amount = fc.integer({ min: 0, max: 120 });
const id = fc.integer({ min: 0, max: 5 });
const who = fc.constantFrom(TRADER, KEY);
const maybe = fc.option(amount, { nil: null });
const subject = fc.constantFrom('organization' as const, 'role:trader' as const, 'member:owner' as const);

type Make = (story: LedgerStory) => Untimed;
const left = (story: LedgerStory, order: string): number => Number(story.balance(`reserved:${order}` as never));

/** What buyers, finance and the market may do, in any order; what makes no sense is refused. */
const step: fc.Arbitrary<Make> = fc.oneof(
  fc.record({ id, amount, who }).map(({ id: n, amount: cost, who: spender }): Make => () => by(spender, reserve(`O${n}`, cost), `AO${n}`)),
  fc.record({ id, amount, who }).map(({ id: n, amount: cost, who: spender }): Make => () => by(spender, fund(`R${n}`, cost, LATER), `AR${n}`)),
  fc.record({ id, part: amount }).map(({ id: n, part }): Make => (story) => giveBack(`O${n}`, Math.floor((left(story, `O${n}`) * part) / 120), 'goes on')),
  id.map((n): Make => (story) => giveBack(`O${n}`, left(story, `O${n}`), 'final')),
  fc.record({ id, fill: id, part: amount }).map(({ id: n, fill, part }): Make => (story) => {
    const price = Math.floor((left(story, `O${n}`) * part) / 120);
    return capture(`O${n}`, `F${n}${fill}`, price, LATER);
  }),
  id.map((n): Make => () => cancel(`R${n}`, 0)),
  id.map((n): Make => () => release(`R${n}`)),
  fc.record({ id, amount }).map(({ id: n, amount: cost }): Make => () => approve(`O${n}`, cost)),
  id.map((n): Make => (story) => {
    const waiting = [...story.state.controls.requests.values()];
    const known = waiting[n % Math.max(1, waiting.length)];
    const name = `${known?.approvalId ?? 'A?'}`.slice(1);
    return known === undefined ? refuse(name) : ({ ...approve(name, 0), purchase: known.purchase } as Untimed);
  }),
  id.map((n): Make => () => refuse(`R${n}`)),
  fc.record({ subject, perOrder: maybe, perDay: maybe, perMonth: maybe, approvalAbove: maybe }).map(({ subject: whose, ...set }): Make => () => {
    const given = Object.entries(set).filter(([, value]) => value !== null);
    return limits(whose, Object.fromEntries(given) as Record<string, number>);
  }),
  fc.option(amount, { nil: null }).map((limit): Make => () => creditLine(limit === null ? null : limit * 5)),
  fc.record({ id, amount }).map(({ id: n, amount: charged }): Make => (story) => bill(`HR-${n}`, charged, plus(story.now, 12 * HOUR_MS))),
  amount.map((money): Make => (story) => topUp(Math.ceil((money + 1) / 5), `T${story.events.length}`)),
);

/** Counts as an accountant would who keeps every receipt: nothing is ever added up before it is asked. */
class Receipts {
  private readonly all: { place: string; subjects: string[]; day: string; left: bigint }[] = [];

  bought(place: string, actor: string, day: string, cost: bigint): void {
    const subjects = ['organization', ...(actor === TRADER.actor ? ['role:trader'] : ['member:owner'])];
    this.all.push({ place, subjects, day, left: cost });
  }

  /** The newest first, or for a fill the oldest. */
  take(place: string, cost: bigint, end: 'newest' | 'oldest', to: string | null = null): void {
    const own = this.all.filter((one) => one.place === place && one.left > 0n);
    for (const one of end === 'newest' ? own.reverse() : own) {
      const part = one.left < cost ? one.left : cost;
      one.left -= part;
      cost -= part;
      if (to !== null && part > 0n) this.all.push({ ...one, place: to, left: part });
    }
  }

  sum(subject: string, period: string): bigint {
    return this.all
      .filter((one) => one.subjects.includes(subject) && one.day.startsWith(period))
      .reduce((sum, one) => sum + one.left, 0n);
  }
}

function note(receipts: Receipts, event: LedgerStory['events'][number]): void {
  switch (event.type) {
    case 'FundsReserved':
      return receipts.bought(`O ${event.orderId}`, event.spent?.spender.actor ?? '', dayOf(event.spent?.at ?? hour(0)), event.amount);
    case 'EscrowFunded':
      if (event.orderId !== null) return receipts.take(`O ${event.orderId}`, event.amount, 'oldest', `R ${event.reservationId}`);
      return receipts.bought(`R ${event.reservationId}`, event.spent?.spender.actor ?? '', dayOf(event.spent?.at ?? hour(0)), event.amount);
    case 'FundsReleased':
      return receipts.take(`O ${event.orderId}`, event.amount, 'newest');
    case 'EscrowReleased':
      return receipts.take(`R ${event.reservationId}`, event.amount, 'newest');
    case 'EscrowCancelled':
      return receipts.take(`R ${event.reservationId}`, event.refund, 'newest');
    default:
      return undefined;
  }
}

/** What was just bought fits every limit there is, by the receipts. */
function checkLimits(story: LedgerStory, receipts: Receipts, actor: string): void {
  for (const [whose, { perDay, perMonth }] of story.state.controls.limits) {
    if (whose === 'role:trader' && actor !== TRADER.actor) continue;
    if (whose === 'member:owner' && actor !== KEY.actor) continue;
    if (perDay !== null) expect(receipts.sum(whose, dayOf(story.now))).toBeLessThanOrEqual(perDay);
    if (perMonth !== null) expect(receipts.sum(whose, monthOf(story.now))).toBeLessThanOrEqual(perMonth);
  }
}

describe('finance controls', () => {
  it('are never exceeded by any sequence of orders, approvals, cancellations and limits', () => {
    const moves = fc.record({ make: step, pass: fc.integer({ min: 0, max: 9 }) });
    let approved = 0;
    let drawn = 0;
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 60, size: 'max' }), (given) => {
        const story = new LedgerStory().given(topUp(30), creditLine(300), limits('organization', { approvalAbove: 40 }));
        const receipts = new Receipts();
        for (const { make, pass } of given) {
          story.at(plus(story.now, pass * HOUR_MS));
          const before = story.events.length;
          const owedBefore = drawnOf(story.state);
          let decision;
          try {
            decision = story.send(make(story));
          } catch {
            // A fill of what is not set aside: the market sends none.
            continue;
          }
          const events = story.events.slice(before);
          for (const event of events) {
            note(receipts, event);
            expect(event.postings.reduce((sum, posting) => sum + posting.amount, 0n)).toBe(0n);
          }
          auditLedger(story.state);
          const buying = events.find((event) => 'spent' in event && event.spent !== null && event.amount > 0n);
          if (!decision.accepted || buying === undefined || !('spent' in buying)) continue;
          if (events.some(({ type }) => type === 'ApprovalDecided')) approved += 1;
          checkLimits(story, receipts, buying.spent?.spender.actor ?? '');
          const line = story.state.controls.creditLine?.limit ?? 0n;
          const owed = drawnOf(story.state);
          if (owed > owedBefore) {
            drawn += 1;
            expect(owed).toBeLessThanOrEqual(line);
          }
        }
        const folded = story.events.reduce(
          (state, event) => ledgerDecider.evolve(state, ledgerCodec.decode(ledgerCodec.encode(event))),
          emptyLedger(),
        );
        expect(ledgerDefinition.snapshot.encode(folded)).toBe(ledgerDefinition.snapshot.encode(story.state));
      }),
      { numRuns: 300 },
    );
    // The sequences get somewhere.
    expect(approved).toBeGreaterThan(20);
    expect(drawn).toBeGreaterThan(100);
  });
});
