import type { Pool } from 'pg';
import { marketOf } from '../../src/kernel/ids.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Trading, walletOf } from '../support/trading.js';
import { verifyApp } from '../support/verify.js';
import { giveWay, until } from '../support/until.js';

/**
 * PostgreSQL takes three of ten transactions back that write to the log, to what is kept beside it, or
 * to a checkpoint: by turns as a serialization failure and as a deadlock. Which ones follows from their
 * ids, so all statements of one transaction meet the same fate.
 */
const CONFLICTS = `
  CREATE SEQUENCE taken_back;
  CREATE FUNCTION take_back() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE id bigint := pg_current_xact_id()::text::bigint;
  BEGIN
    IF (id * 7) % 10 < 3 THEN
      PERFORM nextval('taken_back');
      RAISE EXCEPTION 'taken back' USING ERRCODE = CASE WHEN id % 2 = 0 THEN '40001' ELSE '40P01' END;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER take_back AFTER INSERT OR UPDATE ON eventstore.streams FOR EACH STATEMENT EXECUTE FUNCTION take_back();
  CREATE TRIGGER take_back AFTER INSERT ON eventstore.answers FOR EACH STATEMENT EXECUTE FUNCTION take_back();
  CREATE TRIGGER take_back AFTER UPDATE ON eventstore.checkpoints FOR EACH STATEMENT EXECUTE FUNCTION take_back();`;

/** No table is locked for this: work goes on meanwhile. */
const NO_MORE = `CREATE OR REPLACE FUNCTION take_back() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RETURN NULL; END $$`;

const TYPED = new Set(['BUSY']);

let app: TestApp;
let market: Trading;
let pool: Pool;
beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  pool = app.application.get<Pool>(POOL);
});
afterAll(() => app.close());

const texts: string[] = [];
const TAKEN_BACK_MIN = 25;

async function takenBack(): Promise<number> {
  const { rows } = await pool.query<{ taken: string }>('SELECT last_value::text AS taken FROM taken_back');
  return Number(rows[0]?.taken);
}

/** Asks until there is a result; notes what was answered on the way. */
async function ask(
  client: ApiClient,
  [mutation, input, success]: readonly [string, Record<string, unknown>, string],
): Promise<Record<string, any>> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`;
  const key = client.nextKey();
  for (;;) {
    const query = `mutation($key: IdempotencyKey!, $input: ${type}Input!) {
      answer: ${mutation}(idempotencyKey: $key, input: $input) {
        __typename ... on ${type}Success { ${success} } ... on Rejection { code message } } }`;
    const { data, errors } = await client.ask(query, { key, input });
    texts.push(JSON.stringify(errors ?? data));
    if (errors === undefined) return data?.['answer'] as Record<string, any>;
    const codes = errors.map(({ extensions }) => extensions.code as string);
    if (codes.some((code) => !TYPED.has(code))) throw new Error(JSON.stringify(errors));
    await giveWay();
  }
}

describe('when three of ten transactions are taken back (fault 16)', () => {
  it('everything asked is done once, and no code of PostgreSQL is shown', async () => {
    const marketId = marketOf(market.poolId) as string;
    const buyers = await Promise.all([1, 2, 3].map((name) => market.buyer(`Buyer ${name}`, 1)));
    const listingId = await market.list(0, 4, 100, 100);
    await pool.query(CONFLICTS);
    const window = market.window(0, 4);
    const bought = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const buyer = buyers[index % 3]!;
        const held = await ask(buyer, ['reserve', { listingId, window, quantity: '1' }, 'reservation { reservationId }']);
        const { reservationId } = held['reservation'];
        const paid = await ask(buyer, ['payReservation', { reservationId }, 'reservationId']);
        return paid['reservationId'] as string;
      }),
    );
    const orders = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const bid = { marketId, window, quantity: '1', limitPrice: '100', timeInForce: 'IOC' };
        return ask(buyers[index % 3]!, ['placeOrder', bid, 'order { orderId status }']);
      }),
    );
    // How many transactions that was depends on what came together: one after the other, each is one.
    const teams: Record<string, any>[] = [];
    while (teams.length < 3 || (await takenBack()) < TAKEN_BACK_MIN) {
      teams.push(await ask(buyers[0]!, ['createTeam', { name: `Team ${teams.length}` }, 'team { teamId }']));
    }
    expect(new Set(bought).size).toBe(30);
    expect(orders.map(({ order }) => order.status)).toEqual(Array.from({ length: 30 }, () => 'FILLED'));
    expect(new Set(teams.map(({ __typename }) => __typename))).toEqual(new Set(['CreateTeamSuccess']));
    expect(texts.filter((text) => /40001|40P01|taken back|INTERNAL/.test(text))).toEqual([]);
    await pool.query(NO_MORE);
    for (const buyer of buyers) {
      // 20 units of 400 micro-USD each.
      await until(() => walletOf(buyer), ({ balance, inEscrow }) => balance === '992000' && inEscrow === '8000');
    }
    const { rows: counts } = await pool.query(
      `SELECT type, count(*)::int AS count FROM eventstore.events
       WHERE type IN ('ReservationHeld', 'ReservationPaid', 'OrderPlaced', 'OrderFilled', 'EscrowFunded')
       GROUP BY type ORDER BY type`,
    );
    expect(counts).toEqual([
      { type: 'EscrowFunded', count: 60 },
      { type: 'OrderFilled', count: 30 },
      { type: 'OrderPlaced', count: 30 },
      { type: 'ReservationHeld', count: 30 },
      { type: 'ReservationPaid', count: 30 },
    ]);
    expect((await verifyApp(app)).projections).toBeGreaterThan(4);
  });
});
