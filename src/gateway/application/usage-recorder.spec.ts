import { ManualTimers } from '../../../test/support/manual-timers.js';
import { GatewayUsage, NO_TOKENS, type GatewayRecord, type WeightedTokens } from '../../metering/contract.js';
import type { Instant } from '../../kernel/time.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { createLogger } from '../../platform/logging/logger.js';
import { TIERS } from '../model/tier.js';
import { RECORDER_LIMITS, UsageRecorder } from './usage-recorder.js';

class FakeUsage extends GatewayUsage {
  readonly batches: (readonly string[])[] = [];
  failures = 0;
  private release: (() => void)[] = [];
  isHeld = false;

  async record(records: readonly GatewayRecord[]): Promise<void> {
    if (this.isHeld) await new Promise<void>((done) => this.release.push(done));
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the database is away');
    }
    this.batches.push(records.map(({ id }) => id));
  }

  async ends(): Promise<readonly []> {
    return [];
  }

  async usedIn(): Promise<WeightedTokens> {
    return 0n as WeightedTokens;
  }

  letGo(): void {
    this.isHeld = false;
    for (const done of this.release.splice(0)) done();
  }
}

const record = (id: string): GatewayRecord => ({
  ...{ id, organizationId: 'o' as OrganizationId, keyId: 'k', reservationId: null, model: 'm' },
  ...{ servedAt: 0 as Instant, counts: NO_TOKENS, ownOutput: 0, claimedInput: null },
  ...{ claimedOutput: null, dispute: null, reason: 'completed', tier: 'standard', isStream: true },
  ...{ ttft: null, queued: 0, streaming: null, duration: 0, concurrency: 1 },
  ...{ claimedTimes: null, mirrored: null, isCold: false },
});
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('the recorder', () => {
  const start = () => {
    const usage = new FakeUsage();
    const timers = new ManualTimers();
    return { usage, timers, recorder: new UsageRecorder(usage, timers, createLogger('silent')) };
  };

  it('writes what gathers meanwhile in one batch', async () => {
    const { usage, recorder } = start();
    usage.isHeld = true;
    const all = ['a', 'b', 'c'].map((id) => recorder.record(record(id)));
    usage.letGo();
    expect(await Promise.all(all)).toEqual([true, true, true]);
    expect(usage.batches).toEqual([['a'], ['b', 'c']]);
  });

  it('tries again until it is stored, and loses nothing', async () => {
    const { usage, timers, recorder } = start();
    usage.failures = 2;
    const stored = recorder.record(record('a'));
    for (let turn = 0; turn < 2; turn += 1) {
      await settled();
      timers.advance(RECORDER_LIMITS.retryMs);
    }
    expect(await stored).toBe(true);
    expect(usage.batches).toEqual([['a']]);
  });

  it('says when it takes too long, and goes on trying', async () => {
    const { usage, timers, recorder } = start();
    usage.isHeld = true;
    const stored = recorder.record(record('a'));
    timers.advance(RECORDER_LIMITS.patienceMs);
    expect(await stored).toBe(false);
    usage.letGo();
    await recorder.drain();
    expect(usage.batches).toEqual([['a']]);
  });

  it('a process that ends waits for it, but not for ever: what is lost is in the log, as a number', async () => {
    const usage = new FakeUsage();
    const timers = new ManualTimers();
    const logger = createLogger('silent');
    const told: unknown[] = [];
    logger.error = (...line: unknown[]): void => void told.push(line[0]);
    const recorder = new UsageRecorder(usage, timers, logger);
    usage.failures = Infinity;
    void recorder.record(record('a'));
    void recorder.record(record('b'));
    let isDrained = false;
    const drained = recorder.drain().then(() => (isDrained = true));
    timers.advance(RECORDER_LIMITS.drainMs - 1);
    await settled();
    expect(isDrained).toBe(false);
    timers.advance(1);
    await drained;
    expect(told).toEqual([{ lost: 2 }]);
    timers.advance(RECORDER_LIMITS.retryMs);
    await settled();
    expect(timers.waiting(RECORDER_LIMITS.retryMs)).toBe(0);
  });

  it('a process that ends while its database hangs ends all the same', async () => {
    const { usage, timers, recorder } = start();
    usage.isHeld = true;
    void recorder.record(record('a'));
    const drained = recorder.drain();
    timers.advance(RECORDER_LIMITS.drainMs);
    await drained;
    expect(timers.waiting(RECORDER_LIMITS.drainMs)).toBe(0);
  });

  it('is full when too much waits, for the lowest tier first', async () => {
    const { usage, recorder } = start();
    usage.isHeld = true;
    const all: Promise<boolean>[] = [];
    const taken = (): readonly string[] => TIERS.filter((tier) => !recorder.isFullFor(tier));
    const takenAt = (waiting: number): readonly string[] => {
      while (all.length < waiting) all.push(recorder.record(record(`${all.length}`)));
      return taken();
    };
    expect(takenAt(4_999)).toEqual(TIERS);
    expect(takenAt(5_000)).toEqual(['fast', 'priority', 'standard']);
    expect(takenAt(7_500)).toEqual(['fast', 'priority']);
    expect(takenAt(9_000)).toEqual(['fast']);
    expect(takenAt(RECORDER_LIMITS.waitingMax)).toEqual([]);
    usage.letGo();
    await Promise.all(all);
    expect(taken()).toEqual(TIERS);
    expect(Math.max(...usage.batches.map(({ length }) => length))).toBe(RECORDER_LIMITS.batchMax);
  });
});
