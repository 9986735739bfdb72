import fc from 'fast-check';
import pg from 'pg';
import { archiveMeter } from '../../src/billing/adapter/stripe/stand-in/meter.operations.js';
import { startHarness, type StandInHarness } from '../../src/billing/adapter/stripe/stand-in/stand-in.testing.js';
import { StripeGateway } from '../../src/billing/adapter/stripe/stripe.gateway.js';
import { MeterMirrorCalls } from '../../src/billing/application/mirror/meter-mirror.calls.js';
import { MeterMirrorReview } from '../../src/billing/application/mirror/meter-mirror.review.js';
import { MeterMirror } from '../../src/billing/application/mirror/meter-mirror.service.js';
import { StripeCallService } from '../../src/billing/application/stripe-call.service.js';
import { meteredDay, OVERAGE_METER } from '../../src/billing/model/stripe-meter.js';
import { MeteredDays } from '../../src/billing/projection/metered-day.queries.js';
import type { RecordedEvent } from '../../src/eventstore/event.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import { microUsd, ZERO_USD } from '../../src/kernel/money.js';
import { DAY_MS, floorToGrid, HOUR_MS, MINUTE_MS, plus, type Instant } from '../../src/kernel/time.js';
import { usageCodec, type UsageHourRated, type WeightedTokens } from '../../src/metering/contract.js';
import { Database } from '../../src/platform/database/prisma.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import type { StripeCall } from '../../src/platform/prisma/generated/client.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const OPERATIONS = ['billing.meters.list', 'billing.meters.create', 'billing.meter_events.create', 'billing.meters.listEventSummaries'];
const EXCHANGE = 'org-exchange' as OrganizationId;
const TERMS = { weights: { input: 0, cachedInput: 0, reasoning: 10_000 }, overagePrice: microUsd(1n), profileVersion: 1 };

let testDatabase: TestDatabase;
let pool: pg.Pool;
let database: Database;
let harness: StandInHarness;
let run = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  pool = new pg.Pool({ connectionString: testDatabase.url, max: 4 });
  database = new Database(pool);
});
afterAll(async () => {
  await database.$disconnect();
  await pool.end();
  await testDatabase.drop();
});
beforeEach(async () => {
  harness = await startHarness();
  await database.stripeCall.deleteMany();
});
afterEach(() => harness.standIn.close());

/** Two reservations of one customer, their rated hours, and a Stripe that loses requests and answers. */
class World {
  readonly organizationId = `org-${(run += 1)}` as OrganizationId;
  readonly hours: readonly [Instant, Instant];
  readonly review: MeterMirrorReview;
  private readonly service: StripeCallService;
  private readonly mirror: MeterMirror;
  private readonly log: RecordedEvent[] = [];
  private readonly tokens = new Map<string, { readonly revision: number; readonly tokens: bigint }>();
  private told = 0;
  report: (about: { readonly eventId: string }) => Promise<boolean> = () => Promise.reject(new Error('nobody listens'));

  constructor(readonly customerId: string | null) {
    const clock = { now: (): Instant => harness.now };
    const first = floorToGrid(harness.now, HOUR_MS);
    this.hours = [plus(first, -HOUR_MS), first];
    const gateway = new StripeGateway({ ...harness.standIn.connection, clock: clock.now, maxNetworkRetries: 0 });
    const provider = { gateway } as never;
    this.service = new StripeCallService(database, new JobRegistry(), clock, createLogger('silent'));
    const events = { on: (_kind: string, handler: World['report']) => void (this.report = handler) } as never;
    const directory = { platformOrganizationId: () => Promise.resolve(EXCHANGE) } as never;
    const calls = new MeterMirrorCalls(database, this.service, events, provider, directory);
    calls.onModuleInit();
    const customers = { find: async () => (customerId === null ? null : { customerId }) } as never;
    this.mirror = new MeterMirror(database, this.service, customers, {} as never, {} as never, clock);
    this.review = new MeterMirrorReview(new MeteredDays(pool), calls, provider);
  }

