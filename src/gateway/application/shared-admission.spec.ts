import { ManualTimers } from '../../../test/support/manual-timers.js';
import { NaiveBucketStore } from '../../../test/support/naive-bucket-store.js';
import type { MarketId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, UnitPrice } from '../../kernel/money.js';
import { rectangle } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import { NO_TOKENS, type GatewayUsage } from '../../metering/contract.js';
import { createLogger } from '../../platform/logging/logger.js';
import { ADMISSION_LIMITS, type Entry } from '../model/admission.js';
import type { Lane } from '../model/lane.js';
import type { Tier } from '../model/tier.js';
import { AdmissionService, type Admitted, type Ticket } from './admission.service.js';
import { GRACE_MS, SharedBuckets } from './shared-buckets.js';
import { MAKE_WAY_MS } from './yielding.js';

const BASE = 1_000_000;
const LIMITS = {
  ...{ connect: 1, firstToken: 1, betweenTokens: 1, answer: 1, client: 1, drain: 0 },
};
const weights = { input: 1 as BasisPoints, cachedInput: 1 as BasisPoints, reasoning: 1 as BasisPoints };
/** 100 tokens/s over days: a bucket of 6,000 tokens. */
const LANE: Lane = {
  ...{ reservationId: 'm@fp8~r' as ReservationId, marketId: 'm@fp8' as MarketId, poolId: 'p' as PoolId },
  ...{ quantity: rectangle({ start: 0 as Instant, end: 864_000_000 as Instant }, 100n), unitPrice: 1n as UnitPrice },
  ...{ weights, ttftPromisedMs: 1, tpotPromisedMs: 1, contextLength: 1, vendor: 'openai' },
  endpoint: { url: 'https://lane.example/v1', credential: null },
};
const tokens = (count: number): bigint => BigInt(count) * 10_000n;
const turn = async (): Promise<void> => {
  for (let times = 0; times < 20; times += 1) await new Promise((done) => setImmediate(done));
};

/** Gateway processes over one store, with one time for all. */
class Fleet {
  readonly store = new NaiveBucketStore();
  readonly timers = new ManualTimers();
  readonly members: AdmissionService[];
  private readonly shared: SharedBuckets[];
  private now = BASE;
  private count = 0;

  constructor(processes: number) {
    this.store.now = this.now;
    const limits = { ...LIMITS, processes };
    const usage = { usedIn: async () => 0n } as unknown as GatewayUsage;
    const clock = { now: () => this.now as Instant } as never;
    this.shared = Array.from(
      { length: processes },
      () => new SharedBuckets(this.store, this.timers, limits, createLogger('silent')),
    );
    this.members = this.shared.map(
      (shared) => new AdmissionService(usage, shared, clock, this.timers, limits, () => this.now),
    );
  }

  /** `isAlone`: without the store from the beginning. */
  async start(isAlone = false): Promise<this> {
    this.store.isAway = isAlone;
    for (const shared of this.shared) await shared.open();
    await this.pass(1_000);
    return this;
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      const step = Math.min(50, left);
      this.now += step;
      this.store.now = this.now;
      this.timers.advance(step);
      await turn();
    }
  }

  entry(count: number, changes: Partial<Entry> = {}): Entry {
    this.count += 1;
    return {
      ...{ id: `${this.count}`, keyId: 'key', tier: 'standard', estimate: tokens(count), patienceMs: null },
      ...changes,
    };
  }

  try(member: number, count: number, changes: Partial<Entry> = {}): Promise<Ticket | null> {
    return this.of(member).tryNow(LANE, this.entry(count, changes));
  }

  wait(member: number, count: number, changes: Partial<Entry> = {}): Promise<Admitted> {
    return this.of(member).wait(LANE, this.entry(count, changes), new AbortController().signal);
  }

  idle(member: number, count: number, giveWay: () => void = () => undefined): Promise<Ticket | null> {
    return this.of(member).tryIdle(LANE, this.entry(count), giveWay);
  }

  private of(member: number): AdmissionService {
    const found = this.members[member];
    if (found === undefined) throw new Error(`no member ${member}`);
    return found;
  }
}

const kindOf = ({ kind, ...rest }: Admitted): string => ('refusal' in rest ? rest.refusal.kind : kind);

