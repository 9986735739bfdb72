import type { OrganizationId } from '../../../kernel/ids.js';
import { HOUR_MS, type Instant } from '../../../kernel/time.js';
import { ledgerDecider } from '../../model/ledger.decide.js';
import { MoneySweepService } from './money-sweep.service.js';

const NOW = 100 * HOUR_MS;
const window = { start: NOW, end: NOW + HOUR_MS };
const account = (name: string, organizationId: string): object => ({ organizationId, account: name, version: 3 });

/** Two organizations and one market; every account holds 10. */
function setUp(rows: readonly object[]): { readonly sweeper: MoneySweepService; readonly looks: string[]; readonly noted: unknown[][]; readonly together: number[] } {
  const [looks, noted, together]: [string[], unknown[][], number[]] = [[], [], []];
  const ledger = {
    read: async (id: OrganizationId, view: (books: object) => unknown) => {
      looks.push(id);
      const balances = new Map(rows.map((row) => [(row as { account: string }).account, 10n]));
      return view({ ...ledgerDecider.initialState(), balances });
    },
  };
  let asked = 0;
  // Answers when the turn is over in which it was asked.
  const answer = async <Answer>(given: Answer): Promise<Answer> => {
    asked += 1;
    await new Promise((done) => setImmediate(done));
    if (asked > 0) together.push(asked);
    asked = 0;
    return given;
  };
  const market = {
    unspentOf: (id: string) => answer(id.endsWith('gone') ? 0n : 10n),
    reservation: (id: string) => answer(id.endsWith('gone') ? null : { status: 'active', window }),
  };
  const pool = {
    query: async (text: string, values: unknown[]) => {
      if (text.includes('INSERT')) noted.push(values);
      return { rows: text.includes('SELECT organization_id') && values[0] === '' ? rows : [] };
    },
  };
  const database = { hangingMoney: { deleteMany: async () => undefined, count: async () => 0 } };
  const [jobs, outbox, metrics, logger] = [{}, {}, {}, {}];
  const clock = { now: (): Instant => NOW as Instant };
  const parts = [ledger, market, database, pool, jobs, outbox, metrics, clock, logger] as unknown as ConstructorParameters<typeof MoneySweepService>;
  return { sweeper: new MoneySweepService(...parts), looks, noted, together };
}

describe('a look at what is set aside and in escrow', () => {
  it('asks each book once, and the markets about all of it in one turn, and notes what is held for nothing', async () => {
    const rows = [
      account('escrow:m~1', 'a'), account('escrow:m~gone', 'a'), account('reserved:m~2', 'a'),
      account('escrow:m~3', 'b'), account('reserved:m~gone', 'b'),
    ];
    const { sweeper, looks, noted, together } = setUp(rows);
    await sweeper.sweep();
    expect(looks).toEqual(['a', 'b']);
    expect(together).toEqual([5]);
    expect(noted.map(([organizationId, of, held, due]) => [organizationId, of, held, due])).toEqual([
      ['a', 'escrow:m~gone', '10', '0'],
      ['b', 'reserved:m~gone', '10', '0'],
    ]);
  });

  it('asks nobody where nothing is held', async () => {
    const { sweeper, looks, together } = setUp([]);
    await sweeper.sweep();
    expect([looks, together]).toEqual([[], []]);
  });
});
