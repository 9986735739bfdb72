import { counterDefinition, take } from '../../test/support/counter-stream.js';
import { MemoryEventStore } from './memory-event-store.js';
import { IdempotencyMismatchError } from './stream-errors.js';
import { Streams } from './streams.js';
import { DEFAULT_LIMITS } from './writer-limits.js';

const COUNTER = counterDefinition(1_000);

/** Streams that have one answer in memory, and what they warned of. */
function forgetful() {
  const warnings: string[] = [];
  const hooks = { committed: () => undefined, warn: (message: string) => void warnings.push(message) };
  const streams = new Streams(new MemoryEventStore(), hooks, { ...DEFAULT_LIMITS, recentAnswersMax: 1 });
  const send = (taker: string, isRepeat = false): Promise<unknown> =>
    streams.execute(COUNTER, 'x', { ...take(taker), isRepeat });
  return { streams, send, warnings };
}

describe('a command that was asked long ago', () => {
  it('is answered as before, and nobody is decided again for it', async () => {
    const { send, warnings } = forgetful();
    const first = await send('a');
    await send('b');
    const all = await Promise.all([send('c'), send('a', true), send('b', true), send('d')]);
    expect(all[1]).toEqual(first);
    expect(all.map((one) => (one as { answer: unknown }).answer)).toEqual([
      { taker: 'c', left: 997 },
      { taker: 'a', left: 999 },
      { taker: 'b', left: 998 },
      { taker: 'd', left: 996 },
    ]);
    expect(warnings).toEqual([]);
  });

  it('is answered as before where nobody expected it, at the cost of deciding its batch again', async () => {
    const { send, warnings } = forgetful();
    const first = await send('a');
    await send('b');
    expect(await send('a')).toEqual(first);
    expect(warnings).toEqual(['a batch was not appended; it is decided again under the lock']);
  });

  it('is decided when it was not asked after all', async () => {
    const { send } = forgetful();
    expect(await send('a', true)).toEqual({ accepted: true, answer: { taker: 'a', left: 999 } });
  });

  it('is refused with other content', async () => {
    const { streams, send } = forgetful();
    await send('a');
    await send('b');
    const { idempotency, ...request } = take('a');
    const other = { ...request, isRepeat: true, idempotency: { ...idempotency, fingerprint: Buffer.alloc(32) } };
    await expect(streams.execute(COUNTER, 'x', other)).rejects.toThrow(IdempotencyMismatchError);
  });
});