describe('processes that share a bucket', () => {
  it('any of them may use all of it, and none what another one used', async () => {
    const fleet = await new Fleet(3).start();
    const ticket = await fleet.try(0, 6_000);
    expect(ticket).not.toBeNull();
    expect(await fleet.try(1, 200)).toBeNull();
    ticket?.settle({ ...NO_TOKENS, output: 1_000n });
    await turn();
    expect(await fleet.try(1, 5_000)).not.toBeNull();
    expect(await fleet.try(2, 200)).toBeNull();
  });

  it('who waits in one is let in by what another one gives back', async () => {
    const fleet = await new Fleet(2).start();
    const ticket = await fleet.try(0, 6_000);
    const waiting = fleet.wait(1, 400);
    await turn();
    ticket?.settle(NO_TOKENS);
    await fleet.pass(100);
    expect(kindOf(await waiting)).toBe('admitted');
  });

  it('the more urgent tier goes first in whichever process it waits; batch leaves its quarter', async () => {
    const fleet = await new Fleet(2).start();
    expect(await fleet.try(0, 4_600, { tier: 'batch' })).toBeNull();
    const ticket = await fleet.try(0, 6_000);
    const order: Tier[] = [];
    const waits = (member: number, tier: Tier): void => {
      void fleet.wait(member, 50, { tier }).then(() => order.push(tier));
    };
    waits(0, 'batch');
    waits(0, 'standard');
    waits(1, 'fast');
    await turn();
    await fleet.pass(600);
    expect(order).toEqual(['fast']);
    await fleet.pass(600);
    expect(order).toEqual(['fast', 'standard']);
    ticket?.settle(NO_TOKENS);
    await fleet.pass(200);
    expect(order).toEqual(['fast', 'standard', 'batch']);
  });

  it('keys share alike over all processes, however many ask for one of them', async () => {
    const fleet = await new Fleet(2).start();
    const ticket = await fleet.try(0, 6_000);
    const got = { many: 0, one: 0 };
    const batch = { tier: 'batch' as const, patienceMs: null };
    for (let turns = 0; turns < 12; turns += 1) {
      void fleet.wait(0, 100, { ...batch, keyId: 'many' }).then(() => (got.many += 1));
      if (turns < 6) void fleet.wait(1, 100, { ...batch, keyId: 'one' }).then(() => (got.one += 1));
    }
    await turn();
    // A quarter stays for others: 1,500 flow in first, then 800 for those that wait.
    ticket?.settle({ ...NO_TOKENS, output: 4_500n });
    await fleet.pass(8_000);
    expect(got.many + got.one).toBeGreaterThanOrEqual(8);
    expect(Math.abs(got.many - got.one)).toBeLessThanOrEqual(1);
  });

  it('too many that wait: the last of the lowest tier makes room', async () => {
    const fleet = await new Fleet(2).start();
    await fleet.try(0, 6_000);
    const batch = Array.from({ length: ADMISSION_LIMITS.waitingMax }, () => fleet.wait(1, 1, { tier: 'batch' }));
    await turn();
    const urgent = fleet.wait(1, 1, { tier: 'fast' });
    await turn();
    expect(kindOf(await (batch.at(-1) as Promise<Admitted>))).toBe('shed');
    await fleet.pass(200);
    expect(kindOf(await urgent)).toBe('admitted');
  });

  it('without the store each has its even share, from when nobody counts on it any more', async () => {
    const fleet = await new Fleet(2).start();
    await fleet.try(0, 6_000);
    fleet.store.isAway = true;
    expect(await fleet.try(0, 1)).toBeNull();
    expect(await fleet.try(1, 1)).toBeNull();
    await fleet.pass(GRACE_MS - 100);
    expect(await fleet.try(0, 1)).toBeNull();
    await fleet.pass(4_100);
    // 50 tokens/s each, for 4 seconds.
    expect(await fleet.try(0, 201)).toBeNull();
    expect(await fleet.try(0, 199)).not.toBeNull();
    expect(await fleet.try(1, 199)).not.toBeNull();
    expect(await fleet.try(1, 100)).toBeNull();
  });

  it('they come back when the store does, and what flowed in meanwhile is not there twice', async () => {
    const fleet = await new Fleet(2).start();
    await fleet.try(0, 6_000);
    fleet.store.isAway = true;
    await fleet.try(0, 1);
    await fleet.try(1, 1);
    await fleet.pass(GRACE_MS + 10_000);
    expect(await fleet.try(0, 490)).not.toBeNull();
    expect(await fleet.try(1, 490)).not.toBeNull();
    fleet.store.isAway = false;
    await fleet.pass(2_100);
    // Since they came back: 100 tokens/s for about a second.
    expect(await fleet.try(0, 250)).toBeNull();
    await fleet.pass(3_000);
    expect(await fleet.try(1, 300)).not.toBeNull();
  });

  it('a store that forgot everything begins empty', async () => {
    const fleet = await new Fleet(2).start();
    await fleet.try(0, 5_000);
    fleet.store.forget();
    expect(await fleet.try(0, 1_000)).toBeNull();
    await fleet.pass(3_000);
    expect(await fleet.try(1, 400)).toBeNull();
    await fleet.pass(4_000);
    expect(await fleet.try(1, 400)).not.toBeNull();
  });

  it('what a dead process took comes back with its lease', async () => {
    const fleet = await new Fleet(1).start();
    const dead = new SharedBuckets(fleet.store, new ManualTimers(), { ...LIMITS, processes: 1 }, createLogger('silent'));
    const clock = { now: () => BASE as Instant } as never;
    const usage = { usedIn: async () => 0n } as unknown as GatewayUsage;
    const service = new AdmissionService(usage, dead, clock, new ManualTimers(), { ...LIMITS, processes: 1 }, () => BASE);
    expect(await service.tryNow(LANE, fleet.entry(6_000))).not.toBeNull();
    // 25 s: 2,500 have flowed in.
    await fleet.pass(25_000);
    expect(await fleet.try(0, 3_000)).toBeNull();
    await fleet.pass(6_000);
    expect(await fleet.try(0, 6_000)).not.toBeNull();
  });
});

