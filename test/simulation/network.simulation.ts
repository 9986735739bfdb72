import { setImmediate as nextTurn } from 'node:timers/promises';
import { Network } from './network.js';
import { SeededRandom } from './random.js';

describe('the network of the simulation', () => {
  it('is calm only once whoever waits for a later turn has had it, and was answered', async () => {
    const network = new Network(new SeededRandom(1));
    const line = { isCut: false };
    const asked: string[] = [];
    const ask = (what: string): Promise<unknown> =>
      network.exchange(line, () => Promise.resolve(asked.push(what)));
    // As a writer does that lets callers join the batch that comes next.
    const work = ask('a batch').then(() => nextTurn()).then(() => ask('what gathered meanwhile'));
    await network.calmDown();
    expect([asked, network.travelling]).toEqual([['a batch', 'what gathered meanwhile'], 0]);
    await work;
  });
});
