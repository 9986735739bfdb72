import fc from 'fast-check';
import pg from 'pg';
import type { LogPosition } from '../../src/eventstore/event.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import { HOUR_MS, plus, type Instant } from '../../src/kernel/time.js';
import type { RatedHour, ReservedHour, ServedHour } from '../../src/metering/contract.js';
import { RatedHours } from '../../src/metering/projection/rated-hour.queries.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const START = Date.parse('2026-11-01T00:00:00Z') as Instant;
const HOURS = 6;
const RESERVATIONS = ['llama-3.3-70b@fp8~1', 'a "name", with {braces} and \\; such', '2,3'] as ReservationId[];
const INSERT = `INSERT INTO usage_revision (holder_id, hour, reservation_id, revision, events, input_tokens, cached_tokens,
    output_tokens, reasoning_tokens, weighted, entitled, overage, overage_amount, rated_at, log_transaction, log_position)
  SELECT $1, $2::timestamptz, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, 0, $2, $12, $13 ON CONFLICT DO NOTHING`;

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const count = fc.oneof(fc.bigInt(0n, 10n ** 6n), fc.bigInt(10n ** 14n, 10n ** 17n), fc.bigInt(0n, 10n ** 40n - 1n), fc.constant(2n ** 53n + 1n));
const revision = fc.record({
  ...{ hour: fc.nat(HOURS - 1), which: fc.nat(RESERVATIONS.length - 1), revision: fc.integer({ min: 1, max: 3 }) },
  ...{ counts: fc.array(count, { minLength: 7, maxLength: 7 }), transaction: fc.nat(3), position: fc.nat(3) },
});
const asked = fc.array(fc.record({ hour: fc.nat(HOURS), which: fc.nat(RESERVATIONS.length - 1) }), { maxLength: 30 });
const place = fc.option(fc.record({ transactionId: fc.bigInt(0n, 3n), position: fc.bigInt(0n, 3n) }));

const hourOf = ({ hour, which }: { readonly hour: number; readonly which: number }): ReservedHour => ({
  ...{ reservationId: RESERVATIONS[which] ?? ('none' as ReservationId), hour: plus(START, hour * HOUR_MS) },
});
const servedIn = ({ events, counts, weighted, overage }: RatedHour): ServedHour => ({ events, counts, weighted: (weighted - overage) as ServedHour['weighted'] });

describe('rated hours', () => {
  it('that are asked for one by one are those of all pages, as they were known at any place', async () => {
    const rated = new RatedHours(pool);
    let [run, known, unknown] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(revision, { maxLength: 25 }), asked, place, async (revisions, wanted, asOf: LogPosition | null) => {
        const holderId = `holder ${(run += 1)}` as OrganizationId;
        for (const { counts, transaction, position, ...one } of revisions) {
          const { reservationId, hour } = hourOf(one);
          await pool.query(INSERT, [holderId, new Date(hour), reservationId, one.revision, ...counts.map(String), transaction, position]);
        }
        const hours = wanted.map(hourOf);
        const served = await rated.served({ holderId, asOf, hours });
        const window = { start: START, end: plus(START, HOURS * HOUR_MS) };
        const all = await rated.page({ holderId, window, asOf, since: null, after: null, limit: 1_000 });
        const expected = hours.map(({ reservationId, hour }) => all.find(({ now }) => now.reservationId === reservationId && now.hour === hour) ?? null);
        expect(hours.map((_, index) => served(index))).toEqual(expected.map((one) => (one === null ? null : servedIn(one.now))));
        known += expected.filter((one) => one !== null).length;
        unknown += expected.filter((one) => one === null).length;
      }),
      { numRuns: 40 },
    );
    expect([known > 50, unknown > 50]).toEqual([true, true]);
  });

  it('are found by their place also where more are asked for than one statement has', async () => {
    const [holderId, reservationId] = ['many' as OrganizationId, 'r' as ReservationId];
    for (const at of [0, 4_999, 5_000, 12_000]) {
      await pool.query(INSERT, [holderId, new Date(plus(START, at * HOUR_MS)), reservationId, 1, at, 1, 2, 3, 4, 50, 20, 1, 1]);
    }
    const hours = Array.from({ length: 12_001 }, (_, index): ReservedHour => ({ reservationId, hour: plus(START, index * HOUR_MS) }));
    const served = await new RatedHours(pool).served({ holderId, asOf: null, hours });
    const found = hours.flatMap((_, index) => (served(index) === null ? [] : [[index, served(index)?.events, served(index)?.weighted]]));
    expect(found).toEqual([0, 4_999, 5_000, 12_000].map((at) => [at, BigInt(at), 30n]));
    expect((await new RatedHours(pool).served({ holderId, asOf: null, hours: [] }))(0)).toBeNull();
  });
});
