import fc from 'fast-check';
import { chargeOf } from '../../src/billing/model/charge.js';
import { chargedSpans, limitNamed } from '../../src/billing/model/credit-limit.js';
import type { CreditLimit } from '../../src/billing/model/credit-limit.state.js';
import { isNoted } from '../../src/billing/model/conceded-count.js';
import { creditableBy, creditsSince, soldBy } from '../../src/billing/model/creditable.js';
import { auditLedger } from '../../src/billing/model/ledger.audit.js';
import type { InvoiceLine } from '../../src/billing/model/invoice-register.events.js';
import type { BookedCharge } from '../../src/billing/model/closing.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { microUsd, type MicroUsd } from '../../src/kernel/money.js';
import { DAY_MS, formatInstant, plus, type Instant } from '../../src/kernel/time.js';
import { at, Register } from '../support/invoice-register.js';
import { EXCHANGE, LedgerStory, overage, reservation, SELLER, topUp, usd, type LedgerDecision, type Untimed } from '../support/ledger.js';

// Credit notes in the steps in which they are made, by any number of processes at once, between everything else that is given back.

const R = reservation('R');
const BUYER = SELLER;
const FROM = at('2026-11-20T00:00:00Z');
const hourAt = (of: number): Instant => plus(FROM, of * 3_600_000);
/** Four hours of 25, and use above the second of 20. */
const CHARGE = 120n;
const HELD = new Set<string>([R]);
const charge = (version: number, kind: 'delivery' | 'overage', amount: number, of: number): BookedCharge => ({
  ...{ version, month: '2026-11', kind, reservationId: R, amount: usd(amount), evidence: null, parts: [], postedAt: hourAt(of) },
  served: { start: hourAt(of), end: kind === 'overage' ? null : hourAt(of + 1) },
});
const CHARGES = [...[0, 1, 2, 3].map((of) => charge(of + 1, 'delivery', 25, of)), charge(5, 'overage', 20, 1)];

/** What is given back for an hour of capacity, or for use above the second. */
const KINDS = [0, 1, 2, 3, 'use'] as const;
type Of = (typeof KINDS)[number];
const evidenceOf = (of: Of): string => (of === 'use' ? `m~r1/usage/${formatInstant(hourAt(1))}/1` : `m~r1/${formatInstant(hourAt(of))}/1`);
const mostOf = (of: Of): bigint => (of === 'use' ? 20n : 25n);

interface Asked {
  readonly requestId: string;
  readonly number: string;
  readonly amount: MicroUsd;
  /** Of the steps. */
  done: number;
}

class World {
  readonly register = new Register();
  readonly books = new LedgerStory().at(at('2026-12-05T00:00:00Z')).given(topUp(10_000), overage(R, hourAt(1), 20));
  readonly credited = new Map<Of, bigint>();
  readonly asked: Asked[] = [];
  private readonly answers = new Map<string, LedgerDecision>();
  private count = 0;
  invoice = this.register.issued({ charges: CHARGES, through: 5, organizationId: BUYER, now: at('2026-12-04T00:00:00Z') });
  kept = 0n;
  /** Of use in the second hour, by concessions. */
  conceded = 0n;
  /** What of that is in notes. */
  settled = 0n;
  readonly counts: { readonly settles: string; readonly amount: bigint }[] = [];
  notes = 0n;
  passedOn = 0n;
  refused = 0;

  private get now(): Instant {
    return plus(at('2026-12-05T00:00:00Z'), (this.count += 1));
  }

