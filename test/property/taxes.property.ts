import fc from 'fast-check';
import pg from 'pg';
import { startHarness, type StandInHarness } from '../../src/billing/adapter/stripe/stand-in/stand-in.testing.js';
import { StripeGateway } from '../../src/billing/adapter/stripe/stripe.gateway.js';
import { StripeCallService } from '../../src/billing/application/stripe-call.service.js';
import { TaxRecords } from '../../src/billing/application/tax/tax-records.service.js';
import { TaxService } from '../../src/billing/application/tax/tax.service.js';
import type { BookedCharge } from '../../src/billing/model/closing.js';
import { creditableBy, soldBy } from '../../src/billing/model/creditable.js';
import { seriesOf } from '../../src/billing/model/document-number.js';
import { auditLedger } from '../../src/billing/model/ledger.audit.js';
import { ledgerDecider } from '../../src/billing/model/ledger.decide.js';
import { balanceOf } from '../../src/billing/model/ledger.state.js';
import { invoiceDecider, type InvoiceCommand, type IssueInvoice } from '../../src/billing/model/invoice-register.js';
import type { InvoiceEvent, InvoiceIssued } from '../../src/billing/model/invoice-register.events.js';
import { voidedOf } from '../../src/billing/model/invoice-register.state.js';
import { taxableCents } from '../../src/billing/model/tax/invoice-tax.js';
import type { TaxCommand } from '../../src/billing/model/tax/tax.commands.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import { microUsd } from '../../src/kernel/money.js';
import { MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';
import type { StripeCall } from '../../src/platform/prisma/generated/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const OPERATIONS = ['tax.calculations.create', 'tax.transactions.createFromCalculation', 'tax.transactions.createReversal'];
const MONTH = '2026-10';
const CENT = 10_000n;
const ADDRESS = { street: 'S 1', postalCode: '10117', city: 'Berlin' };

let testDatabase: TestDatabase;
let pool: pg.Pool;
let database: Database;
let harness: StandInHarness;
let run = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  pool = new pg.Pool({ connectionString: testDatabase.url, max: 4 });
  database = new Database(pool);
  harness = await startHarness();
});
afterAll(async () => {
  await database.$disconnect();
  await pool.end();
  await testDatabase.drop();
  await harness.standIn.close();
});

/** One customer's month, from its charges to Stripe's reports; whatever is to follow may be run late, twice, or in another order. */
class World {
  readonly organizationId = `org-${(run += 1)}` as OrganizationId;
  readonly books = ledgerDecider.initialState();
  readonly events: InvoiceEvent[] = [];
  private readonly register = invoiceDecider.initialState();
  private readonly calls: StripeCallService;
  private readonly taxes: TaxService;
  private readonly records: TaxRecords;
  private readonly charges: BookedCharge[] = [];
  private readonly jobs: (() => Promise<void>)[] = [];
  private readonly told = new Set<string>();
  private country = 'XX';

  constructor() {
    const clock = { now: (): Instant => harness.now };
    const provider = { gateway: new StripeGateway({ ...harness.standIn.connection, clock: clock.now, maxNetworkRetries: 0 }) } as never;
    const settings = { STRIPE_TAX: true, STRIPE_TAX_CODE: 'txcd_10105002' } as never;
    this.calls = new StripeCallService(database, new JobRegistry(), clock, createLogger('silent'));
    this.taxes = new TaxService(database, this.calls, provider, {} as never, settings, clock);
    this.records = new TaxRecords(database, this.calls, provider, new JobRegistry());
    // At Stripe a number is taken once, and this is one Stripe for all worlds.
    for (const kind of ['HR', 'CN'] as const) this.register.series.set(seriesOf(kind, harness.now), run * 100);
    this.taxes.onModuleInit();
    this.records.onModuleInit();
    this.charge(90_000_000n);
  }

  private charge(amount: bigint): void {
    const version = this.charges.length + 1;
    const about = { month: MONTH, kind: 'delivery' as const, reservationId: 'r' as ReservationId, served: null, evidence: null, parts: [] };
    this.charges.push({ ...about, amount: microUsd(amount), version, postedAt: harness.now });
  }

