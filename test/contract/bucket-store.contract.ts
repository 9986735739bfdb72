import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { createLogger } from '../../src/platform/logging/logger.js';
import type { BucketStore, Claim, Taking } from '../../src/platform/rate-limit/bucket-store.js';
import { RedisBucketStore } from '../../src/platform/rate-limit/redis-bucket-store.js';
import { NaiveBucketStore } from '../support/naive-bucket-store.js';

const { TEST_REDIS_URL: redisUrl } = process.env;
/** 100 tokens/s in ten-thousandths: 6,000 tokens at most. */
const RATE = 1_000;
const CAPACITY = 60_000_000;
const HOUR = 3_600_000;
const stores: BucketStore[] = [];

/** An answer may take as long as the machine needs. */
const PATIENCE_MS = 60_000;

/** Milliseconds that pass as a test says. */
interface Clock {
  now: number;
}
const clockOf = (): Clock => ({ now: 1_000_000_000_000 });

async function redisStore(clock: Clock): Promise<BucketStore> {
  const options = { prefix: `test:${randomUUID()}`, commandMs: PATIENCE_MS, now: () => clock.now };
  const store = new RedisBucketStore(redisUrl ?? '', createLogger('silent'), options);
  stores.push(store);
  expect(await store.isThere()).toBe(true);
  return store;
}
afterAll(() => {
  for (const store of stores) store.close();
});

interface Step {
  readonly process: string;
  readonly amount: number;
  readonly used: number;
  readonly turn: Claim['turn'];
  readonly kept: number;
  /** What becomes of the ticket: settled at once, later, or never. */
  readonly settle: 'now' | 'later' | 'never';
  readonly isHeard: boolean;
  /** How long after the step before, in milliseconds. */
  readonly after: number;
}

function claim(step: Pick<Step, 'process' | 'amount' | 'turn' | 'kept'>, ticket: string): Claim {
  const { process, amount, turn, kept } = step;
  return {
    ...{ process, amount, turn, kept, processes: 3, bucket: 'b', ticket, rate: RATE, capacity: CAPACITY },
    period: { name: '0', elapsedMs: HOUR / 2, leftMs: HOUR / 2, entitled: RATE * HOUR, used: 0 },
  };
}
const TURN = { rank: 2, key: 'k', isWaiting: false, hasMore: false };

const step: fc.Arbitrary<Step> = fc.record({
  process: fc.constantFrom('p', 'q', 'r'),
  amount: fc.integer({ min: 1, max: CAPACITY }),
  used: fc.integer({ min: 0, max: 100 }),
  turn: fc.record({ rank: fc.nat(3), key: fc.constantFrom('a', 'b'), isWaiting: fc.boolean(), hasMore: fc.boolean() }),
  kept: fc.constantFrom(0, CAPACITY / 4),
  settle: fc.constantFrom('now', 'later', 'never'),
  isHeard: fc.boolean(),
  after: fc.oneof(fc.constant(0), fc.nat(400), fc.nat(4_000)),
});

interface Timed {
  readonly store: BucketStore;
  readonly clock: Clock;
}

/** Plays steps on a store, several at a time; answers in the order in which they came. */
async function play({ store, clock }: Timed, steps: readonly Step[], atOnce: number): Promise<readonly (Taking | null)[]> {
  const memories = new Map<string, string>();
  const beat = async (process: string): Promise<void> => {
    const memory = memories.get(process) ?? null;
    memories.set(process, (await store.beat({ process, processes: 3, memory, isReturning: false })).memory);
  };
  for (const process of ['p', 'q', 'r']) await beat(process);
  const later: (() => Promise<void>)[] = [];
  const one = async (given: Step, index: number): Promise<Taking | null> => {
    if (given.isHeard) await beat(given.process);
    const ticket = `${index}`;
    const taking = await store.take(claim(given, ticket));
    if (taking?.kind !== 'taken') return taking;
    const used = Math.floor((given.amount * given.used) / 100);
    const settle = (): Promise<void> => store.settle({ bucket: 'b', ticket, memory: taking.memory, period: '0', used });
    if (given.settle === 'now') await settle();
    if (given.settle === 'later') later.push(settle);
    return taking;
  };
  const answers: (Taking | null)[] = [];
  for (let from = 0; from < steps.length; from += atOnce) {
    clock.now += steps[from]?.after ?? 0;
    answers.push(...(await Promise.all(steps.slice(from, from + atOnce).map((given, index) => one(given, from + index)))));
    if (from % (3 * atOnce) === 0) for (const settle of later.splice(0)) await settle();
  }
  return answers;
}