  /** All that is known of an hour now: another revision of it. */
  rate(reservation: number, hour: number, tokens: bigint): void {
    const key = `${reservation} ${hour}`;
    const revision = (this.tokens.get(key)?.revision ?? 0) + 1;
    this.tokens.set(key, { revision, tokens });
    const parties = { holderId: this.organizationId, sellerId: EXCHANGE, providerId: EXCHANGE };
    const sums = { events: 1n, counts: { input: 0n, cachedInput: 0n, output: tokens, reasoning: 0n } };
    const weighted = (tokens * 10_000n) as WeightedTokens;
    const rating = { weighted, entitled: 0n as WeightedTokens, overage: weighted, overageAmount: ZERO_USD };
    const which = { reservationId: `${this.organizationId}-r${reservation}` as ReservationId, hour: this.hours[hour === 0 ? 0 : 1], revision };
    const event: UsageHourRated = { type: 'UsageHourRated', ...parties, ...sums, ...rating, ...which, terms: TERMS } as unknown as UsageHourRated;
    const version = this.log.length + 1;
    this.log.push({ ...usageCodec.encode(event), stream: `usage-${which.reservationId}`, version } as unknown as RecordedEvent);
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'rate':
        return this.rate(step.reservation, step.hour, step.tokens);
      case 'read':
        await Promise.all([this.read(step.again), this.read(step.again)]);
        return;
      case 'pursue':
        await Promise.all((await this.rows()).map(({ callId }) => this.service.pursue(callId)));
        return;
      case 'wait':
        harness.now = plus(harness.now, (step.isDay ? DAY_MS : 0) + MINUTE_MS);
        return;
      case 'fail':
        harness.standIn.failNext(step.isAfter ? { reset: true, when: 'after', operation: step.operation } : { status: 500, operation: step.operation });
    }
  }

  /** The reader goes on, or begins again. */
  async read(again: boolean): Promise<void> {
    const from = again ? 0 : this.told;
    this.told = this.log.length;
    await this.mirror.handle(this.log.slice(from));
  }

  rows(): Promise<readonly StripeCall[]> {
    return database.stripeCall.findMany({ orderBy: { callId: 'asc' } });
  }

  /** All is read, and asked for until there is an answer. */
  async settle(rounds = 40): Promise<void> {
    await this.read(true);
    for (let left = rounds; left > 0; left -= 1) {
      const open = (await this.rows()).filter(({ status }) => status === 'pending' || status === 'needs_review');
      if (open.length === 0) return;
      for (const { callId } of open) await this.service.pursue(callId);
    }
  }

  /** What the hours come to, by the newest revision of each: the naive twin of all differences. */
  expected(hour: 0 | 1): bigint {
    return [...this.tokens].filter(([key]) => key.endsWith(` ${hour}`)).reduce((sum, [, { tokens }]) => sum + tokens, 0n);
  }

  /** What Stripe counts. */
  async counted(hour: Instant): Promise<bigint> {
    const { data } = await harness.stripe.billing.meters.list();
    const meterId = data.find(({ event_name: name }) => name === OVERAGE_METER.eventName)?.id;
    if (meterId === undefined) return 0n;
    const window = { start_time: hour / 1_000, end_time: (hour + HOUR_MS) / 1_000 };
    const summaries = await harness.stripe.billing.meters.listEventSummaries(meterId, { ...window, customer: this.customerId ?? '' });
    return summaries.data.reduce((sum, { aggregated_value: value }) => sum + BigInt(value), 0n);
  }

  async judged(): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    const window = { start: plus(harness.now, -2 * DAY_MS), end: plus(harness.now, MINUTE_MS) };
    for await (const { reference, kind, ours, theirs } of this.review.compared(window)) found.push({ reference, kind, ours, theirs });
    return found;
  }
}

/** Past the faults that nobody met. */
async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let left = 20; left > 0; left -= 1) {
    try {
      return await ask();
    } catch {
      // The next one meets another, or none.
    }
  }
  return ask();
}

const newCustomer = async (): Promise<string> => (await harness.stripe.customers.create()).id;

const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('rate' as const), reservation: fc.nat(1), hour: fc.nat(1), tokens: fc.bigInt(0n, 40n) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pursue' as const) }) },
  fc.record({ do: fc.constant('wait' as const), isDay: fc.boolean() }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), operation: fc.constantFrom(...OPERATIONS), isAfter: fc.boolean() }) },
);
type Step = typeof steps extends fc.Arbitrary<infer One> ? One : never;

