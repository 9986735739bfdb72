import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { present } from '../../src/kernel/assert.js';
import { marketOf } from '../../src/kernel/ids.js';
import { SeededRandom } from '../simulation/random.js';
import { ApiClient } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Killer } from '../support/killer.js';
import {
  checkBooks,
  checkCharges,
  checkMarket,
  checkSetAside,
  readWholeLog,
  untilQuiet,
} from '../support/log-checks.js';
import { RetryingClient, tell, type Request } from '../support/retrying-client.js';
import { newSecretKey, ServerProcess, type SharedSettings } from '../support/server-processes.js';
import { HOUR, poolInput } from '../support/trading.js';
import { Buyer, Provider, type Place, type Told } from '../support/two-servers-traffic.js';

const SEED = Number(process.env['PROPERTY_SEED'] ?? 20_261_128);
const PLAN = { kills: 4, answers: [20, 50], meanwhile: 30 } as const;
/** US dollars of each buyer: one of them runs out. */
const WALLETS = [2_000, 2_000, 2_000, 1];
const TIMEOUT_MS = 300_000;

let database: TestDatabase;
let shared: SharedSettings;
let pool: pg.Pool;
const servers: ServerProcess[] = [];
const told: Told[] = [];
let place: Place;
let unanswered = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  // One after the other: both would make the tables of the job queues.
  servers.push(await ServerProcess.start(shared));
  servers.push(await ServerProcess.start(shared));
  await trade().catch((error: unknown) => {
    const words = servers.flatMap((server) => server.words).join('\n');
    throw new Error(`PROPERTY_SEED=${SEED}; the servers said:\n${words}`, { cause: error });
  });
}, TIMEOUT_MS);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.end()));
  await pool.end();
  await database.drop();
});

async function signUp(name: string, isProvider = false): Promise<RetryingClient> {
  const client = new ApiClient(present(servers[0]?.url, 'a server that listens'));
  const [email, password] = [`${name}@example.com`, `correct horse ${name}`];
  const organization = { organizationName: name, name, isProvider, isBuyer: !isProvider };
  const who = new RetryingClient(client, servers);
  await who.ask({ ...setUp('signUp', { ...organization, email, password }), key: `sign-up-${name}` }, 0);
  await client.mustMutate('signIn', 'SignInInput', { email, password });
  return who;
}

const setUp = (mutation: string, input: Request['input']): Omit<Request, 'key'> => ({
  ...{ mutation, input, fields: '' },
  inputType: `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`,
});

async function openPool({ client }: RetryingClient): Promise<Place> {
  const start = Math.ceil(Date.now() / HOUR) * HOUR + 4 * HOUR;
  const fields = '... on RegisterPoolSuccess { pool { poolId } }';
  const made = await client.mustMutate('registerPool', 'RegisterPoolInput', poolInput(start), { fields });
  const { poolId } = made['pool'] as { readonly poolId: string };
  return { poolId, start, marketId: present(marketOf(poolId), 'market of a pool') };
}

/** Everybody trades until the last server that was killed is back. */
async function trade(): Promise<void> {
  const random = new SeededRandom(SEED);
  const seeded = (): SeededRandom => new SeededRandom(random.integer(0, 2 ** 31));
  const seller = await signUp('seller', true);
  const others: RetryingClient[] = [];
  for (const index of WALLETS.keys()) others.push(await signUp(`buyer${index}`));
  place = await openPool(seller);
  await Promise.all(
    others.map((who, index) => {
      const input = { amount: `${WALLETS[index]}000000`, paymentMethod: 'pm_card_visa' };
      return who.ask({ ...setUp('topUpWallet', input), key: 'top-up' }, index % 2);
    }),
  );
  const board: ConstructorParameters<typeof Provider>[2] = [];
  const traders = [
    new Provider(seller, place, board, 'seller', seeded()),
    ...others.map((who, index) => new Buyer(who, place, board, `buyer${index}`, seeded())),
  ];
  const killer = new Killer(servers, PLAN, seeded());
  const work = traders.map(async (trader) => {
    while (!killer.isDone) {
      await trader.step();
      await killer.answered();
    }
  });
  await Promise.all([killer.run(), ...work]).finally(() => killer.stop());
  told.push(...traders.flatMap((trader) => trader.told));
  unanswered = [seller, ...others].reduce((sum, who) => sum + who.unanswered, 0);
  await untilQuiet(pool);
}