/** The rules as written down, on the same clock. */
function naiveStore(clock: Clock): NaiveBucketStore {
  return Object.defineProperty(new NaiveBucketStore(), 'now', { get: () => clock.now });
}

const ways: readonly (readonly [string, (clock: Clock) => Promise<BucketStore>])[] = [
  ['as written down', async (clock) => naiveStore(clock)],
  ...(redisUrl === undefined ? [] : [['on Redis', redisStore] as const]),
];

describe('a Redis that is not there', () => {
  it('is known at once, and nothing is sent later', async () => {
    const store = new RedisBucketStore('redis://127.0.0.1:1', createLogger('silent'));
    stores.push(store);
    expect(await store.isThere()).toBe(false);
    await expect(store.beat({ process: 'p', processes: 1, memory: null, isReturning: false })).rejects.toThrow();
  });
});

/** Only where there is a Redis. */
function describeItsTime(url: string): void {
  describe('buckets on Redis', () => {
    it('have its time, so that all processes have one clock', async () => {
      const redis = new Redis(url);
      const now = async (): Promise<number> => {
        const [seconds, micros] = await redis.time();
        return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
      };
      const store = new RedisBucketStore(url, createLogger('silent'), { prefix: `test:${randomUUID()}`, commandMs: PATIENCE_MS });
      stores.push(store);
      expect(await store.isThere()).toBe(true);
      await store.beat({ process: 'p', processes: 3, memory: null, isReturning: false });
      const before = await now();
      const taking = await store.take(claim({ process: 'p', amount: 1, turn: TURN, kept: 0 }, '1'));
      const after = await now();
      redis.disconnect();
      // Null when the machine stopped for longer than a process is heard of without a word.
      expect(taking?.now ?? before).toBeGreaterThanOrEqual(before);
      expect(taking?.now ?? after).toBeLessThanOrEqual(after);
    });
  });
}
if (redisUrl !== undefined) describeItsTime(redisUrl);

