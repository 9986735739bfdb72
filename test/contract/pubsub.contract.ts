import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { createLogger } from '../../src/platform/logging/logger.js';
import { MemoryPubSub } from '../../src/platform/pubsub/memory-pubsub.js';
import { MESSAGE_BYTES_MAX, type PubSub } from '../../src/platform/pubsub/pubsub.js';
import { RedisPubSub } from '../../src/platform/pubsub/redis-pubsub.js';
import { topic } from '../../src/platform/pubsub/topic.js';

const { TEST_REDIS_URL: redisUrl } = process.env;
const logger = createLogger('silent');

/** Two ends: of one process, and of two processes that share a Redis. */
type Ends = readonly [name: string, open: () => readonly [PubSub, PubSub]];
const inMemory: Ends = [
  'in memory',
  () => {
    const one = new MemoryPubSub();
    return [one, one];
  },
];
const onRedis = (url: string): Ends => [
  'on Redis',
  () => [new RedisPubSub(url, logger), new RedisPubSub(url, logger)],
];

describe.each([inMemory, ...(redisUrl === undefined ? [] : [onRedis(redisUrl)])])(
  'pub/sub %s',
  (_name, open) => {
    // Of this run's own: a Redis is shared.
    const NUMBERS = topic(`numbers-${randomUUID()}`, z.strictObject({ number: z.int() }));
    let ends: readonly [PubSub, PubSub];
    beforeEach(() => (ends = open()));
    afterEach(async () => {
      await Promise.all(ends.map((end) => end.close()));
    });

    /** Numbers as they are heard, each awaited. */
    async function hear(from: PubSub, key: string) {
      const heard: number[] = [];
      let wake = (): void => undefined;
      const leave = await from.subscribe(NUMBERS, key, ({ number }) => {
        heard.push(number);
        wake();
      });
      const until = async (count: number): Promise<readonly number[]> => {
        while (heard.length < count) await new Promise<void>((done) => (wake = done));
        return heard;
      };
      return { leave, until, heard };
    }

    it('tells everybody who listens to a key, in order', async () => {
      const [here, there] = ends;
      const listeners = [await hear(here, 'a'), await hear(there, 'a'), await hear(there, 'a')];
      const other = await hear(there, 'b');
      for (const number of [1, 2, 3]) await here.publish(NUMBERS, 'a', { number });
      for (const { until } of listeners) expect(await until(3)).toEqual([1, 2, 3]);
      await here.publish(NUMBERS, 'b', { number: 4 });
      expect(await other.until(1)).toEqual([4]);
    });

    it('tells nobody who left, and tells who comes back', async () => {
      const [here, there] = ends;
      const first = await hear(there, 'a');
      first.leave();
      first.leave();
      const second = await hear(there, 'a');
      await here.publish(NUMBERS, 'a', { number: 1 });
      expect(await second.until(1)).toEqual([1]);
      expect(first.heard).toEqual([]);
    });

    it('is quiet when it is closed', async () => {
      const [here, there] = ends;
      const { leave, heard } = await hear(there, 'a');
      await Promise.all(ends.map((end) => end.close()));
      await here.publish(NUMBERS, 'a', { number: 1 });
      leave();
      expect(heard).toEqual([]);
    });
  },
);

describe('pub/sub over a network', () => {
  const WORDS = topic(`words-${randomUUID()}`, z.string());

  it('refuses a message that is too large', async () => {
    const pubsub = new RedisPubSub('redis://127.0.0.1:1', logger);
    const publishing = pubsub.publish(WORDS, 'a', 'x'.repeat(MESSAGE_BYTES_MAX));
    await expect(publishing).rejects.toThrow('bytes');
    await pubsub.close();
  });

  it('does not fail who publishes when Redis is away', async () => {
    const pubsub = new RedisPubSub('redis://127.0.0.1:1', logger);
    await pubsub.publish(WORDS, 'a', 'x');
    await pubsub.close();
  });

  it('is closed while somebody waits to subscribe to a Redis that is away', async () => {
    const pubsub = new RedisPubSub('redis://127.0.0.1:1', logger);
    pubsub.subscribe(WORDS, 'a', () => undefined).catch(() => undefined);
    // By then the first connection has failed.
    await pubsub.publish(WORDS, 'a', 'x');
    await pubsub.close();
  });

  if (redisUrl !== undefined) {
    it('ignores what is of another shape', async () => {
      const pubsub = new RedisPubSub(redisUrl, logger);
      const stranger = new Redis(redisUrl);
      const heard = new Promise<string>((done) => void pubsub.subscribe(WORDS, 'a', done));
      await pubsub.subscribe(WORDS, 'a', () => undefined);
      for (const text of ['{', '{"a":1}', '"word"']) {
        await stranger.publish(`headroom:${WORDS.name}:a`, text);
      }
      expect(await heard).toBe('word');
      stranger.disconnect();
      await pubsub.close();
    });
  }
});
