import fc from 'fast-check';
import pg from 'pg';
import { draftInvoice } from '../../src/billing/adapter/stripe/stand-in/invoices.samples.testing.js';
import { startHarness, type StandInHarness } from '../../src/billing/adapter/stripe/stand-in/stand-in.testing.js';
import { StripeGateway } from '../../src/billing/adapter/stripe/stripe.gateway.js';
import { invoiceCodec } from '../../src/billing/application/invoice.definition.js';
import { InvoiceMirrorCalls } from '../../src/billing/application/mirror/invoice-mirror.calls.js';
import { InvoiceMirrorReview } from '../../src/billing/application/mirror/invoice-mirror.review.js';
import { InvoiceMirror } from '../../src/billing/application/mirror/invoice-mirror.service.js';
import { StripeCallService } from '../../src/billing/application/stripe-call.service.js';
import type { InvoiceEvent } from '../../src/billing/model/invoice-register.events.js';
import { creditedCents, statusThere } from '../../src/billing/model/stripe-invoice.js';
import type { RecordedEvent } from '../../src/eventstore/event.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import { microUsd } from '../../src/kernel/money.js';
import { DAY_MS, MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';
import type { StripeCall } from '../../src/platform/prisma/generated/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const OPERATIONS = ['invoices.list', 'invoices.create', 'invoice_items.list', 'invoice_items.create', 'invoices.finalizeInvoice', 'invoices.pay', 'invoices.voidInvoice', 'credit_notes.create'];
const THREE_CENTS = 33_000n;

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

/** One invoice, what becomes of it, and a Stripe that loses requests and answers. */
class World {
  readonly number = `HR-${(run += 1)}`;
  readonly organizationId = `org-${run}` as OrganizationId;
  private readonly calls: StripeCallService;
  private readonly mirror: InvoiceMirror;
  readonly review: InvoiceMirrorReview;
  private readonly log: RecordedEvent[] = [];
  private told = 0;
  private status: 'open' | 'paid' | 'void' = 'open';
  private credited = 0n;

  constructor(readonly customerId: string) {
    const clock = { now: (): Instant => harness.now };
    const gateway = new StripeGateway({ ...harness.standIn.connection, clock: clock.now, maxNetworkRetries: 0 });
    const provider = { gateway } as never;
    this.calls = new StripeCallService(database, new JobRegistry(), clock, createLogger('silent'));
    new InvoiceMirrorCalls(this.calls, provider).onModuleInit();
    const customers = { find: async () => ({ customerId }) } as never;
    this.mirror = new InvoiceMirror(database, this.calls, customers, {} as never, {} as never, clock);
    this.review = new InvoiceMirrorReview(database, provider);
    const line = { reservationId: 'r' as ReservationId, served: null, evidence: null, parts: [], postedAt: harness.now, version: 1 };
    const lines = [
      { ...line, kind: 'delivery' as const, amount: microUsd(THREE_CENTS + 6_000n) },
      { ...line, kind: 'delivery' as const, amount: microUsd(-6_000n) },
    ];
    const sums = { charges: microUsd(THREE_CENTS + 6_000n), credits: microUsd(6_000n), onCreditLine: microUsd(0n) };
    this.happen({ ...this.about(), ...sums, type: 'InvoiceIssued', tax: null, month: '2026-10', through: 1, lines, issuedAt: harness.now, dueAt: null, statementNumber: null, parties: null, layout: 2 });
  }

  private about(): { readonly number: string; readonly organizationId: OrganizationId } {
    return { number: this.number, organizationId: this.organizationId };
  }

  private happen(event: InvoiceEvent): void {
    const version = this.log.length + 1;
    this.log.push({ ...invoiceCodec.encode(event), stream: 'invoice-register', version } as unknown as RecordedEvent);
  }

  /** As the register would allow it. */
  private pay(): void {
    if (this.status !== 'open') return;
    this.status = 'paid';
    this.happen({ ...this.about(), type: 'InvoicePaid', paidAt: harness.now });
  }

  private void(): void {
    if (this.status !== 'open' || this.credited > 0n) return;
    this.status = 'void';
    this.happen({ ...this.about(), type: 'InvoiceVoided', reason: 'wrong', voidedAt: harness.now });
  }

  private credit(amount: bigint): void {
    if (this.status === 'void' || this.credited + amount > THREE_CENTS + 6_000n) return;
    this.credited += amount;
    const note = { number: `CN-${this.number}-${this.log.length}`, invoiceNumber: this.number, organizationId: this.organizationId };
    const facts = { reservationId: 'r' as ReservationId, amount: microUsd(amount), reason: 'late', issuedAt: harness.now };
    this.happen({ ...note, ...facts, tax: null, parties: null, requestId: null, settles: null, type: 'CreditNoteIssued' });
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'pay':
        return this.pay();
      case 'void':
        return this.void();
      case 'credit':
        return this.credit(step.amount);
      case 'read':
        await Promise.all([this.read(step.again), this.read(step.again)]);
        return;
      case 'pursue':
        await Promise.all((await this.rows()).map(({ callId }) => this.calls.pursue(callId)));
        return;
      case 'wait':
        harness.now = (harness.now + (step.isDay ? DAY_MS : 0) + MINUTE_MS) as Instant;
        return;
      case 'fail':
        harness.standIn.failNext(step.isAfter ? { reset: true, when: 'after', operation: step.operation } : { status: 500, operation: step.operation });
    }
  }

  /** The reader goes on, or begins again. */
  private async read(again: boolean): Promise<void> {
    const from = again ? 0 : this.told;
    this.told = this.log.length;
    await this.mirror.handle(this.log.slice(from));
  }

  rows(): Promise<readonly StripeCall[]> {
    return database.stripeCall.findMany({ where: { organizationId: this.organizationId }, orderBy: { callId: 'asc' } });
  }

  /** All is read, and asked for until there is an answer. */
  async settle(): Promise<void> {
    await this.read(true);
    // Faults that wait for an operation are used up: each attempt meets one at most.
    for (let left = 40; left > 0; left -= 1) {
      const open = (await this.rows()).filter(({ status }) => status === 'pending' || status === 'needs_review');
      if (open.length === 0) return;
      for (const { callId } of open) await this.calls.pursue(callId);
    }
  }

  expected(): object {
    const state = { status: this.status, totalCents: 3n, credited: this.credited };
    return { status: statusThere(state), total: 3, credited: Number(creditedCents(3n, this.credited)) };
  }
}