describe('what nobody waits for', () => {
  it('starts where half of what all processes share is left, and nobody waits in any of them', async () => {
    const fleet = await new Fleet(2).start();
    const first = await fleet.try(0, 2_900);
    expect(await fleet.idle(1, 200)).toBeNull();
    const idle = await fleet.idle(1, 100);
    expect(idle).not.toBeNull();
    idle?.cancel();
    first?.settle(NO_TOKENS);
    const holder = await fleet.try(0, 5_000);
    // Batch leaves a quarter to others: it goes on waiting when more than half is there.
    const waiting = fleet.wait(0, 2_400, { tier: 'batch' });
    await turn();
    holder?.settle({ ...NO_TOKENS, output: 2_800n });
    await fleet.pass(100);
    expect(await fleet.idle(1, 100)).toBeNull();
    await fleet.pass(7_500);
    expect(kindOf(await waiting)).toBe('admitted');
  });

  it.each([['from a shared bucket', false], ['from a share of its own', true]])(
    'gives way %s before there is no room, and then all of it is there',
    async (_from, isAlone) => {
      const fleet = await new Fleet(1).start(isAlone);
      const given: string[] = [];
      const mirrored: Ticket | null = await fleet.idle(0, 3_000, () => {
        given.push('way');
        mirrored?.cancel();
      });
      expect(mirrored).not.toBeNull();
      expect(await fleet.try(0, 3_000)).not.toBeNull();
      expect(given).toEqual([]);
      const urgent = await fleet.try(0, 3_000);
      expect([urgent === null, given]).toEqual([false, ['way']]);
      // Settled twice it gives back once.
      mirrored?.settle(NO_TOKENS);
      await turn();
      expect(await fleet.try(0, 200)).toBeNull();
    },
  );

  it.each([false, true])('what does not end is not waited for for ever (alone: %s)', async (isAlone) => {
    const fleet = await new Fleet(1).start(isAlone);
    await fleet.idle(0, 3_000);
    const asked = fleet.try(0, 6_000);
    await turn();
    await fleet.pass(MAKE_WAY_MS);
    expect(await asked).toBeNull();
  });

  it('does not start when the store is lost while it is asked', async () => {
    const fleet = await new Fleet(2).start();
    await fleet.try(0, 100);
    fleet.store.isAway = true;
    expect(await fleet.idle(0, 100)).toBeNull();
  });
});