  /** As a provider's books give it, or take it back: no more than an hour cost, nor than was given. What was conceded stays so. */
  give(of: Of, asks: bigint): void {
    const before = this.credited.get(of) ?? 0n;
    const least = of === 'use' ? this.conceded : 0n;
    const after = before + asks < least ? least : before + asks > mostOf(of) ? mostOf(of) : before + asks;
    if (after === before) return;
    this.credited.set(of, after);
    const amount = usd(after > before ? after - before : before - after);
    const name = `c${(this.count += 1)}`;
    const about = { reservationId: R, amount, evidence: evidenceOf(of), parts: [] };
    const hour = hourAt(of === 'use' ? 1 : of);
    const decision = this.books.send(
      after > before
        ? { type: 'ReceiveTransfer', transferId: name, fromId: EXCHANGE, kind: 'credit', ...about }
        : { type: 'ChargeCredit', creditId: name, toId: EXCHANGE, hour, ...about },
    );
    if (!decision.accepted) throw new Error(decision.rejection.code);
    for (const event of decision.events) {
      if (event.type === 'TransferReceived') this.countKept(event.amount - (event.limited?.passedOn ?? 0n), event.limited?.passedOn ?? 0n);
      if (event.type === 'CreditCharged') this.countKept(-event.amount, -(event.limited?.passedOn ?? 0n));
    }
  }

  /** A dispute about the second hour: a note of its own where there is room, else credits like any other. */
  concede(asks: bigint, isWatched: boolean): void {
    if (isWatched) this.watchOwn();
    const before = this.credited.get('use') ?? 0n;
    const amount = before + asks > mostOf('use') ? mostOf('use') - before : asks;
    if (amount <= 0n) return;
    this.credited.set('use', before + amount);
    this.conceded += amount;
    const { number: invoiceNumber } = this.invoice;
    const total = mostOf('use') - this.conceded;
    const decision = this.books.send({ ...overage(R, hourAt(1), total), invoiced: { invoiceNumber, charged: usd(mostOf('use')) } } as Untimed);
    const [event] = decision.accepted ? decision.events : [];
    if (event?.type !== 'OverageReduced') throw new Error('it falls');
    if (event.creditedInvoice === null) return event.claims.forEach((claim) => this.arrive(claim));
    this.notes += amount;
    this.settled += amount;
    this.counts.push({ settles: `${R}/usage/${this.conceded}`, amount });
    const wallet = this.books.balance('wallet');
    event.claims.forEach((claim) => this.arrive(claim));
    expect(this.books.balance('wallet')).toBe(wallet + amount);
  }

  private arrive({ creditId, fromId, amount }: { readonly creditId: string; readonly fromId: OrganizationId; readonly amount: MicroUsd }): void {
    const transfer = { transferId: `${creditId}/${amount}`, fromId, kind: 'credit', reservationId: R, amount, evidence: evidenceOf('use'), parts: [] } as const;
    const decision = this.books.send({ type: 'ReceiveTransfer', ...transfer });
    if (!decision.accepted) throw new Error(decision.rejection.code);
    for (const event of decision.events) {
      if (event.type === 'TransferReceived' && !isNoted(creditId)) this.countKept(event.amount - (event.limited?.passedOn ?? 0n), event.limited?.passedOn ?? 0n);
    }
  }

  /** The document of a conceded count, by a job: on the invoice that counts by then, which is watched first. */
  document(): void {
    const [first] = this.counts;
    if (first === undefined) return;
    this.counts.shift();
    this.watchOwn();
    const { number: invoiceNumber, lines } = this.invoice;
    const facts = { reservationId: R, amount: usd(first.amount), settles: first.settles, reason: 'conceded', sold: soldBy(lines, R), parties: { issuer: '', customer: '' } };
    expect(this.register.send({ type: 'NoteConcededCount', invoiceNumber, ...facts, now: this.now }).accepted).toBe(true);
    const givenBack = this.register.state.invoices.get(invoiceNumber)?.credited.get(R) ?? usd(0);
    this.once(`${first.settles} issued`, { type: 'LimitCredits', invoiceNumber, reservationId: R, creditedBefore: usd(0), givenBack, amount: usd(0) });
  }

  private countKept(stayed: bigint, passedOn: bigint): void {
    this.kept += stayed;
    this.passedOn += passedOn;
  }

