import pg from 'pg';
import { startStripeStandIn, type Asked, type StripeStandIn } from '../../src/billing/adapter/stripe/stand-in/stand-in.server.js';
import { MemoryStandInStore } from '../../src/billing/adapter/stripe/stand-in/store.js';
import { nameUuid } from '../../src/platform/ids/name-uuid.js';
import { present } from '../../src/kernel/assert.js';
import { MINUTE_MS } from '../../src/kernel/time.js';
import { SimulatedClock } from '../../src/platform/clock/clock.js';
import { ApiClient } from '../support/app.js';
import type { TestDatabase } from '../support/database.js';
import { untilQuiet } from '../support/log-checks.js';
import { newSecretKey, ServerProcess } from '../support/server-processes.js';
import { emptyDatabase, TESTS_BEGIN } from '../support/test-time.js';
import { until } from '../support/until.js';

const CREATE = 'payment_intents.create';
const HELD = 'pm_card_mastercard';
const AMOUNT = '10000000';

/** When the process was killed, by the idempotency key of whoever paid. */
const MOMENTS = ['before-stripe-took-it', 'before-stripe-answered', 'before-the-answer-was-noted'] as const;

let database: TestDatabase;
let pool: pg.Pool;
let stripe: StripeStandIn;
let server: ServerProcess;
let client: ApiClient;
const asked: Asked[] = [];
const store = new MemoryStandInStore();
let organizationId: string;
/** What was written down when the process was dead. */
let left: readonly unknown[];

const keysAsked = (): readonly (string | null)[] => asked.filter(({ operation }) => operation === CREATE).map(({ idempotencyKey }) => idempotencyKey);
const topUpIdOf = (moment: string): string => nameUuid('top-up', organizationId, moment);
const topUp = (key: string, paymentMethod: string): Promise<Record<string, any>> =>
  client.mutate('topUpWallet', 'TopUpWalletInput', { amount: AMOUNT, paymentMethod }, { key, fields: '... on TopUpWalletSuccess { topUp { topUpId status } }' });
const calls = async (): Promise<readonly { readonly status: string }[]> =>
  (await pool.query<{ status: string }>(`SELECT call_id, idempotency_key, status FROM stripe_call WHERE kind = 'charge_top_up'`)).rows;

beforeAll(async () => {
  database = await emptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  stripe = await startStripeStandIn({ store, clock: () => TESTS_BEGIN, webhookSecret: 'whsec_test', onAsked: (one) => asked.push(one) });
  const settings = { HOLD: HELD, STRIPE_CONNECTION: JSON.stringify(stripe.connection), SIMULATED_CLOCK: 'true' };
  const shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  server = await ServerProcess.start(shared, { settings, script: 'test/support/stripe-elsewhere-server.mjs' });
  await signUp();
  await payAndDie();
  left = await calls();
  // As a deployment is started again: with an answer that is gone on with, when the first look is due.
  await new SimulatedClock(pool).advance(MINUTE_MS);
  Object.assign(settings, { HOLD: '' });
  await server.start();
}, 180_000);
afterAll(async () => {
  await server.end();
  await stripe.close();
  await pool.end();
  await database.drop();
});

async function signUp(): Promise<void> {
  client = new ApiClient(present(server.url, 'a server that listens'));
  const [email, password] = ['buyer@example.com', 'correct horse battery'];
  const organization = { organizationName: 'Buyer', name: 'Owner', isProvider: false, isBuyer: true };
  await client.mustMutate('signUp', 'SignUpInput', { ...organization, email, password });
  await client.mustMutate('signIn', 'SignInInput', { email, password });
  organizationId = (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;
}

/** Three payments, each at another moment of its call, when the process is killed. */
async function payAndDie(): Promise<void> {
  const payments: Promise<unknown>[] = [];
  const pay = async (index: number, method = 'pm_card_visa'): Promise<void> => {
    const payment = topUp(present(MOMENTS[index], 'moment'), method);
    payments.push(payment.catch((error: Error) => error.message));
    // Nobody answers it: the process dies first.
    const early = payment.then((answer) => Promise.reject(new Error(`it was answered: ${JSON.stringify(answer)}`)));
    await Promise.race([early, until(() => Promise.resolve(keysAsked().length), (count) => count === index + 1)]);
  };
  stripe.failNext({ timeout: true, operation: CREATE });
  await pay(0);
  stripe.failNext({ timeout: true, operation: CREATE, when: 'after' });
  await pay(1);
  await until(() => Promise.resolve(store.list('payment_intents').length), (count) => count === 1);
  await pay(2, HELD);
  await server.until(/^answered$/);
  await server.kill();
  expect(await Promise.all(payments)).toEqual(MOMENTS.map(() => 'fetch failed'));
}

describe('a process that is killed while Stripe is asked (fault 6)', () => {
  it('leaves each call written down, without an end, under the key that Stripe was given', () => {
    const expected = MOMENTS.map((moment) => ({ call_id: topUpIdOf(moment), idempotency_key: topUpIdOf(moment), status: 'pending' }));
    expect(left).toHaveLength(3);
    expect(left).toEqual(expect.arrayContaining(expected));
    expect(keysAsked().slice(0, 3)).toEqual(MOMENTS.map(topUpIdOf));
  });

  it('asks by itself once it is back, under the same keys: each payment is made once and credited once', async () => {
    await until(calls, (rows) => rows.every(({ status }) => status === 'succeeded'));
    expect([...keysAsked()].sort()).toEqual(MOMENTS.flatMap((moment) => [topUpIdOf(moment), topUpIdOf(moment)]).sort());
    const made = store.list('payment_intents').map(({ metadata, status }) => `${metadata?.['headroom_top_up_id']} ${status}`);
    expect(made.sort()).toEqual(MOMENTS.map((moment) => `${topUpIdOf(moment)} succeeded`).sort());
    const credits = `SELECT data::json->>'topUpId' AS id FROM eventstore.events WHERE type = 'TopUpCredited'`;
    const { rows } = await pool.query<{ id: string }>(credits);
    expect(rows.map(({ id }) => id).sort()).toEqual(MOMENTS.map(topUpIdOf).sort());
  });

  it('answers whoever asks again under the key with what became of it, and asks Stripe no more', async () => {
    await untilQuiet(pool);
    const { cookie } = client;
    client = new ApiClient(present(server.url, 'a server that listens'));
    client.cookie = cookie;
    for (const [index, moment] of MOMENTS.entries()) {
      const answer = await topUp(moment, index === 2 ? HELD : 'pm_card_visa');
      expect(answer['topUp']).toEqual({ topUpId: topUpIdOf(moment), status: 'SUCCEEDED' });
    }
    expect(keysAsked()).toHaveLength(6);
    const { data } = await client.ask('{ wallet { balance } }');
    expect(data?.['wallet'].balance).toBe('30000000');
  });
});
