import pg from 'pg';
import { readCheckpoint } from '../../src/eventstore/checkpoint.js';
import { moveCheckpoint, valuesOf, type Move } from '../../src/eventstore/checkpoint-moves.js';
import { LOG_START, type LogPosition } from '../../src/eventstore/event.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let pool: pg.Pool;
let asked: string[];

/** As a reader does that writes rows in the same transaction. */
const moveWith = (client: pg.PoolClient, move: Move): Promise<unknown> =>
  client.query('SELECT eventstore.move_checkpoint($1, $2::text::xid8, $3::text::int8, $4::text::xid8, $5::text::int8)', [...valuesOf(move)]);

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  const query = pool.query.bind(pool) as (...given: any[]) => any;
  pool.query = ((...given: any[]) => {
    asked.push(given[0].name);
    return query(...given);
  }) as typeof pool.query;
});
beforeEach(async () => {
  asked = [];
  await pool.query('TRUNCATE eventstore.checkpoints');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const place = (position: number): LogPosition => ({ transactionId: 7n, position: BigInt(position) });
const first = (name: string, position: number): Move => ({ name, from: LOG_START, to: place(position) });

/** Readers that have a checkpoint, at the log's start. */
async function readers(count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `reader-${index}`);
  for (const name of names) await readCheckpoint(pool, name);
  asked = [];
  return names;
}

describe('checkpoints are moved', () => {
  it('together when readers come to the log’s end together, each to its own place', async () => {
    const names = await readers(30);
    const moved = await Promise.all(names.map((name, index) => moveCheckpoint(pool, first(name, index))));
    expect(moved).toEqual(names.map(() => true));
    expect(asked).toEqual(['move-checkpoints']);
    const kept = await Promise.all(names.map((name) => readCheckpoint(pool, name)));
    expect(kept).toEqual(names.map((_, index) => place(index)));
  });

  it('once of two processes that go from the same place', async () => {
    const [one = '', other = ''] = await readers(2);
    const moves = [first(one, 1), first(other, 2), first(one, 3)];
    expect(await Promise.all(moves.map((move) => moveCheckpoint(pool, move)))).toEqual([true, true, false]);
    expect(await readCheckpoint(pool, one)).toEqual(place(1));
    expect(await moveCheckpoint(pool, first(one, 4))).toBe(false);
  });

  it('not by who is behind, whatever becomes of the others', async () => {
    const [one = '', other = ''] = await readers(2);
    expect(await moveCheckpoint(pool, first(one, 1))).toBe(true);
    const moved = await Promise.all([first(one, 2), first(other, 2)].map((move) => moveCheckpoint(pool, move)));
    expect(moved).toEqual([false, true]);
    expect([await readCheckpoint(pool, one), await readCheckpoint(pool, other)]).toEqual([place(1), place(2)]);
  });

  it('without waiting for a reader whose checkpoint another transaction holds; that one waits for its end', async () => {
    const [held = '', ...free] = await readers(4);
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await moveWith(holder, first(held, 5));
    const late = moveCheckpoint(pool, first(held, 6));
    // Were any of them to wait, this would not come to its end.
    expect(await Promise.all(free.map((name) => moveCheckpoint(pool, first(name, 1))))).toEqual([true, true, true]);
    await holder.query('COMMIT');
    holder.release();
    expect(await late).toBe(false);
    expect(await readCheckpoint(pool, held)).toEqual(place(5));
  });

  it('as they were said to be when the transaction that held them is undone', async () => {
    const [held = '', other = ''] = await readers(2);
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await moveWith(holder, first(held, 5));
    const late = moveCheckpoint(pool, first(held, 6));
    expect(await moveCheckpoint(pool, first(other, 1))).toBe(true);
    await holder.query('ROLLBACK');
    holder.release();
    expect(await late).toBe(true);
    expect(await readCheckpoint(pool, held)).toEqual(place(6));
  });
});