const steps = fc.oneof(
  fc.record({ do: fc.constantFrom('pay' as const, 'void' as const) }),
  fc.record({ do: fc.constant('credit' as const), amount: fc.bigInt(1n, 20_000n) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pursue' as const) }) },
  fc.record({ do: fc.constant('wait' as const), isDay: fc.boolean() }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), operation: fc.constantFrom(...OPERATIONS), isAfter: fc.boolean() }) },
);
type Step = typeof steps extends fc.Arbitrary<infer One> ? One : never;

it('Stripe ends with our invoice, once, whatever is lost, repeated or forgotten on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 14 }), async (taken) => {
      const { id: customerId } = await harness.stripe.customers.create();
      const world = new World(customerId);
      for (const step of taken) await world.step(step);
      await world.settle();
      expect((await world.rows()).map(({ status }) => status).filter((status) => status !== 'succeeded')).toEqual([]);
      // Past the faults that nobody met.
      const made = harness.store.list('invoices').filter(({ customer }) => customer === customerId);
      expect(made).toHaveLength(1);
      const [invoice] = made;
      const credited = (invoice?.pre_payment_credit_notes_amount ?? 0) + (invoice?.post_payment_credit_notes_amount ?? 0);
      expect({ status: invoice?.status, total: invoice?.total, credited }).toEqual(world.expected());
      expect(invoice).toMatchObject({ auto_advance: false, custom_fields: [{ name: 'Invoice', value: world.number }], metadata: { headroom_number: world.number } });
      expect(invoice?.lines.data.map(({ amount }) => amount)).toEqual([4, -1]);
    }),
    { numRuns: 12 },
  );
});

it('the daily review lists what is missing there, has another total, or another status, and nothing else', async () => {
  // Without what the property left to fail.
  await harness.standIn.close();
  harness = await startHarness();
  const worlds: World[] = [];
  for (let index = 0; index < 4; index += 1) worlds.push(new World((await harness.stripe.customers.create()).id));
  const [agrees, missing, paidThere, creditedThere] = worlds as [World, World, World, World];
  const start = harness.now;
  for (const world of worlds) await world.step({ do: 'read', again: false });
  for (const world of [agrees, paidThere, creditedThere]) await world.settle();
  const idOf = async ({ customerId }: World): Promise<string> => (await harness.stripe.invoices.list({ customer: customerId })).data[0]?.id ?? '';
  await harness.stripe.invoices.pay(await idOf(paidThere), { paid_out_of_band: true });
  await harness.stripe.creditNotes.create({ invoice: await idOf(creditedThere), amount: 1 });
  await draftInvoice(harness.stripe);
  const found = new Map<string, unknown>();
  for await (const { reference, kind, ours, theirs } of agrees.review.compared({ start, end: (start + DAY_MS) as Instant })) {
    found.set(reference, { kind, ours, theirs });
  }
  const listed = (world: World): unknown => found.get(`invoice/${world.number}`);
  expect(listed(agrees)).toEqual({ kind: null, ours: 30_000n, theirs: 30_000n });
  expect(listed(missing)).toEqual({ kind: 'missing-there', ours: 30_000n, theirs: null });
  expect(listed(paidThere)).toEqual({ kind: 'status-differs', ours: 30_000n, theirs: 30_000n });
  expect(listed(creditedThere)).toEqual({ kind: 'amount-differs', ours: 30_000n, theirs: 20_000n });
});
