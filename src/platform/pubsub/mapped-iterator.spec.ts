import { MappedIterator } from './mapped-iterator.js';
import { MessageQueue } from './message-queue.js';

function queueOf(...messages: readonly number[]): { queue: MessageQueue<number>; ended: () => number } {
  let ended = 0;
  const queue = new MessageQueue<number>({ limit: 10, onEnd: () => (ended += 1) });
  messages.forEach((message) => queue.push(message));
  return { queue, ended: () => ended };
}

it('leaves out what there is nothing to tell of', async () => {
  const { queue } = queueOf(1, 2, 3);
  const odd = new MappedIterator(queue, async (n: number) => ({
    value: n % 2 === 1 ? `${n}` : null,
    hasMore: false,
  }));
  expect([await odd.next(), await odd.next()]).toEqual([
    { value: '1', done: false },
    { value: '3', done: false },
  ]);
});

it('asks for more of a message before it reads the next one', async () => {
  const { queue } = queueOf(2, 1);
  let part = 0;
  const parts = new MappedIterator(queue, async (n: number) => {
    part += 1;
    const value = `${n}.${part}`;
    const hasMore = part < n;
    if (!hasMore) part = 0;
    return { value, hasMore };
  });
  const read = [await parts.next(), await parts.next(), await parts.next()];
  expect(read.map(({ value }) => value)).toEqual(['2.1', '2.2', '1.1']);
});

it('ends a reader that waits, and its source once', async () => {
  const { queue, ended } = queueOf();
  const mapped = new MappedIterator(queue, async (n: number) => ({ value: n, hasMore: false }));
  const waiting = mapped.next();
  await mapped.return();
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect(ended()).toBe(1);
});

it('ends its source when nothing can be made of a message', async () => {
  const { queue, ended } = queueOf(1);
  const mapped = new MappedIterator<number, number>(queue, async () => {
    throw new Error('unreadable');
  });
  await expect(mapped.next()).rejects.toThrow('unreadable');
  expect(ended()).toBe(1);
  expect(await mapped.next()).toEqual({ value: undefined, done: true });
});
