import { MessageQueue, SlowSubscriberError } from './message-queue.js';

const queueOf = (limit: number) => {
  let ends = 0;
  const queue = new MessageQueue<number>({ limit, onEnd: () => (ends += 1) });
  return { queue, ends: () => ends };
};

describe('message queue', () => {
  it('gives messages in order, to readers that came first too', async () => {
    const { queue } = queueOf(2);
    const early = [queue.next(), queue.next()];
    [1, 2, 3, 4].forEach((message) => queue.push(message));
    const read = await Promise.all([...early, queue.next(), queue.next()]);
    expect(read.map(({ value }) => value)).toEqual([1, 2, 3, 4]);
  });

  it('drops a reader that falls behind: it is told why, and nothing is kept', async () => {
    const { queue, ends } = queueOf(2);
    [1, 2, 3, 4].forEach((message) => queue.push(message));
    expect(ends()).toBe(1);
    const failure = await queue.next().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SlowSubscriberError);
    expect(failure).toMatchObject({ code: 'SLOW_SUBSCRIBER', behind: 2 });
    expect(await queue.next()).toEqual({ value: undefined, done: true });
    expect(ends()).toBe(1);
  });

  it('lets a reader that waits go when it is returned', async () => {
    const { queue, ends } = queueOf(2);
    const waiting = queue.next();
    await queue.return();
    queue.push(1);
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(await queue.next()).toEqual({ value: undefined, done: true });
    expect(ends()).toBe(1);
  });
});
