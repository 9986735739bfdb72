import type { Instant } from '../kernel/time.js';
import type { OutboxMessage } from './event-store.js';
import { ScheduledJobs } from './scheduled-jobs.js';

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
