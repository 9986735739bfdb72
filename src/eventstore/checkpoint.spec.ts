import type { Pool } from 'pg';
import { readCheckpoint } from './checkpoint.js';
import { LOG_START } from './event.js';

/** A database with the checkpoints of two readers, which remembers what it was asked. */
class Checkpoints {
  readonly asked: unknown[] = [];
  readonly begun: unknown[] = [];
  private readonly kept = new Map([['one', '11'], ['two', '22']]);

  get pool(): Pool {
    return this as unknown as Pool;
  }

  async query(query: string | { readonly values: readonly [readonly string[]] }, values?: unknown): Promise<unknown> {
    if (typeof query === 'string') {
      this.begun.push(values);
      return { rows: [] };
    }
    const [names] = query.values;
    this.asked.push(names);
    const rows = names.flatMap((subscription) => {
      const position = this.kept.get(subscription);
      return position === undefined ? [] : [{ subscription, transactionId: '7', position }];
    });
    return { rows };
  }
}

describe('where readers of the log stand', () => {
  it('is one query for all that ask in one turn, each of which gets its own', async () => {
    const checkpoints = new Checkpoints();
    const names = ['two', 'one', 'two'];
    const places = await Promise.all(names.map((name) => readCheckpoint(checkpoints.pool, name)));
    expect(places.map(({ position }) => position)).toEqual([22n, 11n, 22n]);
    expect(checkpoints.asked).toEqual([['two', 'one']]);
  });

  it('is asked again by who asks later', async () => {
    const checkpoints = new Checkpoints();
    await readCheckpoint(checkpoints.pool, 'one');
    await readCheckpoint(checkpoints.pool, 'one');
    expect(checkpoints.asked).toEqual([['one'], ['one']]);
  });

  it('is the beginning for one that is new, which is kept', async () => {
    const checkpoints = new Checkpoints();
    expect(await readCheckpoint(checkpoints.pool, 'new')).toEqual(LOG_START);
    expect(checkpoints.begun).toEqual([['new']]);
  });
});
