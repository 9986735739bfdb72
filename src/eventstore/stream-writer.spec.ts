import { counterDefinition, take } from '../../test/support/counter-stream.js';
import type { AppendOutcome, AppendRequest, EventStore } from './event-store.js';
import { streamId } from './event.js';
import { MemoryEventStore } from './memory-event-store.js';
import { StreamWriter } from './stream-writer.js';

/** A store whose appends end when they are told to, in their order; it notes how many answers each held. */
function slowStore() {
  const sizes: number[] = [];
  const ends: (() => void)[] = [];
  const store: EventStore = Object.assign(new MemoryEventStore(), {
    openAppender: () =>
      Promise.resolve({
        append: ({ answers }: AppendRequest): Promise<AppendOutcome> => {
          sizes.push(answers.length);
          return new Promise((resolve) => ends.push(() => resolve('appended')));
        },
        release: () => undefined,
      }),
  });
  /** Lets everything that can happen happen. */
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => setImmediate(done));
  };
  const end = async (): Promise<void> => {
    ends.shift()?.();
    await settled();
  };
  return { store, sizes, settled, end };
}

function writerOn(store: EventStore) {
  const hooks = { committed: () => undefined, warn: () => undefined };
  const writer = new StreamWriter(store, counterDefinition(1_000_000), streamId('counter', 'x'), hooks);
  let asked = 0;
  const ask = (): Promise<unknown> => writer.execute(take(`buyer-${(asked += 1)}`));
  const askMany = (count: number): void => {
    for (let index = 0; index < count; index += 1) void ask();
  };
  /** Asks again as soon as it is answered, for ever. */
  const askOnAndOn = (): void => void ask().then(askOnAndOn);
  return { askMany, askOnAndOn };
}

describe('batches of a writer', () => {
  it('are of equal size when callers ask again at once', async () => {
    const { store, sizes, settled, end } = slowStore();
    const { askOnAndOn } = writerOn(store);
    for (let caller = 0; caller < 64; caller += 1) askOnAndOn();
    await settled();
    for (let batch = 0; batch < 10; batch += 1) await end();
    expect(sizes).toEqual(Array.from({ length: 12 }, () => 32));
  });

  it('go behind another only when they are as large as it', async () => {
    const { store, sizes, settled, end } = slowStore();
    const { askMany } = writerOn(store);
    askMany(10);
    await settled();
    askMany(9);
    await settled();
    expect(sizes).toEqual([10]);
    askMany(1);
    await settled();
    expect(sizes).toEqual([10, 10]);
    askMany(20);
    await settled();
    expect(sizes).toEqual([10, 10]);
    await end();
    expect(sizes).toEqual([10, 10, 20]);
  });

  it('go as they are when nothing is under way', async () => {
    const { store, sizes, settled, end } = slowStore();
    const { askMany } = writerOn(store);
    askMany(10);
    await settled();
    askMany(3);
    await end();
    expect(sizes).toEqual([10, 3]);
  });
});
