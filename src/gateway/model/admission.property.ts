import fc from 'fast-check';
import type { Instant } from '../../kernel/time.js';
import type { WeightedTokens } from '../../metering/contract.js';
import { ask, newAdmission, serve, type Admission, type Entry } from './admission.js';
import { capacityOf, giveBack, newBucket, roomIn, type Supply } from './bucket.js';
import { TIERS, type Tier } from './tier.js';

const RATE = 100n;
const CAPACITY = capacityOf(RATE);
const HOUR_MS = 3_600_000;

function supplyAt(now: number): Supply {
  const hour = (Math.floor(now / HOUR_MS) * HOUR_MS) as Instant;
  const entitled = (RATE * 3_600n * 10_000n) as WeightedTokens;
  return { rate: RATE, hour, hourLeftMs: hour + HOUR_MS - now, entitled };
}

interface Step {
  readonly pass: number;
  readonly key: number;
  readonly tier: Tier;
  readonly estimate: bigint;
  /** What of it is used in the end, in hundredths. */
  readonly used: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  pass: fc.oneof(fc.nat(2_000), fc.nat(600_000)),
  key: fc.nat(2),
  tier: fc.constantFrom(...TIERS),
  estimate: fc.bigInt({ min: 1n, max: CAPACITY }),
  used: fc.nat(100),
});

interface Taken {
  readonly at: number;
  readonly hour: Instant;
  readonly amount: bigint;
}

/** Plays steps; what is admitted is settled at once, with what it did not use given back. */
function play(steps: readonly Step[], check: (admission: Admission, now: number) => void) {
  const admission = newAdmission(newBucket(supplyAt(0), 0, 0n));
  const entries = new Map<string, Entry & { readonly used: number }>();
  const taken: Taken[] = [];
  let now = 0;
  const settle = (ids: readonly string[]): void => {
    for (const id of ids) {
      const { estimate, used } = entries.get(id)!;
      const amount = (estimate * BigInt(used)) / 100n;
      giveBack(admission.bucket, supplyAt(now).hour, estimate - amount);
      taken.push({ at: now, hour: supplyAt(now).hour, amount });
    }
  };
  steps.forEach(({ pass, key, tier, estimate, used }, index) => {
    now += pass;
    const entry = { id: `${index}`, keyId: `key-${key}`, tier, estimate, patienceMs: null };
    entries.set(entry.id, { ...entry, used });
    settle(serve(admission, supplyAt(now), now).admitted);
    const { answer } = ask(admission, entry, supplyAt(now), now);
    if (answer.kind === 'admitted') settle([entry.id]);
    // What was given back may let somebody in.
    for (let more = true; more; ) {
      const { admitted } = serve(admission, supplyAt(now), now);
      settle(admitted);
      more = admitted.length > 0;
    }
    check(admission, now);
  });
  return taken;
}

describe('admission, over random traffic', () => {
  it('between any two instants nothing above the bucket and what flowed in is used', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const taken = play(steps, ({ bucket }) => {
          expect(bucket.level >= 0n && bucket.level <= CAPACITY).toBe(true);
        });
        const above = taken.flatMap((first, from) => {
          let sum = 0n;
          return taken.slice(from).filter(({ at, amount }) => {
            sum += amount;
            return sum > CAPACITY + RATE * BigInt(at - first.at) * 10n;
          });
        });
        expect(above).toEqual([]);
      }),
    );
  });

  it('an hour never has more than it is entitled to', () => {
    const busy = step.map((one) => ({ ...one, pass: 59_000, used: 100, estimate: CAPACITY }));
    fc.assert(
      fc.property(fc.array(busy, { minLength: 130, maxLength: 130 }), (steps) => {
        const byHour = new Map<number, bigint>();
        for (const { hour, amount } of play(steps, () => undefined)) {
          byHour.set(hour, (byHour.get(hour) ?? 0n) + amount);
        }
        for (const sum of byHour.values()) expect(sum <= supplyAt(0).entitled).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('nobody is kept waiting while there is room for whose turn it is', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        play(steps, (admission, now) => {
          const heads = TIERS.flatMap((tier) =>
            [...admission.lines[tier].keys.values()].map(({ queue }) => queue[0]!),
          );
          if (heads.length === 0) return;
          const urgent = heads.filter(({ tier }) => tier === heads[0]!.tier);
          const next = urgent.reduce((a, b) => (b.startTag < a.startTag ? b : a));
          const kept = next.tier === 'batch' ? CAPACITY / 4n : 0n;
          expect(roomIn(admission.bucket, supplyAt(now)) < next.estimate + kept).toBe(true);
        });
      }),
    );
  });

  it('two keys that both keep waiting get the same, but for a request of each', () => {
    const size = fc.bigInt({ min: 1n, max: CAPACITY / 50n });
    const sizes = fc.array(size, { minLength: 30, maxLength: 60 });
    fc.assert(
      fc.property(sizes, sizes, fc.nat(20), (a, b, seconds) => {
        const admission = newAdmission(newBucket(supplyAt(0), 0, 0n));
        const batch = (keyId: string) => (estimate: bigint, index: number) => ({
          ...{ id: `${keyId} ${index}`, keyId, tier: 'batch' as const, estimate, patienceMs: null },
        });
        const entries = [...a.map(batch('a')), ...b.map(batch('b'))];
        ask(admission, { ...batch('c')(CAPACITY, 0), tier: 'fast' }, supplyAt(0), 0);
        const waiting = entries.filter(
          (entry) => ask(admission, entry, supplyAt(0), 0).answer.kind === 'waiting',
        );
        const { admitted } = serve(admission, supplyAt(0), 15_000 + seconds * 700);
        const got = (keyId: string): bigint =>
          waiting
            .filter((entry) => entry.keyId === keyId && admitted.includes(entry.id))
            .reduce((sum, { estimate }) => sum + estimate, 0n);
        const isWaiting = (keyId: string): boolean => admission.lines.batch.keys.has(keyId);
        if (!isWaiting('a') || !isWaiting('b')) return;
        const difference = got('a') - got('b');
        expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(CAPACITY / 25n);
      }),
    );
  });
});
