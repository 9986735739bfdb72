import fc from 'fast-check';
import pg from 'pg';
import type { PaymentFailure } from '../../src/billing/adapter/stripe/payment-gateway.js';
import { refusal } from '../../src/billing/application/stripe-answer.js';
import { StripeCallReviewService } from '../../src/billing/application/stripe-call-review.service.js';
import { StripeCallVerdictService } from '../../src/billing/application/stripe-call-verdict.service.js';
import { StripeCallService, type CallAnswer, type CallHandler, type PlannedCall } from '../../src/billing/application/stripe-call.service.js';
import { present } from '../../src/kernel/assert.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { err, ok } from '../../src/kernel/result.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';
import { AuditService } from '../../src/identity/application/audit.service.js';
import type { AuthenticatedPrincipal } from '../../src/identity/contract.js';
import type { StripeCall } from '../../src/platform/prisma/generated/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const WEATHERS = ['answers', 'loses the request', 'loses the answer', 'refuses our key', 'refuses', 'breaks us'] as const;
type Weather = (typeof WEATHERS)[number];
/** One kind for each way to deal with a key that Stripe has forgotten. */
const KINDS = ['reverse_transfer', 'create_transfer', 'create_customer'] as const;
type Kind = (typeof KINDS)[number];

const OPERATOR = { kind: 'member', organizationId: 'operators', memberId: 'operator' } as unknown as AuthenticatedPrincipal;
const NO_ANSWER: PaymentFailure = { kind: 'retryable', reason: 'timeout', message: 'no answer' };

/** Stripe as far as keys go: what was answered under one is answered again, for a day. */
class NaiveStripe {
  weather: Weather = 'answers';
  readonly made: string[] = [];
  private readonly answers = new Map<string, { readonly at: Instant; readonly answer: CallAnswer }>();

  constructor(private readonly now: () => Instant) {}

  ask(key: string): CallAnswer {
    if (this.weather === 'loses the request') return err(NO_ANSWER);
    if (this.weather === 'breaks us') throw new Error('a bug');
    if (this.weather === 'refuses our key') return err(refusal('authentication_failed'));
    const answer = this.remembered(key) ?? this.answer();
    this.answers.set(key, { at: this.now(), answer });
    return this.weather === 'loses the answer' ? err(NO_ANSWER) : answer;
  }

  private remembered(key: string): CallAnswer | null {
    const known = this.answers.get(key);
    return known !== undefined && this.now() < known.at + DAY_MS ? known.answer : null;
  }

  private answer(): CallAnswer {
    if (this.weather === 'refuses') return err(refusal('parameter_invalid'));
    this.made.push(`object ${this.made.length + 1}`);
    return ok(present(this.made.at(-1), 'what was made'));
  }
}

let testDatabase: TestDatabase;
let pool: pg.Pool;
let database: Database;
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

/** One call, and all that may happen to it. */
class World {
  now = 1_800_000_000_000 as Instant;
  readonly stripe = new NaiveStripe(() => this.now);
  private readonly registry = new JobRegistry();
  private readonly calls = new StripeCallService(database, this.registry, { now: () => this.now }, createLogger('silent'));
  private readonly audit = new AuditService(database, { now: () => this.now });
  private readonly reviews = new StripeCallReviewService(database, this.calls, this.audit);
  private readonly verdicts = new StripeCallVerdictService(database, this.calls, this.registry, this.audit, { now: () => this.now });
  private readonly ran = new Set<string>();
  private callId = '';
  private asks = 0;

  constructor(private readonly kind: Kind) {
    this.calls.onModuleInit();
    this.verdicts.onModuleInit();
    for (const one of KINDS) this.calls.handle(one, this.handlerOf(one));
  }

  async plan(): Promise<void> {
    const wanted = { organizationId: `run-${(run += 1)}` as OrganizationId, subject: 'one', params: {} };
    this.callId = await this.calls.planNow(this.kind, wanted);
  }

  row(): Promise<StripeCall> {
    return database.stripeCall.findUniqueOrThrow({ where: { callId: this.callId } });
  }

  /** What breaks is told to whoever asked. */
  async step(step: Step): Promise<void> {
    const { weather } = this.stripe;
    await this.take(step).catch((error: unknown) => {
      if (weather !== 'breaks us') throw error;
    });
  }

  private async take(step: Step): Promise<void> {
    switch (step) {
      case 'pursue':
        await this.calls.pursue(this.callId);
        return;
      case 'ask twice at once':
        await Promise.all([this.calls.pursue(this.callId), this.calls.pursue(this.callId)]);
        return;
      case 'retry':
        await this.reviews.retry(OPERATOR, this.callId, `${this.callId} ${(this.asks += 1)}`);
        return;
      case 'webhook':
        if (this.stripe.made[0] !== undefined) await this.calls.end(this.callId, this.stripe.made[0]);
        return;
      case 'judge':
        return this.judge();
      case 'an hour':
      case 'a day':
        this.now = (this.now + (step === 'a day' ? DAY_MS : HOUR_MS) + MINUTE_MS) as Instant;
        await this.runJobs();
        return;
      default:
        this.stripe.weather = step;
    }
  }