  ask(amount: bigint): void {
    const { number: invoiceNumber, lines } = this.invoice;
    const requestId = `q${(this.count += 1)}`;
    const facts = { reservationId: R, amount: usd(amount), reason: 'late', charged: microUsd(CHARGE), sold: soldBy(lines, R), parties: null };
    const decision = this.register.send({ type: 'AskCreditNote', requestId, invoiceNumber, ...facts, now: this.now });
    if (decision.accepted) this.asked.push({ requestId, number: invoiceNumber, amount: usd(amount), done: 0 });
  }

  /** The next step of a note, or one that was made already, as a job would make it again. */
  step(index: number, isAgain: boolean): void {
    const asked = this.asked[index % Math.max(1, this.asked.length)];
    if (asked === undefined) return;
    const steps = [() => this.watch(asked), () => this.countBefore(asked), () => this.setAside(asked), () => this.finish(asked)];
    const place = isAgain ? asked.done - 1 : asked.done;
    steps[place]?.();
    if (!isAgain && asked.done < steps.length) asked.done += 1;
  }

  finishAll(): void {
    while (this.counts.length > 0) this.document();
    for (const [index, one] of this.asked.entries()) while (one.done < 4) this.step(index, false);
  }

  /** Once under a key, as the books answer. */
  private once(key: string, command: Untimed): LedgerDecision {
    const decision = this.answers.get(key) ?? this.books.send(command);
    this.answers.set(key, decision);
    return decision;
  }

  private watchOwn(): void {
    const about = { requestId: '', number: this.invoice.number, amount: usd(0), done: 0 };
    this.watch(about);
    this.countBefore(about);
  }

  private watch({ number: invoiceNumber }: Asked): void {
    const voided = [...this.register.state.invoices].filter(([, { status }]) => status === 'void').map(([number]) => number);
    const limit = { invoiceNumber, reservationId: R, issuerId: EXCHANGE, givenBack: usd(0), charged: usd(CHARGE), voided, watchedAfter: 0 };
    this.once(`${invoiceNumber} watched`, { type: 'WatchCredits', ...limit, ...chargedSpans(this.invoice.lines, R) });
  }

  private countBefore({ number: invoiceNumber }: Asked): void {
    const mark = this.books.events.findIndex((event) => event.type === 'CreditsLimited' && event.invoiceNumber === invoiceNumber);
    const credits = this.books.events.slice(0, mark).flatMap((event, index) => {
      const own = chargeOf(event, at('2026-12-05T00:00:00Z'));
      // Behind what the invoice was read from.
      return own?.kind === 'credit' ? [{ ...own, version: 100 + index, postedAt: at('2026-12-05T00:00:00Z') }] : [];
    });
    const lines: readonly InvoiceLine[] = this.invoice.lines;
    const creditedBefore = creditableBy(lines, creditsSince(credits, lines, 0), HELD).get(R)?.serviceCredits ?? usd(0);
    const about = { invoiceNumber, reservationId: R, givenBack: usd(0), amount: usd(0) };
    this.once(`${invoiceNumber} counted`, { type: 'LimitCredits', ...about, creditedBefore });
  }

  private setAside({ requestId, number: invoiceNumber, amount }: Asked): void {
    const about = { invoiceNumber, reservationId: R, givenBack: usd(0), creditedBefore: usd(0), amount };
    this.once(requestId, { type: 'LimitCredits', ...about });
  }

  private finish({ requestId, amount }: Asked): void {
    if (!this.register.state.asked.has(requestId)) return;
    const answer = this.answers.get(requestId);
    const rejection = answer?.accepted === false ? answer.rejection : null;
    const available = rejection?.code === 'CREDIT_TOO_HIGH' ? rejection.available : null;
    expect(this.register.send({ type: 'FinishCreditNote', requestId, available, now: this.now }).accepted).toBe(true);
    if (available === null) this.notes += amount;
    else this.refused += 1;
  }

  /** Its charges come on another invoice. */
  makeVoid(): void {
    const decision = this.register.send({ type: 'VoidInvoice', number: this.invoice.number, reason: 'wrong', now: this.now });
    if (!decision.accepted) return;
    this.invoice = this.register.issued({ charges: CHARGES, through: 5, organizationId: BUYER, now: plus(this.now, DAY_MS) });
  }