  /** As the register decides; what follows waits to be run. */
  private decide(command: InvoiceCommand): void {
    const decision = invoiceDecider.decide(command, this.register);
    if (!decision.accepted) return;
    for (const event of decision.events) {
      invoiceDecider.evolve(this.register, event);
      this.events.push(event);
      this.follow(event);
    }
  }

  private follow(event: InvoiceEvent): void {
    const { organizationId } = this;
    if (event.type === 'InvoiceIssued' && event.tax !== null) {
      const { number, month, tax } = event;
      this.jobs.push(async () => this.chargeTax(number));
      this.jobs.push(() => this.records.enter(organizationId, { number, month, calculationId: tax.calculationId }));
    }
    if (event.type === 'InvoiceVoided') this.takeBack(event.number, event.number, null);
    if (event.type === 'CreditNoteIssued' && event.tax !== null) {
      this.takeBack(event.number, event.invoiceNumber, event.tax);
    }
  }

  private takeBack(document: string, invoiceNumber: string, part: { readonly taxable: bigint; readonly amount: bigint } | null): void {
    const amount = part?.amount ?? this.register.invoices.get(invoiceNumber)?.tax?.amount ?? 0n;
    const cents = part === null ? null : (part.taxable + part.amount) / CENT;
    this.jobs.push(async () => {
      this.chargeTax(invoiceNumber);
      if (amount > 0n) this.tell(`return ${document}`, { type: 'ReturnTax', documentNumber: document, invoiceNumber, amount: microUsd(amount), now: harness.now });
    });
    if (cents !== 0n) this.jobs.push(() => this.records.takeBack(this.organizationId, { document, invoiceNumber, cents: cents?.toString() ?? null }));
  }

  private chargeTax(invoiceNumber: string): void {
    const amount = this.register.invoices.get(invoiceNumber)?.tax?.amount ?? microUsd(0n);
    if (amount > 0n) this.tell(`charge ${invoiceNumber}`, { type: 'ChargeTax', invoiceNumber, amount, now: harness.now });
  }

  /** Once under a key, as the books answer. */
  private tell(key: string, command: TaxCommand): void {
    if (this.told.has(key)) return;
    this.told.add(key);
    const decision = ledgerDecider.decide(command, this.books);
    if (!decision.accepted) throw new Error(decision.rejection.code);
    decision.events.forEach((event) => ledgerDecider.evolve(this.books, event));
    auditLedger(this.books);
  }

  /** As InvoiceService does it. */
  private async issue(): Promise<void> {
    const { organizationId } = this;
    const whole = { type: 'IssueInvoice', organizationId, month: MONTH, charges: [...this.charges], after: 0, through: this.charges.length } as const;
    const untaxed: IssueInvoice = { ...whole, isUnsettled: false, creditLine: null, tax: { kind: 'off' }, parties: null, now: harness.now };
    const draft = invoiceDecider.decide(untaxed, this.register);
    if (!draft.accepted) return;
    const { lines } = draft.events[0] as InvoiceIssued;
    const edition = voidedOf(this.register, organizationId, MONTH);
    const customer = { address: { ...ADDRESS, country: this.country }, taxId: null };
    const tax = await this.taxes.of({ organizationId, month: MONTH, lines, customer, edition });
    this.decide({ ...untaxed, tax });
  }

  private get open(): string {
    return [...this.register.invoices].find(([, { status }]) => status !== 'void')?.[0] ?? 'none';
  }