it('the meter ends with what every hour came to, whatever is lost, repeated, corrected or forgotten on the way', async () => {
  await fc.assert(
    fc
      .asyncProperty(fc.array(steps, { maxLength: 18 }), async (taken) => {
        const world = new World(await newCustomer());
        for (const step of taken) await world.step(step);
        await world.settle();
        expect((await world.rows()).filter(({ status }) => status !== 'succeeded')).toEqual([]);
        const counted = [await patiently(() => world.counted(world.hours[0])), await patiently(() => world.counted(world.hours[1]))];
        expect(counted).toEqual([world.expected(0), world.expected(1)]);
        expect(harness.store.list('meters').length).toBeLessThanOrEqual(1);
        expect((await patiently(() => world.judged())).filter((one) => (one as { kind: string | null }).kind !== null)).toEqual([]);
      })
      .beforeEach(async () => {
        await harness.standIn.close();
        harness = await startHarness();
        await database.stripeCall.deleteMany();
        await database.stripeMeterEvent.deleteMany();
      }),
    { numRuns: 8 },
  );
});

it('an organization that is no customer at Stripe is told of nothing', async () => {
  const world = new World(null);
  world.rate(0, 0, 100n);
  await world.settle();
  expect(await world.rows()).toEqual([]);
});

it('what Stripe took and did not count is heard of, and listed', async () => {
  const world = new World('cus_nobody');
  world.rate(0, 1, 100n);
  await world.settle();
  const [report] = harness.store.list('core_events');
  const about = { eventId: report?.id ?? '' };
  expect([await world.report(about), await world.report(about), await world.report({ eventId: 'evt_none' })]).toEqual([true, true, false]);
  expect(await world.rows()).toMatchObject(expect.arrayContaining([expect.objectContaining({ kind: 'send_meter_event', status: 'failed', failureCode: 'meter_event_customer_not_found' })]));
  // Stripe knows no such customer, so that it says nothing of it.
  const reference = meteredDay(world.organizationId, world.hours[1]);
  expect(await world.judged()).toEqual([{ reference, kind: 'missing-there', ours: 100n, theirs: null }]);
});

it('the daily comparison lists a day that is missing there or sums to something else, and nothing else', async () => {
  const [agrees, more, missing] = [new World(await newCustomer()), new World(await newCustomer()), new World(await newCustomer())];
  for (const world of [agrees, more]) {
    world.rate(0, 1, 100n);
    world.rate(1, 1, 20n);
    await world.settle();
  }
  missing.rate(0, 1, 30n);
  await missing.read(true);
  const payload = { stripe_customer_id: more.customerId ?? '', value: '7' };
  await harness.stripe.billing.meterEvents.create({ event_name: OVERAGE_METER.eventName, payload, timestamp: more.hours[1] / 1_000 });
  const of = (world: World): string => meteredDay(world.organizationId, world.hours[1]);
  expect(await agrees.judged()).toEqual(
    [
      { reference: of(agrees), kind: null, ours: 120n, theirs: 120n },
      { reference: of(more), kind: 'amount-differs', ours: 120n, theirs: 127n },
      { reference: of(missing), kind: 'amount-differs', ours: 30n, theirs: 0n },
    ].sort((a, b) => (a.reference < b.reference ? -1 : 1)),
  );
});

it('a meter that was archived, or counts otherwise, is for people to look at; once it is put right, everything is told', async () => {
  const other = { event_name: OVERAGE_METER.eventName, display_name: 'Mine', default_aggregation: { formula: 'sum' } } as const;
  await harness.stripe.billing.meters.create({ ...other, value_settings: { event_payload_key: 'tokens' } });
  const world = new World(await newCustomer());
  world.rate(0, 1, 100n);
  const meter = async (): Promise<StripeCall | undefined> => (await world.rows()).find(({ kind }) => kind === 'create_meter');
  await world.settle(1);
  expect(await meter()).toMatchObject({ status: 'needs_review', failureCode: 'meter_differs' });
  await harness.standIn.happen(archiveMeter(OVERAGE_METER.eventName));
  await world.settle(1);
  expect(await meter()).toMatchObject({ status: 'needs_review', failureCode: 'meter_differs' });
  expect(await world.counted(world.hours[1])).toBe(0n);
  const right = await harness.stripe.billing.meters.create(other);
  await world.settle();
  expect(await meter()).toMatchObject({ status: 'succeeded', stripeId: right.id });
  expect(await world.judged()).toMatchObject([{ kind: null, ours: 100n, theirs: 100n }]);
});
