import { ManualTimers } from '../../../test/support/manual-timers.js';
import { AttemptWatch } from './attempt-watch.js';

const HOUR_MS = 3_600_000;

describe('the watch over an attempt', () => {
  const reasonOf = ({ signal }: AttemptWatch): string | null =>
    signal.aborted ? signal.reason.failure.reason : null;

  it('ends what has not happened in time', () => {
    const timers = new ManualTimers();
    const watch = new AttemptWatch(timers, []);
    watch.within(30_000, 'no token came');
    timers.advance(29_999);
    expect(reasonOf(watch)).toBeNull();
    timers.advance(1);
    expect(reasonOf(watch)).toBe('timeout');
  });

  it('ends silence, and nothing that goes on', () => {
    const timers = new ManualTimers();
    const watch = new AttemptWatch(timers, []);
    watch.atLeastEvery(30_000, HOUR_MS);
    for (let turn = 0; turn < 10; turn += 1) {
      timers.advance(14_000);
      watch.progress();
    }
    expect(reasonOf(watch)).toBeNull();
    timers.advance(45_000);
    expect(reasonOf(watch)).toBe('timeout');
  });

  it('a client that takes its time is not the lane’s silence', () => {
    const timers = new ManualTimers();
    const watch = new AttemptWatch(timers, []);
    watch.atLeastEvery(30_000, HOUR_MS);
    watch.suspend();
    timers.advance(300_000);
    expect(reasonOf(watch)).toBeNull();
    watch.resume();
    watch.progress();
    timers.advance(45_000);
    expect(reasonOf(watch)).toBe('timeout');
  });

  it('ends what never ends, and does not count the time of the client', () => {
    const timers = new ManualTimers();
    const watch = new AttemptWatch(timers, []);
    watch.atLeastEvery(30_000, HOUR_MS);
    const go = (ms: number): void => {
      for (let gone = 0; gone < ms; gone += 15_000) {
        watch.progress();
        timers.advance(15_000);
      }
    };
    go(HOUR_MS / 2);
    watch.suspend();
    go(HOUR_MS);
    watch.resume();
    go(HOUR_MS / 2 - 15_000);
    expect(reasonOf(watch)).toBeNull();
    go(15_000);
    expect(reasonOf(watch)).toBe('timeout');
  });

  it('ends when somebody outside does, also when that was before', () => {
    const gone = new AbortController();
    const outside = [{ signal: gone.signal, reason: 'client_abort' as const }];
    const watch = new AttemptWatch(new ManualTimers(), outside);
    gone.abort();
    expect(reasonOf(watch)).toBe('client_abort');
    expect(reasonOf(new AttemptWatch(new ManualTimers(), outside))).toBe('client_abort');
  });

  it('lets go: what ends afterwards is not its business', () => {
    const gone = new AbortController();
    const timers = new ManualTimers();
    const watch = new AttemptWatch(timers, [{ signal: gone.signal, reason: 'client_abort' }]);
    watch.within(1_000, 'late');
    watch.release();
    timers.advance(5_000);
    gone.abort();
    expect(reasonOf(watch)).toBeNull();
  });
});
