import type { MarketId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, UnitPrice } from '../../kernel/money.js';
import { ZERO } from '../../kernel/step-function.js';
import { costOf } from './estimate.js';
import { readInference } from './inference.request.js';
import type { Lane } from './lane.js';
import { hasRetreated, notePlaces, orderLanes, TRICKLE_EVERY, type Candidate, type Choice } from './lane.order.js';
import { addOutcome, addTpot, addTtft, age, newRecord, RECORD_LIMITS, tpotOf, ttftP95 } from './lane.record.js';

const NO_HINTS = { tier: undefined, lane: undefined, ttft: undefined, tpot: undefined };
const weights = {
  input: 1_000 as BasisPoints,
  cachedInput: 100 as BasisPoints,
  reasoning: 10_000 as BasisPoints,
};

function candidate(name: string, changes: Partial<Lane> = {}, ttfts: readonly number[] = []): Candidate {
  const record = newRecord();
  for (const ttft of ttfts) addTtft(record, ttft, 0);
  const lane: Lane = {
    reservationId: name as ReservationId,
    marketId: 'm@fp8' as MarketId,
    poolId: 'p' as PoolId,
    quantity: ZERO,
    unitPrice: 10n as UnitPrice,
    weights,
    ttftPromisedMs: 400,
    tpotPromisedMs: 5,
    vendor: 'openai',
    contextLength: 1_000,
    endpoint: { url: 'https://example.com/v1', credential: null },
    ...changes,
  };
  return { lane, record };
}

const choice = (changes: Partial<Choice> = {}): Choice => ({
  ...{ policy: { kind: 'lowest-ttft' }, now: 0, draw: 5_000, ttftMs: null, tpotMs: null },
  ...{ isPatient: true, costOf: ({ unitPrice }) => Number(unitPrice) },
  ...changes,
});
const order = (candidates: readonly Candidate[], changes: Partial<Choice> = {}): readonly string[] =>
  orderLanes(candidates, choice(changes)).map(({ lane }) => lane.reservationId);
const times = (ttft: number, count = 20): readonly number[] => Array<number>(count).fill(ttft);

describe('the order of lanes', () => {
  it('by what is measured, once enough is; by what is promised until then', () => {
    const [a, b] = [candidate('a', {}, times(500)), candidate('b', {}, times(5, 7))];
    expect(order([a, b])).toEqual(['b', 'a']);
    const c = candidate('c', { ttftPromisedMs: 90 }, times(300));
    expect(order([a, b, c])).toEqual(['c', 'b', 'a']);
  });

  it('a p95 is the slowest of the best 19 in 20', () => {
    const a = candidate('a', {}, [...times(10, 19), 900]);
    const b = candidate('b', {}, times(11));
    expect(order([b, a])).toEqual(['a', 'b']);
  });

  it('by price', () => {
    const lanes = [candidate('a', { unitPrice: 9n as UnitPrice }), candidate('b', { unitPrice: 7n as UnitPrice })];
    expect(order(lanes, { policy: { kind: 'lowest-cost' } })).toEqual(['b', 'a']);
  });

  it('by what the request costs at that price: a long prompt goes where it weighs less', () => {
    const dear = candidate('a', { unitPrice: 12n as UnitPrice });
    const cheap = candidate('b', { unitPrice: 10n as UnitPrice, weights: { ...weights, input: 5_000 as BasisPoints } });
    const of = (body: object): readonly string[] => {
      const read = readInference('chat', { model: 'm', ...body }, NO_HINTS);
      if (!read.ok) throw new Error(read.error.reason);
      return order([dear, cheap], { policy: { kind: 'lowest-cost' }, costOf: (lane) => costOf(read.value, lane) });
    };
    // 15,012 tokens of input at the most: at a tenth 12 x (1,501 + 100), at a half 10 x (7,506 + 100).
    expect(of({ messages: [{ role: 'user', content: 'x'.repeat(39_828) }], max_tokens: 100 })).toEqual(['a', 'b']);
    expect(of({ messages: [{ role: 'user', content: 'x' }], max_tokens: 4_000 })).toEqual(['b', 'a']);
  });

  it('pinned: that one, or none', () => {
    const pinned = (name: string) => ({ kind: 'pinned', reservationId: name as ReservationId }) as const;
    expect(order([candidate('a'), candidate('b')], { policy: pinned('b') })).toEqual(['b']);
    expect(order([candidate('a')], { policy: pinned('b') })).toEqual([]);
  });

  it('who failed a moment ago comes last, longer with each failure in a row', () => {
    const [a, b] = [candidate('a', {}, times(1)), candidate('b', {}, times(9))];
    addOutcome(a.record, true, 0);
    expect(order([a, b], { now: 1_999 })).toEqual(['b', 'a']);
    expect(order([a, b], { now: 2_000 })).toEqual(['a', 'b']);
    addOutcome(a.record, true, 2_000);
    expect(order([a, b], { now: 5_999 })).toEqual(['b', 'a']);
    addOutcome(a.record, false, 5_999);
    expect(order([a, b], { now: 5_999 })).toEqual(['a', 'b']);
  });

  it('who is slower than wished for comes after who is not, whatever the price', () => {
    const [a, b] = [candidate('a', { unitPrice: 1n as UnitPrice }, times(800)), candidate('b', {}, times(80))];
    const policy = { kind: 'lowest-cost' } as const;
    expect(order([a, b], { policy })).toEqual(['a', 'b']);
    expect(order([a, b], { policy, ttftMs: 100 })).toEqual(['b', 'a']);
  });

  it('who needs longer for each token than wished for comes after who does not', () => {
    const [a, b] = [candidate('a', {}, times(80)), candidate('b', {}, times(90))];
    const policy = { kind: 'lowest-ttft' } as const;
    // 200 tokens in 2 s are 199 after the first: 10.05 ms each.
    const slow = tpotOf(200, 2_000);
    expect(slow).toBeCloseTo(10.05, 2);
    for (let one = 0; one < 8; one += 1) addTpot(a.record, slow ?? 0, 0);
    expect(order([a, b], { policy })).toEqual(['a', 'b']);
    expect(order([a, b], { policy, tpotMs: 10.06 })).toEqual(['a', 'b']);
    expect(order([a, b], { policy, tpotMs: 10 })).toEqual(['b', 'a']);
    // Too slow in both ways is no worse than in one.
    expect(order([a, b], { policy, tpotMs: 10, ttftMs: 85 })).toEqual(['a', 'b']);
  });

  it('a time for each token is believed as promised until 8 streams were measured', () => {
    const [a, b] = [candidate('a', { tpotPromisedMs: 20 }), candidate('b', { ttftPromisedMs: 900 })];
    expect(order([a, b], { tpotMs: 10 })).toEqual(['b', 'a']);
    for (let one = 0; one < 7; one += 1) addTpot(a.record, 1, 0);
    expect(order([a, b], { tpotMs: 10 })).toEqual(['b', 'a']);
    addTpot(a.record, 1, 0);
    expect(order([a, b], { tpotMs: 10 })).toEqual(['a', 'b']);
  });

  it('a stream of fewer than 16 tokens says nothing of its speed', () => {
    expect([tpotOf(15, 140), tpotOf(16, 150)]).toEqual([null, 10]);
  });

  describe('with a canary', () => {
    const policy = { kind: 'canary', reservationId: 'new' as ReservationId, share: 1_000 } as const;
    const base = candidate('base', {}, times(100));
    const canary = (ttft: number, failures = 0, count = 20): Candidate => {
      const made = candidate('new', {}, times(ttft, count));
      for (let one = 0; one < count; one += 1) addOutcome(made.record, one < failures, -100_000);
      return made;
    };

    it.each([
      ['a tenth of the requests try it first', canary(100), 999, ['new', 'base']],
      ['the others try it last', canary(100), 1_000, ['base', 'new']],
      ['half as slow again is borne', canary(150), 0, ['new', 'base']],
      ['slower than that: it retreats', canary(151), 0, ['base', 'new']],
      ['not before 20 requests', canary(900, 0, 19), 0, ['new', 'base']],
      ['one failure in 20 is borne', canary(100, 1), 0, ['new', 'base']],
      ['two are not', canary(100, 2), 0, ['base', 'new']],
    ])('%s', (_, one, draw, expected) => {
      expect(order([base, one], { policy, draw })).toEqual(expected);
    });
  });
});