/** What `npm run verify` says of the database. */
async function verify(): Promise<unknown> {
  const { databaseUrl, secretKey } = shared;
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, SECRET_KEY: secretKey };
  const child = spawn(process.execPath, ['scripts/verify.mjs'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (more: Buffer) => (text += more.toString()));
  await once(child, 'close');
  return JSON.parse(text.trim().split('\n').at(-1) ?? '');
}

const countOf = async (sql: string, ids: readonly string[]): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(sql, [ids]);
  return rows[0]?.count ?? 0;
};

/** Ids that those who asked were told of, of one kind. */
const idsOf = (mutation: string, of: (answer: any) => string): string[] =>
  told.flatMap(({ request, answer }) =>
    request.mutation === mutation && !('code' in answer) ? [of(answer)] : [],
  );

describe(`two servers on one database, killed ${PLAN.kills} times (PROPERTY_SEED=${SEED})`, () => {
  it('were asked much, and did not answer everything', () => {
    const done = (mutation: string): number => idsOf(mutation, () => '').length;
    const all = ['createListing', 'placeOrder', 'reserve', 'payReservation'];
    expect(all.filter((mutation) => done(mutation) < 5)).toEqual([]);
    expect(told.some(({ answer }) => answer['code'] === 'INSUFFICIENT_FUNDS')).toBe(true);
    expect(unanswered).toBeGreaterThan(PLAN.kills);
  });

  it('give the first answer to every key again, whichever is asked', async () => {
    const queue = [...told];
    const wrong: string[] = [];
    const lane = async (): Promise<void> => {
      for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
        const { who, request, answer } = one;
        const again = JSON.stringify(await who.askAll(request));
        if (again !== JSON.stringify(answer)) wrong.push(`${tell(request, answer)}\nand again ${again}`);
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    expect(wrong).toEqual([]);
    const [first] = told;
    const { who, request } = present(first, 'anything that was asked');
    const other = { ...request, input: { ...request.input, quantity: '9999' } };
    await expect(who.ask(other, 1)).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  }, TIMEOUT_MS);

  it.each([
    ['placeOrder', 'OrderPlaced', 'orderId', 'market_order', 'order_id', (one: any) => one.order.orderId],
    ['reserve', 'ReservationHeld', 'reservationId', 'reservation', 'reservation_id', (one: any) => one.reservation.reservationId],
    ['createListing', 'ListingCreated', 'listingId', 'listing', 'listing_id', (one: any) => one.listing.listingId],
    ['resellReservation', 'ListingCreated', 'listingId', 'listing', 'listing_id', (one: any) => one.listing.listingId],
  ])('did each %s that was acknowledged once, in the log and in the read model', async (...row) => {
    const [mutation, type, field, table, column, idOf] = row;
    const ids = idsOf(mutation, idOf);
    expect(new Set(ids).size).toBe(ids.length);
    const inLog = `SELECT count(*)::int AS count FROM eventstore.events
      WHERE type = '${type}' AND data::json->>'${field}' = ANY($1)`;
    expect(await countOf(inLog, ids)).toBe(ids.length);
    expect(await countOf(`SELECT count(*)::int AS count FROM ${table} WHERE ${column} = ANY($1)`, ids)).toBe(ids.length);
  });

  it('did nothing that nobody was told of', async () => {
    const { market } = await readWholeLog(pool, place.marketId);
    const happened = (type: string): number => market.filter((event) => event.type === type).length;
    const done = (...mutations: string[]): number => mutations.reduce((sum, one) => sum + idsOf(one, () => '').length, 0);
    expect(happened('OrderPlaced')).toBe(done('placeOrder'));
    expect(happened('ReservationHeld')).toBe(done('reserve'));
    expect(happened('ListingCreated')).toBe(done('createListing', 'resellReservation'));
    expect(happened('ReservationCancelled')).toBe(done('cancelReservation'));
    expect(happened('OrderAmended')).toBe(done('amendOrder'));
    const paid = new Set(told.flatMap(({ request, answer }) => ('walletBalance' in answer ? [request.input['reservationId']] : [])));
    expect(happened('ReservationPaid')).toBe(paid.size);
  });

  it('kept titles, priority and money, event by event', async () => {
    const log = await readWholeLog(pool, place.marketId);
    const auditor = checkMarket(log);
    checkBooks(log);
    checkCharges(log);
    checkSetAside(log, auditor);
    expect(auditor.reservations.size).toBeGreaterThan(0);
  });

  it('left a log, states and read models that verify', async () => {
    expect(await verify()).toMatchObject({ ok: true });
  }, TIMEOUT_MS);
});
