import type { Instant } from '../../kernel/time.js';
import type { WeightedTokens } from '../../metering/contract.js';
import { ADMISSION_LIMITS, admitIdle, ask, newAdmission, nextAt, serve, type Admission } from './admission.js';
import { capacityOf, giveBack, newBucket, type Supply } from './bucket.js';
import type { Tier } from './tier.js';

const HOUR = 0 as Instant;
/** Ten-thousandths. */
const tokens = (count: number): bigint => BigInt(count) * 10_000n;

/** 100 tokens/s: the bucket holds 6,000 tokens. */
function supply(changes: Partial<Supply> = {}): Supply {
  const entitled = tokens(360_000) as WeightedTokens;
  return { rate: 100n, hour: HOUR, hourLeftMs: 3_600_000, entitled, ...changes };
}

function opened(used = 0n): Admission {
  return newAdmission(newBucket(supply(), 0, used));
}

let count = 0;
function entry(estimate: number, tier: Tier = 'standard', keyId = 'key-a') {
  count += 1;
  return { id: `${keyId}-${count}`, keyId, tier, estimate: tokens(estimate), patienceMs: null };
}
const kindOf = ({ answer }: ReturnType<typeof ask>): string =>
  answer.kind === 'refused' ? answer.refusal.kind : answer.kind;

