import { oneAhead } from './one-ahead.js';

/** Says what is fetched and when its source ends. */
async function* numbers(until: number, log: string[], fails: number | null = null): AsyncGenerator<number> {
  try {
    for (let number = 1; number <= until; number += 1) {
      log.push(`fetch ${number}`);
      if (number === fails) throw new Error(`no ${number}`);
      yield number;
    }
  } finally {
    log.push('closed');
  }
}

describe('one page ahead', () => {
  it('gives the pages in their order, and fetches one while another is read', async () => {
    const log: string[] = [];
    for await (const number of oneAhead(numbers(3, log))) log.push(`read ${number}`);
    expect(log).toEqual(['fetch 1', 'fetch 2', 'read 1', 'fetch 3', 'read 2', 'closed', 'read 3']);
  });

  it('lets what is fetched leave before one is read: a connection sends when the turn is over', async () => {
    const log: string[] = [];
    const sent = async function* (): AsyncGenerator<number> {
      for (let number = 1; number <= 2; number += 1) {
        await new Promise<void>((done) => {
          process.nextTick(() => {
            log.push(`sent ${number}`);
            done();
          });
        });
        yield number;
      }
    };
    for await (const number of oneAhead(sent())) log.push(`read ${number}`);
    expect(log).toEqual(['sent 1', 'sent 2', 'read 1', 'read 2']);
  });

  it('ends at once where there is nothing', async () => {
    const log: string[] = [];
    for await (const number of oneAhead(numbers(0, log))) log.push(`read ${number}`);
    expect(log).toEqual(['closed']);
  });

  it('gives what came before an error, then the error', async () => {
    const log: string[] = [];
    const all = async (): Promise<void> => {
      for await (const number of oneAhead(numbers(3, log, 3))) log.push(`read ${number}`);
    };
    await expect(all()).rejects.toThrow('no 3');
    expect(log.filter((line) => line.startsWith('read'))).toEqual(['read 1', 'read 2']);
  });

  it('closes the source when nobody reads on, and says nothing of an error that nobody came for', async () => {
    const log: string[] = [];
    for await (const number of oneAhead(numbers(3, log, 2))) {
      log.push(`read ${number}`);
      break;
    }
    expect(log).toContain('closed');
  });
});