describe.each(ways)('a bucket that processes share, %s', (_way, make) => {
  it('is one: nothing is taken twice, what was not used comes back', async () => {
    const store = await make(clockOf());
    for (const process of ['p', 'q', 'r']) await store.beat({ process, processes: 3, memory: null, isReturning: false });
    const first = await store.take(claim({ process: 'p', amount: CAPACITY, turn: TURN, kept: 0 }, '1'));
    expect(first).toMatchObject({ kind: 'taken', level: 0, alive: 3 });
    const big = { amount: CAPACITY / 2, turn: TURN, kept: 0 };
    expect(await store.take(claim({ process: 'q', ...big }, '2'))).toMatchObject({ kind: 'full' });
    await store.settle({ bucket: 'b', ticket: '1', memory: first?.memory ?? '', period: '0', used: CAPACITY / 4 });
    expect(await store.take(claim({ process: 'q', ...big }, '3'))).toMatchObject({ kind: 'taken' });
    expect(await store.take(claim({ process: 'r', ...big }, '4'))).toMatchObject({ kind: 'full' });
  });

  it('nobody takes who is not heard of, and each brings a share', async () => {
    const store = await make(clockOf());
    const asked = { amount: CAPACITY / 3 + 1, turn: TURN, kept: 0 };
    expect(await store.take(claim({ process: 'p', ...asked }, '1'))).toBeNull();
    expect(await store.beat({ process: 'p', processes: 3, memory: null, isReturning: false })).toMatchObject({ alive: 1 });
    expect(await store.take(claim({ process: 'p', ...asked }, '2'))).toMatchObject({ kind: 'full', level: CAPACITY / 3 });
    await store.beat({ process: 'q', processes: 3, memory: null, isReturning: false });
    await store.leave('q');
    expect(await store.take(claim({ process: 'q', ...asked }, '3'))).toBeNull();
  });

  it('the more urgent tier goes first, in whichever process it waits', async () => {
    const store = await make(clockOf());
    for (const process of ['p', 'q', 'r']) await store.beat({ process, processes: 3, memory: null, isReturning: false });
    await store.take(claim({ process: 'p', amount: CAPACITY, turn: TURN, kept: 0 }, '1'));
    const waits = (rank: number, key = 'k') => ({ rank, key, isWaiting: true, hasMore: false });
    const large = { amount: CAPACITY / 2, kept: 0 };
    const small = { amount: 1, kept: 0 };
    expect(await store.take(claim({ process: 'q', ...large, turn: waits(0) }, '2'))).toMatchObject({ kind: 'full' });
    expect(await store.take(claim({ process: 'p', ...small, turn: waits(3) }, '3'))).toMatchObject({ kind: 'behind' });
    expect(await store.take(claim({ process: 'p', ...small, turn: { ...waits(2), isWaiting: false } }, '4'))).toMatchObject({ kind: 'behind' });
  });

  it('who comes back after it used its share alone brings nothing that flowed in before', async () => {
    const store = await make(clockOf());
    const memory = (await store.beat({ process: 'p', processes: 1, memory: null, isReturning: false })).memory;
    const all = { ...claim({ process: 'p', amount: CAPACITY, turn: TURN, kept: 0 }, '1'), processes: 1 };
    await store.take(all);
    await store.beat({ process: 'p', processes: 1, memory, isReturning: true });
    const period = { name: '0', elapsedMs: HOUR, leftMs: 60_000, entitled: RATE * HOUR, used: 0 };
    const after = await store.take({ ...all, ticket: '2', amount: 1, period });
    // And of the hour what can still flow in less a bucket: nothing.
    expect(after).toMatchObject({ kind: 'full' });
    expect((after?.used ?? 0) > RATE * (HOUR - 1_000)).toBe(true);
  });

  it('over random traffic of three processes never more than the bucket and what flowed in', async () => {
    const each = fc.array(step, { minLength: 20, maxLength: 60 });
    const property = fc.asyncProperty(each, fc.integer({ min: 1, max: 12 }), async (steps, atOnce) => {
      const clock = clockOf();
      const answers = await play({ store: await make(clock), clock }, steps, atOnce);
      const seen = answers.flatMap((one, index) => (one === null ? [] : [{ ...one, step: steps[index] as Step }]));
      const first = Math.min(...seen.map(({ now }) => now));
      const last = Math.max(...seen.map(({ now }) => now));
      const used = seen
        .filter(({ kind }) => kind === 'taken')
        .reduce((sum, { step: { amount, used: part, settle } }) => sum + (settle === 'never' ? amount : Math.floor((amount * part) / 100)), 0);
      expect(used).toBeLessThanOrEqual(CAPACITY + RATE * (last - first));
      expect(seen.every(({ level }) => level >= 0 && level <= CAPACITY)).toBe(true);
    });
    await fc.assert(property, { numRuns: 15 });
  });

  it('answers as the rules that are written down, step by step', async () => {
    const each = fc.array(step, { minLength: 20, maxLength: 40 });
    const property = fc.asyncProperty(each, async (steps) => {
      const clock = clockOf();
      const store = await make(clock);
      const twin = naiveStore(clock);
      const memories: string[] = [];
      const compared = new Proxy(store, {
        get: (target, name) => (name === 'take' ? takeBoth : name === 'settle' ? settleBoth : name === 'beat' ? beatBoth : Reflect.get(target, name)),
      });
      const beatBoth: BucketStore['beat'] = async (given) => {
        const { memory } = await twin.beat({ ...given, memory: null });
        memories.push(memory);
        return store.beat(given);
      };
      const takeBoth: BucketStore['take'] = async (given) => {
        const theirs = await store.take(given);
        const ours = twin.takeNow(given);
        expect(theirs).toEqual(ours === null ? null : { ...ours, memory: theirs?.memory });
        return theirs;
      };
      const settleBoth: BucketStore['settle'] = async (given) => {
        await twin.settle({ ...given, memory: memories[0] ?? '' });
        await store.settle(given);
      };
      await play({ store: compared, clock }, steps, 1);
    });
    await fc.assert(property, { numRuns: 15 });
  });
});