describe('what was measured long ago', () => {
  const { freshMs } = RECORD_LIMITS;

  it('a lane that was slow is believed again', () => {
    const [a, b] = [candidate('a', { ttftPromisedMs: 90 }, times(500)), candidate('b', {}, times(100))];
    expect(order([a, b])).toEqual(['b', 'a']);
    age(a.record, freshMs - 1);
    expect(ttftP95(a.record)).toBe(500);
    age(a.record, freshMs);
    expect(ttftP95(a.record)).toBeNull();
    expect(order([a, b])).toEqual(['a', 'b']);
  });

  it('only what is old is forgotten', () => {
    const { record } = candidate('a', {}, times(500));
    for (let one = 0; one < 8; one += 1) addTtft(record, 70, 1);
    age(record, freshMs);
    expect([record.ttfts.values.length, ttftP95(record)]).toEqual([8, 70]);
  });

  it('a retreat has an end, and begins again with what is seen then', () => {
    const [canary, base] = [candidate('c'), candidate('b', {}, times(100))];
    const fail = (now: number): void => {
      for (let one = 0; one < 20; one += 1) addOutcome(canary.record, true, now);
    };
    fail(0);
    expect(hasRetreated(canary, [base])).toBe(true);
    age(canary.record, freshMs);
    expect(hasRetreated(canary, [base])).toBe(false);
    fail(freshMs);
    age(canary.record, freshMs + 1);
    expect(hasRetreated(canary, [base])).toBe(true);
  });
});

describe('a lane that nobody asks', () => {
  const placed = (candidates: readonly Candidate[], changes: Partial<Choice> = {}): string | undefined => {
    const ordered = orderLanes(candidates, choice(changes));
    notePlaces(ordered);
    return ordered[0]?.lane.reservationId;
  };
  const firsts = (count: number, candidates: readonly Candidate[], changes: Partial<Choice> = {}): number =>
    Array.from({ length: count }, () => placed(candidates, changes)).filter((first) => first === 'b').length;

  it('is tried once in 65 requests', () => {
    const lanes = [candidate('a', {}, times(100)), candidate('b', {}, times(500))];
    expect(firsts(TRICKLE_EVERY, lanes)).toBe(0);
    expect(firsts(1, lanes)).toBe(1);
    expect(firsts(10 * (TRICKLE_EVERY + 1), lanes)).toBe(10);
  });

  it('not for who is in a hurry, not by price, and not while it is avoided', () => {
    const lanes = [candidate('a', {}, times(100)), candidate('b', {}, times(500))];
    expect(firsts(200, lanes, { isPatient: false })).toBe(0);
    expect(firsts(200, lanes, { policy: { kind: 'lowest-cost' } })).toBe(0);
    addOutcome(lanes[1]?.record ?? newRecord(), true, 0);
    expect(firsts(200, lanes, { now: 1_999 })).toBe(0);
    expect(firsts(1, lanes, { now: 2_000 })).toBe(1);
  });
});
