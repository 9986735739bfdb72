import { streamId } from './event.js';
import type { SnapshotToKeep } from './event-store.js';
import { GENESIS_HASH } from './hash-chain.js';
import { MemoryEventStore } from './memory-event-store.js';
import { SnapshotPiece } from './snapshot-piece.js';
import { isSnapshotDue, keepSnapshot, SNAPSHOT_LENGTH_MAX, type LoadedStream } from './stream-state.js';

const stream = streamId('market', 'x');
const loadedAt = (version: number, snapshotSize = 0): LoadedStream<null> => ({
  ...{ stream, state: null, head: { version, hash: GENESIS_HASH }, snapshotVersion: 7, snapshotSize, isBeingKept: false },
});

describe('a snapshot is due', () => {
  it.each([
    ['a small state, too early', 49, 0, false],
    ['a small state, in time', 50, 0, true],
    ['a large state, too early', 99, 10_000, false],
    ['a large state, in time', 100, 10_000, true],
    ['a huge state, too early', 49_999, 1e9, false],
    ['a huge state, in time', 50_000, 1e9, true],
  ])('of %s', (_what, events, snapshotSize, isDue) => {
    const loaded = loadedAt(7 + events, snapshotSize);
    expect(isSnapshotDue(loaded, { everyEvents: 50 }, 100)).toBe(isDue);
    expect(isSnapshotDue({ ...loaded, isBeingKept: true }, { everyEvents: 50 }, 100)).toBe(false);
  });
});

describe('a snapshot that is kept', () => {
  const piece = (length: number): SnapshotPiece => new SnapshotPiece(length, () => '{}');
  const codec = (pieces: readonly SnapshotPiece[]) => ({ schemaVersion: 1, everyEvents: 1, encode: () => '{}', decode: () => null, pieces: () => pieces });

  it('counts what it wrote, and a little for what stayed', async () => {
    const store = new MemoryEventStore();
    const [one, two] = [piece(40_000), piece(50_000)];
    const sizes: number[] = [];
    for (const pieces of [[one], [one, two], [one, two]]) {
      const loaded = loadedAt(8 + sizes.length);
      await keepSnapshot(store, { snapshot: codec(pieces) }, loaded);
      sizes.push(loaded.snapshotSize);
    }
    expect(sizes).toEqual([43_000, 56_000, 6_000]);
  });

  it('is one at a time', async () => {
    const loaded = loadedAt(8);
    const seen: boolean[] = [];
    const store = { saveSnapshot: async (_stream: string, _snapshot: SnapshotToKeep) => void seen.push(loaded.isBeingKept) } as unknown as MemoryEventStore;
    await keepSnapshot(store, { snapshot: codec([piece(2)]) }, loaded);
    expect([...seen, loaded.isBeingKept, loaded.snapshotVersion]).toEqual([true, false, 8]);
    const failing = { saveSnapshot: () => Promise.reject(new Error('no disk')) } as unknown as MemoryEventStore;
    await expect(keepSnapshot(failing, { snapshot: codec([piece(2)]) }, loaded)).rejects.toThrow('no disk');
    expect(loaded.isBeingKept).toBe(false);
  });

  it('is not, when it could not be loaded again', async () => {
    const store = new MemoryEventStore();
    const half = piece(SNAPSHOT_LENGTH_MAX / 2);
    await keepSnapshot(store, { snapshot: codec([half, half]) }, loadedAt(8));
    await expect(keepSnapshot(store, { snapshot: codec([half, half, piece(1)]) }, loadedAt(9))).rejects.toThrow(`${SNAPSHOT_LENGTH_MAX + 1} characters`);
    expect((await store.loadSnapshot(stream))?.version).toBe(8);
  });
});