  get limit(): CreditLimit | undefined {
    return limitNamed(this.books.state, { reservationId: R, invoiceNumber: this.invoice.number });
  }
}

const of = fc.constantFrom(...KINDS);
const amount = fc.bigInt(1n, 60n);
const given = fc.record({ do: fc.constant('give' as const), of, amount: fc.bigInt(-25n, 25n) });
const anything = fc.oneof(
  { weight: 4, arbitrary: given },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ask' as const), amount }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('step' as const), index: fc.nat(3), isAgain: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('void' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('concede' as const), amount: fc.bigInt(1n, 12n), isWatched: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('document' as const) }) },
);
type Step = typeof anything extends fc.Arbitrary<infer One> ? One : never;

function take(world: World, step: Step): void {
  if (step.do === 'give') world.give(step.of, step.amount);
  else if (step.do === 'ask') world.ask(step.amount);
  else if (step.do === 'void') world.makeVoid();
  else if (step.do === 'concede') world.concede(step.amount, step.isWatched);
  else if (step.do === 'document') world.document();
  else world.step(step.index, step.isAgain);
}

it('whatever is given back of a charge, in whatever order its steps come, is never more than the charge', () => {
  let [noted, refused, passedOn, voided, settled] = [0, 0, 0n, 0, 0];
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 60, size: 'max' }), (steps) => {
      const world = new World();
      const first = world.invoice.number;
      for (const step of steps) {
        take(world, step);
        expect(world.kept + world.notes).toBeLessThanOrEqual(CHARGE);
      }
      world.finishAll();
      expect(world.kept + world.notes).toBeLessThanOrEqual(CHARGE);
      expect(world.register.state.asked.size).toBe(0);
      auditLedger(world.books.state);
      // Whoever gives it, gives the same with notes and without.
      expect(world.kept + world.passedOn + world.settled).toBe([...world.credited.values()].reduce((sum, one) => sum + one, 0n));
      noted += Number(world.notes > 0n);
      refused += world.refused;
      passedOn += world.passedOn;
      voided += Number(world.invoice.number !== first);
      settled += Number(world.settled > 0n);
      // What notes gave back is counted once, in the books as in the register.
      const { givenBack } = world.limit ?? { givenBack: usd(0) };
      expect(givenBack).toBe(world.register.state.invoices.get(world.invoice.number)?.credited.get(R) ?? 0n);
    }),
    { numRuns: 400 },
  );
  expect(Math.min(noted, refused, voided, settled, Number(passedOn))).toBeGreaterThan(20);
});

it('and ends the same in every order in which nothing is refused', () => {
  let both = 0;
  const few = fc.array(fc.record({ of, amount: fc.bigInt(1n, 25n) }), { maxLength: 5 });
  const notes = fc.array(fc.bigInt(1n, 50n), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(few, notes, fc.infiniteStream(fc.nat(1_000)), (credits, asked, dice) => {
      const all: readonly Step[] = [...credits.map((one) => ({ do: 'give' as const, ...one })), ...asked.map((one) => ({ do: 'ask' as const, amount: one }))];
      const played = [all, shuffled(all, dice)].map((order) => {
        const world = new World();
        for (const step of order) {
          take(world, step);
          world.finishAll();
        }
        return world;
      });
      if (played.some(({ refused }) => refused > 0)) return;
      both += 1;
      const [one, other] = played.map(({ kept, notes: noted, passedOn, limit, books }) => ({ kept, noted, passedOn, limit: { ...limit }, wallet: books.balance('wallet') }));
      expect(other).toEqual(one);
    }),
    { numRuns: 400 },
  );
  expect(both).toBeGreaterThan(50);
});

function shuffled<Item>(items: readonly Item[], dice: Iterator<number>): readonly Item[] {
  return items.map((item) => ({ item, at: Number(dice.next().value) })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}
