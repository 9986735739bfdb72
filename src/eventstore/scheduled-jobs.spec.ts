import type { Instant } from '../kernel/time.js';
import type { OutboxMessage } from './event-store.js';
import { ScheduledJobs } from './scheduled-jobs.js';
import { isSnapshotDue, type LoadedStream } from './stream-state.js';
import { GENESIS_HASH } from './hash-chain.js';
import { streamId } from './event.js';

const job = (dedupeKey: string, queue = 'q'): OutboxMessage => ({
  ...{ queue, job: 'j', dedupeKey, payload: '{}', runAt: 0 as Instant },
});

describe('scheduled jobs', () => {
  it('sends a name once, and again until it is known to be committed', () => {
    const scheduled = new ScheduledJobs(10);
    const batch = [job('a'), job('b'), job('a'), job('a', 'other')];
    const fresh = [job('a'), job('b'), job('a', 'other')];
    expect(scheduled.fresh(batch)).toEqual(fresh);
    expect(scheduled.fresh(batch)).toEqual(fresh);
    scheduled.remember([job('a'), job('b')]);
    expect(scheduled.fresh(batch)).toEqual([job('a', 'other')]);
  });
});

describe('a snapshot', () => {
  it.each([
    ['a small state, too early', 49, 0, false],
    ['a small state, in time', 50, 0, true],
    ['a large state, too early', 99, 10_000, false],
    ['a large state, in time', 100, 10_000, true],
    ['a huge state, too early', 49_999, 1e9, false],
    ['a huge state, in time', 50_000, 1e9, true],
  ])('of %s', (_what, events, snapshotSize, isDue) => {
    const head = { version: 7 + events, hash: GENESIS_HASH };
    const stream = streamId('market', 'x');
    const loaded: LoadedStream<null> = { stream, state: null, head, snapshotVersion: 7, snapshotSize, isBeingKept: false };
    expect(isSnapshotDue(loaded, { everyEvents: 50 }, 100)).toBe(isDue);
    expect(isSnapshotDue({ ...loaded, isBeingKept: true }, { everyEvents: 50 }, 100)).toBe(false);
  });
});
