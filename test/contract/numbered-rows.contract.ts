import pg from 'pg';
import { applyChanges, type RowChange } from '../../src/eventstore/projection.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { SeededRandom } from '../simulation/random.js';

const TABLES = [{ name: 'numbered_row', key: ['id'], numbered: { column: 'number', within: 'kind', by: 'place' } }];
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await pool.query('CREATE TABLE numbered_row (id text PRIMARY KEY, kind text, place int, number int)');
});
beforeEach(() => pool.query('TRUNCATE numbered_row'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const put = (id: string, kind: string, place: number | null): RowChange => ({ kind: 'put', table: 'numbered_row', row: { id, kind, place } });
const told = (id: string, place: number): RowChange => ({ kind: 'set', table: 'numbered_row', key: { id }, values: { place } });
const gone = (id: string): RowChange => ({ kind: 'remove', table: 'numbered_row', key: { id } });
const apply = async (...pages: readonly (readonly RowChange[])[]): Promise<void> => {
  for (const page of pages) await applyChanges(pool, TABLES, page);
};

async function numbers(kind: string): Promise<(string | number | null)[][]> {
  const { rows } = await pool.query<Record<'id' | 'number', string | number | null>>(
    'SELECT id, number FROM numbered_row WHERE kind = $1 ORDER BY place NULLS LAST, id', [kind]);
  return rows.map(({ id, number }) => [id, number]);
}

interface Told {
  readonly changes: RowChange[];
  /** In the order in which they came to count. */
  readonly counted: Record<string, string[]>;
}

/** What two markets may write: some count at once, some later, some never. */
function history(random: SeededRandom): Told {
  const [changes, counted] = [[] as RowChange[], { a: [] as string[], b: [] as string[] }];
  const waiting: { id: string; kind: 'a' | 'b' }[] = [];
  for (let place = 1; place <= 60; place += 1) {
    const kind = random.pick(['a', 'b'] as const);
    const one = waiting.length > 0 && random.chance(50) ? waiting.splice(random.integer(0, waiting.length - 1), 1)[0] : undefined;
    if (one !== undefined && random.chance(30)) changes.push(gone(one.id));
    else if (one !== undefined) {
      changes.push(told(one.id, place));
      counted[one.kind].push(one.id);
    } else if (random.chance(50)) {
      changes.push(put(`${place}`, kind, place));
      counted[kind].push(`${place}`);
    } else {
      changes.push(put(`${place}`, kind, null));
      waiting.push({ id: `${place}`, kind });
    }
  }
  return { changes, counted };
}

describe('numbers of rows', () => {
  it('are 1, 2, 3 of each kind, in their order, without the gaps of it', async () => {
    await apply([put('x', 'a', 40), put('y', 'a', 7), put('z', 'b', 3)], [put('w', 'a', 41), put('v', 'b', 90)]);
    expect(await numbers('a')).toEqual([['y', 1], ['x', 2], ['w', 3]]);
    expect(await numbers('b')).toEqual([['z', 1], ['v', 2]]);
  });

  it('are of what counts by now, and of nothing that was let go before it did', async () => {
    await apply([put('first', 'a', null), put('second', 'a', null), put('third', 'a', 5)]);
    expect(await numbers('a')).toEqual([['third', 1], ['first', null], ['second', null]]);
    await apply([gone('second'), told('first', 9)]);
    expect(await numbers('a')).toEqual([['third', 1], ['first', 2]]);
  });

  it('stay as they were given when a page is written again', async () => {
    const page = [put('x', 'a', 1), put('y', 'a', 2)];
    await apply(page, page, [put('z', 'a', 3)], page);
    expect(await numbers('a')).toEqual([['x', 1], ['y', 2], ['z', 3]]);
  });

  it.each([1, 2, 3, 4, 5, 6])('are the same however the log is cut into pages: %i', async (run) => {
    const random = new SeededRandom(SEED * 100 + run);
    const { changes, counted } = history(random);
    for (let at = 0; at < changes.length; ) {
      const page = changes.slice(at, at + random.integer(1, 12));
      await apply(page);
      at += page.length;
    }
    for (const kind of ['a', 'b']) {
      const given = (await numbers(kind)).filter(([, number]) => number !== null);
      expect(given).toEqual(counted[kind]?.map((id, index) => [id, index + 1]));
    }
  });
});
