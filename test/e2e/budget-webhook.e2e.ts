import pg from 'pg';
import { Stripe } from 'stripe';
import { present } from '../../src/kernel/assert.js';
import { ApiClient } from '../support/app.js';
import type { TestDatabase } from '../support/database.js';
import { untilQuiet } from '../support/log-checks.js';
import { registerEndpoint, type Registered } from '../support/notices.js';
import { newSecretKey, ServerProcess, type SharedSettings } from '../support/server-processes.js';
import { emptyDatabase } from '../support/test-time.js';
import { HOUR, iso, poolInput, span } from '../support/trading.js';
import { until, untilHolds } from '../support/until.js';
import { WebhookReceiver, type Received } from '../support/webhook-receiver.js';

const KIND = 'budget.alert';
const PASSWORD = 'correct horse battery';
const TIMEOUT_MS = 180_000;
/** What a process that is gone had begun is somebody else's after so long. */
const WORKER_SILENCE_MS = '2000';
const settings = { LOCAL_ENDPOINTS: 'true', SIMULATED_CLOCK: 'true', WORKER_SILENCE_MS };

let database: TestDatabase;
let shared: SharedSettings;
let pool: pg.Pool;
let receiver: WebhookReceiver;
let endpoint: Registered;
let operator: ApiClient;
let start: number;
const servers: ServerProcess[] = [];

beforeAll(async () => {
  database = await emptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  receiver = await WebhookReceiver.start();
  shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  servers.push(await ServerProcess.start(shared, { settings }));
  await buy();
}, TIMEOUT_MS);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.end()));
  await receiver.kill();
  await pool.end();
  await database.drop();
});

const urlOf = (server: ServerProcess | undefined): string => present(server?.url ?? null, 'a server that listens');

async function signUp(name: string, isProvider: boolean): Promise<ApiClient> {
  const client = new ApiClient(urlOf(servers[0]));
  const email = `${name}@example.com`;
  const organization = { organizationName: name, name, isProvider, isBuyer: !isProvider };
  await client.mustMutate('signUp', 'SignUpInput', { ...organization, email, password: PASSWORD });
  await client.mustMutate('signIn', 'SignInInput', { email, password: PASSWORD });
  return client;
}

/** Three hours of 10 tokens/s at 100: each that is delivered is a charge of 1,000, of a budget of 2,500. */
async function buy(): Promise<void> {
  const provider = await signUp('provider', true);
  const { data } = await provider.ask('{ clock { now } }');
  start = Math.ceil(Date.parse(data?.['clock'].now) / HOUR) * HOUR + HOUR;
  const window = span(start, start + 3 * HOUR);
  const { pool: made } = await provider.mustMutate('registerPool', 'RegisterPoolInput', poolInput(start), {
    fields: '... on RegisterPoolSuccess { pool { poolId } }',
  });
  const { listing } = await provider.mustMutate('createListing', 'CreateListingInput', { poolId: made.poolId, window, quantity: '10', unitPrice: '100' }, {
    fields: '... on CreateListingSuccess { listing { listingId } }',
  });
  operator = await signUp('operator', false);
  await pool.query(`UPDATE member SET is_platform_admin = true WHERE name = 'operator'`);
  const buyer = await signUp('buyer', false);
  await buyer.mustMutate('topUpWallet', 'TopUpWalletInput', { amount: '1000000', paymentMethod: 'pm_card_visa' });
  endpoint = await registerEndpoint(buyer, receiver.url, ['BUDGET_ALERT']);
  await buyer.mustMutate('setBudget', 'SetBudgetInput', { budget: { amount: '2500', spentAlerts: [40, 80], committedAlerts: [] } });
  const { reservation } = await buyer.mustMutate('reserve', 'ReserveInput', { listingId: listing.listingId, window, quantity: '10' }, {
    fields: '... on ReserveSuccess { reservation { reservationId } }',
  });
  await buyer.mustMutate('payReservation', 'PayReservationInput', { reservationId: reservation.reservationId });
}

/** Hours are delivered, and booked, as the next one begins. */
async function passHours(hours: number): Promise<void> {
  await operator.mustMutate('advanceClock', 'AdvanceClockInput', { to: iso(start + hours * HOUR) });
}

/** As a customer would, with Stripe's own library. */
const stripe = new Stripe('sk_test_of_nobody');
const read = ({ body, headers }: Received, secret = endpoint.secret): Stripe.Event =>
  stripe.webhooks.constructEvent(body, String(headers['headroom-signature']), secret);

async function told(count: number): Promise<readonly Received[]> {
  return until(() => Promise.resolve(receiver.of(KIND)), ({ length }) => length >= count);
}

describe('a budget’s alert, by webhook', () => {
  it('comes when a charge has reached it, signed as Stripe signs', async () => {
    receiver.answers.push('none');
    await passHours(1);
    const [first] = await told(1);
    const event = read(present(first, 'a request'));
    expect(event).toMatchObject({ object: 'event', type: KIND });
    expect(event.data).toEqual({ scope: 'organization', month: iso(start).slice(0, 7), measure: 'spent', percent: 40, amount: '1000', budget: '2500' });
    expect(first?.headers['headroom-event-id']).toBe(event.id);
    expect(() => read(present(first, 'a request'), 'whsec_of_another')).toThrow(/signature/);
  });

  it('comes again with the same id when the process was killed before it had the answer, whoever sends it', async () => {
    await present(servers[0], 'the server').kill();
    await servers[0]?.start();
    servers.push(await ServerProcess.start(shared, { settings }));
    const [first, second] = await told(2);
    expect(second?.body).toBe(first?.body);
    expect(read(present(second, 'a request')).id).toBe(read(present(first, 'a request')).id);
    await untilHolds(pool, `SELECT count(*) = 1 AND bool_and(status = 'delivered') AS holds FROM webhook_delivery`);
  });

  it('is told of once for each percentage, by both processes together, however much is charged after it', async () => {
    const { cookie } = operator;
    operator = new ApiClient(urlOf(servers[1]));
    operator.cookie = cookie;
    await passHours(2);
    await told(3);
    await passHours(3);
    await untilHolds(pool, `SELECT count(*) = 3 AS holds FROM eventstore.events WHERE type = 'DeliverySettled'`);
    await untilQuiet(pool);
    const events = receiver.of(KIND).map((request) => read(request));
    const told40 = events.filter(({ data }) => (data as unknown as { readonly percent: number }).percent === 40);
    expect(new Set(told40.map(({ id }) => id)).size).toBe(1);
    expect(events.filter((event) => !told40.includes(event))).toMatchObject([{ data: { percent: 80, amount: '2000' } }]);
    const { rows } = await pool.query<{ kept: number }>(`SELECT count(*)::int AS kept FROM notice WHERE kind = $1`, [KIND]);
    expect(rows).toEqual([{ kept: 2 }]);
  });
});