  private credit(amount: bigint): void {
    const issued = this.events.find((event): event is InvoiceIssued => event.type === 'InvoiceIssued' && event.number === this.open);
    const lines = issued?.lines ?? [];
    const own = creditableBy(lines, []).get('r' as ReservationId) ?? { charged: microUsd(0n), serviceCredits: microUsd(0n) };
    const about = { invoiceNumber: this.open, reservationId: 'r' as ReservationId, reason: 'late', ...own, sold: soldBy(lines, 'r'), parties: null };
    this.decide({ type: 'IssueCreditNote', ...about, amount: microUsd(amount), now: harness.now });
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'charge':
        return this.charge(step.amount);
      case 'issue':
        await Promise.all([this.issue(), this.issue()]);
        return;
      case 'mend':
        this.country = step.country;
        return;
      case 'void':
        return this.decide({ type: 'VoidInvoice', number: this.open, reason: 'wrong', now: harness.now });
      case 'credit':
        return this.credit(step.amount);
      case 'job':
        await this.jobs[step.index % Math.max(1, this.jobs.length)]?.();
        return;
      case 'pursue':
        await Promise.all((await this.rows()).map(({ callId }) => this.calls.pursue(callId)));
        return;
      case 'wait':
        harness.now = (harness.now + MINUTE_MS) as Instant;
        return;
      case 'fail':
        harness.standIn.failNext(step.isAfter ? { reset: true, when: 'after', operation: step.operation } : { status: 500, operation: step.operation });
    }
  }

  rows(): Promise<readonly StripeCall[]> {
    return database.stripeCall.findMany({ where: { organizationId: this.organizationId }, orderBy: { callId: 'asc' } });
  }

  /** The address is mended, everything that follows is run, twice, and asked for until there is an answer. */
  async settle(): Promise<void> {
    if (this.country === 'XX') this.country = 'DE';
    for (let left = 40; this.open === 'none' && left > 0; left -= 1) await this.issue();
    for (const job of [...this.jobs, ...this.jobs]) await job();
    for (let left = 40; left > 0; left -= 1) {
      const open = (await this.rows()).filter(({ status }) => status === 'pending' || status === 'needs_review');
      if (open.length === 0) return;
      for (const { callId } of open) await this.calls.pursue(callId);
    }
  }

  /** What documents say that stands: tax, and with it what it was calculated on, in cents. */
  expected(): readonly [tax: bigint, withBase: bigint] {
    const voided = new Set(this.events.flatMap((event) => (event.type === 'InvoiceVoided' ? [event.number] : [])));
    let [tax, base] = [0n, 0n];
    for (const event of this.events) {
      if (event.type === 'InvoiceIssued' && event.tax !== null && !voided.has(event.number)) {
        tax += event.tax.amount;
        base += taxableCents(event.tax.items);
      }
      if (event.type === 'CreditNoteIssued' && event.tax !== null) {
        tax -= event.tax.amount;
        base -= event.tax.taxable / CENT;
      }
    }
    return [tax, base + tax / CENT];
  }

  /** The same at Stripe. */
  reported(ids: ReadonlySet<string>): bigint {
    const own = harness.store.list('tax_transactions').filter(({ id }) => ids.has(id));
    const lines = own.flatMap(({ line_items: items }) => items?.data ?? []);
    return BigInt(lines.reduce((sum, { amount, amount_tax: tax }) => sum + amount + tax, 0));
  }
}

const steps = fc.oneof(
  fc.record({ do: fc.constant('charge' as const), amount: fc.bigInt(1n, 90_000_000n) }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant('issue' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mend' as const), country: fc.constantFrom('XX', 'DE', 'CH', 'BR') }) },
  fc.record({ do: fc.constant('void' as const) }),
  fc.record({ do: fc.constant('credit' as const), amount: fc.bigInt(1n, 60_000_000n) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('job' as const), index: fc.nat(20) }) },
  fc.record({ do: fc.constantFrom('pursue' as const, 'wait' as const) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), operation: fc.constantFrom(...OPERATIONS), isAfter: fc.boolean() }) },
);
type Step = typeof steps extends fc.Arbitrary<infer One> ? One : never;

it('documents, books and Stripe end with the same tax, whatever is lost, late, repeated or mended on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 16 }), async (taken) => {
      const world = new World();
      for (const step of taken) await world.step(step);
      await world.settle();
      const rows = await world.rows();
      const left = rows.filter(({ status, failureCode }) => status !== 'succeeded' && failureCode !== 'superseded');
      expect(left.map(({ kind, status, failureCode }) => [kind, status, failureCode])).toEqual([]);
      for (const event of world.events) {
        if (event.type !== 'InvoiceIssued') continue;
        // Never without its tax, and its tax is that of its lines.
        expect(event.tax?.lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(event.tax?.amount);
        expect(event.tax).not.toBeNull();
      }
      const [tax, withBase] = world.expected();
      expect(balanceOf(world.books, 'taxes') + balanceOf(world.books, 'uncollected')).toBe(tax);
      const made = rows.flatMap(({ kind, stripeId }) => (kind === 'calculate_tax' || stripeId === null ? [] : [stripeId]));
      expect(world.reported(new Set(made))).toBe(withBase);
    }),
    { numRuns: 10 },
  );
});
