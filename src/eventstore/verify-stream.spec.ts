import { counterDefinition, take } from '../../test/support/counter-stream.js';
import type { AnyDefinition } from './definition-registry.js';
import { streamId } from './event.js';
import { MemoryEventStore } from './memory-event-store.js';
import { StreamWriter } from './stream-writer.js';
import { verifyStream } from './verify-stream.js';

const STREAM = streamId('counter', 'x');
const definition = counterDefinition(1_000);
const hooks = { committed: () => undefined, warn: () => undefined };

async function withEvents(count: number) {
  const store = new MemoryEventStore();
  const writer = new StreamWriter(store, definition, STREAM, hooks);
  let asked = 0;
  const grow = async (): Promise<void> => {
    asked += 1;
    await writer.execute(take(`buyer-${asked}`));
  };
  for (let event = 0; event < count; event += 1) await grow();
  const verify = (): Promise<number> => verifyStream(store, definition as unknown as AnyDefinition, STREAM);
  return { store, grow, verify };
}

describe('the end of a stream that is verified', () => {
  it('is where its row says', async () => {
    const { verify } = await withEvents(3);
    expect(await verify()).toBe(3);
  });

  it('may move on while it is read', async () => {
    const { store, grow, verify } = await withEvents(3);
    const readStream = store.readStream.bind(store);
    let reads = 0;
    store.readStream = async (...asked) => {
      const page = await readStream(...asked);
      reads += 1;
      if (reads === 1) await grow();
      return page;
    };
    expect(await verify()).toBe(3);
  });

  it('may have moved on before it is read', async () => {
    const { store, grow, verify } = await withEvents(3);
    const readHead = store.readHead.bind(store);
    store.readHead = async (stream) => {
      const head = await readHead(stream);
      await grow();
      return head;
    };
    expect(await verify()).toBe(4);
  });

  it.each<[what: string, changed: { readonly version?: number; readonly hash?: Buffer }]>([
    ['its tail is gone', { version: 4 }],
    ['its last event is another', { hash: Buffer.alloc(32, 7) }],
  ])('is a lie when %s', async (_what, changed) => {
    const { store, verify } = await withEvents(3);
    const readHead = store.readHead.bind(store);
    store.readHead = async (stream) => ({ ...(await readHead(stream)), ...changed });
    await expect(verify()).rejects.toThrow('its tail is gone or changed');
  });
});