describe('admission', () => {
  it('admits what the bucket holds, and not a token more', () => {
    const admission = opened();
    expect(kindOf(ask(admission, entry(6_000), supply(), 0))).toBe('admitted');
    expect(kindOf(ask(admission, entry(1), supply(), 0))).toBe('waiting');
  });

  it('refuses what the bucket can never hold, with the most that it could', () => {
    const { answer } = ask(opened(), entry(6_001), supply(), 0);
    expect(answer).toEqual({ kind: 'refused', refusal: { kind: 'too-large', max: tokens(6_000) } });
  });

  it('says when to come again: 600 tokens flow in in 6 seconds, which is too long for standard', () => {
    const admission = opened();
    ask(admission, entry(6_000), supply(), 0);
    const { answer } = ask(admission, entry(600), supply(), 0);
    expect(answer).toEqual({ kind: 'refused', refusal: { kind: 'over-limit', retryAfterMs: 6_000 } });
    expect(kindOf(ask(admission, entry(600, 'batch'), supply(), 0))).toBe('waiting');
  });

  it('admits whoever waits as soon as enough has flowed in', () => {
    const admission = opened();
    ask(admission, entry(6_000), supply(), 0);
    const waiting = entry(300);
    ask(admission, waiting, supply(), 0);
    expect(nextAt(admission, supply(), 0)).toBe(3_000);
    expect(serve(admission, supply(), 2_999).admitted).toEqual([]);
    expect(serve(admission, supply(), 3_000).admitted).toEqual([waiting.id]);
    expect(nextAt(admission, supply(), 3_000)).toBeNull();
  });

  it('an hour that the clock comes back to is not used twice', () => {
    const entitled = tokens(5_000) as WeightedTokens;
    const first = supply({ entitled });
    const next = supply({ entitled, hour: 3_600_000 as Instant });
    const admission = opened();
    expect(kindOf(ask(admission, entry(4_000), first, 0))).toBe('admitted');
    expect(kindOf(ask(admission, entry(2_000), next, 60_000))).toBe('admitted');
    // Put back: 1,000 are left of the first hour, and 500 more once a request of it used less.
    expect(kindOf(ask(admission, entry(1_001, 'batch'), first, 120_000))).toBe('over-limit');
    expect(kindOf(ask(admission, entry(1_000), first, 120_000))).toBe('admitted');
    expect(kindOf(ask(admission, entry(3_000), next, 180_000))).toBe('admitted');
    giveBack(admission.bucket, HOUR, tokens(500));
    expect(kindOf(ask(admission, entry(500), first, 240_000))).toBe('admitted');
    expect(kindOf(ask(admission, entry(1, 'batch'), first, 240_000))).toBe('over-limit');
  });

  it('lets in what nobody waits for where half of the bucket is left, and nobody else waits', () => {
    const idle = (admission: Admission, estimate: number) =>
      admitIdle(admission, entry(estimate, 'fast'), supply(), 0);
    expect([idle(opened(), 3_001), idle(opened(), 3_000)]).toEqual([false, true]);
    const admission = opened();
    ask(admission, entry(5_900), supply(), 0);
    ask(admission, entry(200, 'batch'), supply(), 0);
    expect(admitIdle(admission, entry(1), supply(), 29_000)).toBe(false);
    serve(admission, supply(), 29_000);
    expect(admitIdle(admission, entry(1), supply(), 60_000)).toBe(true);
  });

  it('gives back what was not used', () => {
    const admission = opened();
    ask(admission, entry(6_000), supply(), 0);
    giveBack(admission.bucket, HOUR, tokens(5_000));
    expect(kindOf(ask(admission, entry(5_000), supply(), 0))).toBe('admitted');
  });

  it('never takes more in an hour than the hour holds, so that nothing is overage', () => {
    const admission = opened(tokens(359_500));
    const late = supply({ hourLeftMs: 4_000 });
    expect(kindOf(ask(admission, entry(500), late, 0))).toBe('admitted');
    expect(kindOf(ask(admission, entry(500), late, 0))).toBe('waiting');
    expect(nextAt(admission, late, 0)).toBe(4_000);
    const next = supply({ hour: 3_600_000 as Instant });
    expect(serve(admission, next, 4_000).admitted).toHaveLength(1);
  });

  it('what was taken in an hour comes back to that hour only', () => {
    const admission = opened();
    ask(admission, entry(1_000), supply(), 0);
    serve(admission, supply({ hour: 3_600_000 as Instant }), 1);
    giveBack(admission.bucket, HOUR, tokens(400));
    expect(admission.bucket.used).toBe(0n);
  });

  it('serves the more urgent tier first, whoever came first', () => {
    const admission = opened();
    ask(admission, entry(6_000), supply(), 0);
    const slow = entry(100, 'batch');
    const quick = entry(100, 'fast');
    ask(admission, slow, supply(), 0);
    ask(admission, quick, supply(), 0);
    expect(serve(admission, supply(), 1_000).admitted).toEqual([quick.id]);
  });

  it('batch leaves a quarter of the bucket to others', () => {
    const admission = opened();
    expect(kindOf(ask(admission, entry(4_501, 'batch'), supply(), 0))).toBe('too-large');
    expect(kindOf(ask(admission, entry(4_500, 'batch'), supply(), 0))).toBe('admitted');
    expect(kindOf(ask(admission, entry(100, 'batch'), supply(), 0))).toBe('waiting');
    expect(kindOf(ask(admission, entry(1_500, 'fast'), supply(), 0))).toBe('admitted');
  });

  it('sheds the last of the lowest tier when too many wait', () => {
    const admission = opened();
    ask(admission, entry(6_000), supply(), 0);
    const small = (tier: Tier) => ({ ...entry(0, tier), estimate: 1n });
    const batch = Array.from({ length: ADMISSION_LIMITS.waitingMax }, () => small('batch'));
    for (const one of batch) expect(kindOf(ask(admission, one, supply(), 0))).toBe('waiting');
    expect(kindOf(ask(admission, small('batch'), supply(), 0))).toBe('shed');
    const { answer, served } = ask(admission, small('standard'), supply(), 0);
    expect(answer.kind).toBe('waiting');
    expect(served.refused.map(({ id }) => id)).toEqual([batch.at(-1)?.id]);
  });

  it('lets go of who waited too long, and of what a lower rate can never serve', () => {
    const admission = opened();
    ask(admission, entry(6_000), supply(), 0);
    ask(admission, entry(100, 'fast'), supply(), 0);
    ask(admission, entry(400), supply(), 0);
    const resold = supply({ rate: 5n, entitled: tokens(18_000) as WeightedTokens });
    const { refused } = serve(admission, resold, 500);
    expect(refused.map(({ refusal }) => refusal.kind)).toEqual(['too-large']);
    expect(serve(admission, resold, 1_000).refused.map(({ refusal }) => refusal.kind)).toEqual([
      'over-limit',
    ]);
    expect(admission.waiting).toBe(0);
  });

  it('keys take turns by what they use, not by how often they ask', () => {
    const admission = opened();
    ask(admission, entry(6_000), supply(), 0);
    for (let turn = 0; turn < 8; turn += 1) ask(admission, entry(50, 'batch', 'many'), supply(), 0);
    ask(admission, entry(50, 'batch', 'one'), supply(), 0);
    const { admitted } = serve(admission, supply(), (capacityNeeded(100) * 1_000) | 0);
    expect(admitted).toHaveLength(2);
    expect(admitted.some((id) => id.startsWith('one'))).toBe(true);
  });
});

/** Seconds until batch may use so many tokens of an empty bucket. */
const capacityNeeded = (wanted: number): number =>
  (wanted + Number(capacityOf(100n) / tokens(1)) / 4) / 100;