  /** Somebody looks, and says so; of what Stripe can be asked about, wrongly. */
  private async judge(): Promise<void> {
    this.now = (this.now + 3 * MINUTE_MS) as Instant;
    const key = `${this.callId} ${(this.asks += 1)}`;
    const made = this.kind === 'reverse_transfer' ? (this.stripe.made[0] ?? null) : null;
    const isAgain = this.kind === 'create_customer' || this.asks % 2 === 0;
    const verdict = made === null ? (isAgain ? 'again' : 'given_up') : 'made';
    await this.verdicts.judge(OPERATOR, { callId: this.callId, verdict, stripeId: made, note: 'seen' }, key);
  }

  /** How often the job was put for each key. */
  async looks(): Promise<readonly number[]> {
    const perKey = new Map<string, number>();
    for (const { dedupe_key: name } of await this.jobs()) {
      const key = name.replace(/ \d+$/, '');
      perKey.set(key, (perKey.get(key) ?? 0) + 1);
    }
    return [...perKey.values()];
  }

  private handlerOf(kind: Kind): CallHandler {
    const send = async ({ idempotencyKey }: PlannedCall): Promise<CallAnswer> => this.stripe.ask(idempotencyKey);
    switch (kind) {
      case 'reverse_transfer':
        return { send };
      case 'create_customer':
        return { send, isRenewed: true };
      case 'create_transfer':
        return { send, recover: () => this.search() };
    }
  }

  private async search(): Promise<CallAnswer> {
    const { weather, made } = this.stripe;
    if (weather === 'loses the request' || weather === 'loses the answer') return err(NO_ANSWER);
    return made[0] === undefined ? err(refusal('never_made')) : ok(made[0]);
  }

  private async runJobs(): Promise<void> {
    for (let isDone = false; !isDone; ) {
      const due = (await this.jobs()).filter(({ dedupe_key: name, run_at: at }) => at.getTime() <= this.now && !this.ran.has(name));
      for (const { dedupe_key: name, payload } of due) {
        this.ran.add(name);
        const run = this.registry.run('billing', 'make-stripe-call', JSON.parse(payload));
        await run.catch((error: unknown) => {
          if (this.stripe.weather !== 'breaks us') throw error;
        });
      }
      isDone = due.length === 0;
    }
  }

  private async jobs(): Promise<readonly { readonly dedupe_key: string; readonly run_at: Date; readonly payload: string }[]> {
    const text = `SELECT dedupe_key, run_at, payload FROM eventstore.outbox
      WHERE job = 'make-stripe-call' AND payload LIKE $1 ORDER BY run_at`;
    return (await pool.query(text, [`%${this.callId}%`])).rows;
  }
}

const STEPS = ['pursue', 'ask twice at once', 'retry', 'judge', 'webhook', 'an hour', 'a day', ...WEATHERS] as const;
type Step = (typeof STEPS)[number];

it('a call is done once, whatever is lost, repeated or forgotten, and its row says what Stripe did', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...KINDS),
      fc.constantFrom(...WEATHERS),
      fc.array(fc.constantFrom(...STEPS), { maxLength: 10 }),
      async (kind, weather, steps) => {
        const world = new World(kind);
        await world.plan();
        world.stripe.weather = weather;
        for (const step of steps) {
          const before = await world.row();
          await world.step(step);
          const after = await world.row();
          if (before.status === 'succeeded') expect(after).toEqual(before);
          if (before.status === 'failed' && step !== 'webhook') expect(after).toEqual(before);
        }
        world.stripe.weather = 'answers';
        await world.step('retry');
        const { made } = world.stripe;
        const { status, stripeId, attempts } = await world.row();
        if (kind !== 'create_customer') expect(made.length).toBeLessThanOrEqual(1);
        if (kind === 'create_customer') expect(status).toBe('succeeded');
        if (kind === 'create_transfer') expect(['succeeded', 'failed']).toContain(status);
        if (status === 'succeeded') expect(made).toContain(stripeId);
        if (status === 'failed') expect(made).toEqual([]);
        expect(attempts).toBeGreaterThan(0);
        for (const looks of await world.looks()) expect(looks).toBeLessThanOrEqual(8);
      },
    ),
    { numRuns: 30 },
  );
});

it('a call that breaks every time is for people to look at after its last look, as one without an answer', async () => {
  for (const weather of ['breaks us', 'loses the request'] as const) {
    const world = new World('reverse_transfer');
    await world.plan();
    world.stripe.weather = weather;
    // The last pause is longer than an hour.
    for (let hour = 1; hour <= 9; hour += 1) await world.step('an hour');
    expect(await world.row()).toMatchObject({ status: 'needs_review' });
    expect(await world.looks()).toEqual([8]);
  }
});
