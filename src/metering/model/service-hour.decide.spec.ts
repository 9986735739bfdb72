import { hour } from '../../../test/support/market.js';
import { judging, ServiceStory } from '../../../test/support/service-story.js';
import { promise, traffic } from '../../../test/support/service-level.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../kernel/time.js';
import { serviceCodec } from '../application/service.codec.js';
import { auditService } from './service-hour.audit.js';
import type { DisputeOutcome } from './service-hour.events.js';
import { serviceDecider } from './service-hour.decide.js';

const LATE = traffic([80], [20, { ttft: 900_000 }]);
const FINE = traffic([100]);
const story = (): ServiceStory => new ServiceStory();
/** An hour of 100 tokens/s that costs all of its price. */
const breached = (): ServiceStory => story().given(judging(LATE));

describe('an hour is judged', () => {
  it.each([
    // what                 requests          revision, verdict, credit, credit before
    ['kept', FINE, ['1 met 0 of 0, before 0 of 0']],
    ['missed', LATE, ['1 breached 10000 of 360000000, before 0 of 0']],
    ['thin', traffic([3]), ['1 thin 0 of 0, before 0 of 0']],
  ] as const)('as %s', (_what, requests, told) => {
    expect(story().send(judging(requests))).toEqual(told);
  });

  it('again when more is known, and not when less or the same is', () => {
    const one = breached();
    expect(one.send(judging(LATE))).toEqual([]);
    expect(one.send(judging(traffic([50]), { records: 99 }))).toEqual([]);
    expect(one.send(judging([...LATE, ...traffic([400])]))).toEqual([
      '2 met 0 of 0, before 10000 of 360000000',
    ]);
    expect(one.send(judging(LATE))).toEqual([]);
  });

  it('again when its title moved', () => {
    const one = breached();
    expect(one.send(judging(LATE, { area: 180_000_000n }))).toEqual([
      '2 breached 10000 of 180000000, before 10000 of 360000000',
    ]);
    expect(one.send(judging(LATE, { area: 0n }))).toEqual(['3 breached 0 of 0, before 10000 of 180000000']);
  });

  it('no more once it is 36 days old', () => {
    const end = plus(hour(1), HOUR_MS);
    expect(story().send(judging(LATE, { now: plus(end, 36 * DAY_MS - 1) }))).toHaveLength(1);
    expect(story().send(judging(LATE, { now: plus(end, 36 * DAY_MS) }))).toEqual([]);
  });

  it.each([
    ['within an hour', { hour: plus(hour(1), 1) }, 'hour'],
    ['with fewer events than requests', { records: 99 }, 'evidence.records'],
    ['with an area below zero', { area: -1n }, 'area'],
  ] as const)('not %s', (_what, changes, field) => {
    expect(story().send(judging(LATE, changes))).toBe(`VALIDATION_FAILED ${field}`);
  });
});

describe('a credit is disputed', () => {
  const dispute = (callerId = 'seller', changes: object = {}) =>
    ({ type: 'DisputeCredit', callerId, reason: 'not our fault', ...changes }) as const;

  // The story's clock is at the end of the hour and five minutes.
  const until = 7 * DAY_MS;
  it.each([
    // who            when                    what                       answer
    ['stranger', 0, { reason: '' }, 'HOUR_NOT_FOUND'],
    ['seller', 0, { hour: hour(2) }, 'HOUR_NOT_FOUND'],
    ['seller', 0, { reason: '' }, 'VALIDATION_FAILED reason'],
    ['holder', 0, { reason: 'x'.repeat(1_001) }, 'VALIDATION_FAILED reason'],
    ['holder', 0, {}, 'NOT_THE_SELLER'],
    ['seller', until, {}, 'DISPUTE_OVER'],
    ['seller', until - 1, {}, ['disputed by seller']],
    ['provider', 0, {}, ['disputed by provider']],
  ] as const)('by the %s after %d ms: %j', (callerId, after, changes, answer) => {
    expect(breached().later(after).send(dispute(callerId, changes))).toEqual(answer);
  });

  it('once, and only where there is one', () => {
    expect(story().given(judging(FINE)).send(dispute())).toBe('NOT_CREDITED');
    const one = breached().given(dispute());
    expect(one.send(dispute('provider'))).toBe('ALREADY_DISPUTED');
    one.given({ type: 'ResolveDispute', callerId: 'holder', outcome: 'accepted', note: '' });
    expect(one.send(dispute())).toBe('DISPUTE_RESOLVED');
  });
});

describe('a dispute is resolved', () => {
  const disputed = (): ServiceStory =>
    breached().given({ type: 'DisputeCredit', callerId: 'seller', reason: 'no' });
  const resolve = (callerId: string, outcome: DisputeOutcome, changes: object = {}) =>
    ({ type: 'ResolveDispute', callerId, outcome, note: '', ...changes }) as const;
  const undone = (outcome: string) => [outcome, '2 overturned 0 of 0, before 10000 of 360000000'];

  it.each([
    // who       outcome       changes                     answer
    ['stranger', 'accepted', { note: 'x'.repeat(1_001) }, 'HOUR_NOT_FOUND'],
    ['holder', 'accepted', { note: 'x'.repeat(1_001) }, 'VALIDATION_FAILED note'],
    ['holder', 'accepted', {}, undone('accepted')],
    ['holder', 'withdrawn', {}, 'NOT_YOURS_TO_SAY accepted'],
    ['seller', 'withdrawn', {}, ['withdrawn']],
    ['seller', 'accepted', {}, 'NOT_YOURS_TO_SAY withdrawn'],
    ['provider', 'withdrawn', {}, 'NOT_YOURS_TO_SAY '],
    ['exchange', 'upheld', { isExchange: true }, undone('upheld')],
    ['exchange', 'dismissed', { isExchange: true }, ['dismissed']],
    ['exchange', 'upheld', {}, 'HOUR_NOT_FOUND'],
    ['exchange', 'accepted', { isExchange: true }, 'NOT_YOURS_TO_SAY upheld,dismissed'],
  ] as const)('by %s as %s', (callerId, outcome, changes, answer) => {
    expect(disputed().send(resolve(callerId, outcome, changes))).toEqual(answer);
  });

  it('once, and for good: late events change nothing any more', () => {
    expect(breached().send(resolve('holder', 'accepted'))).toBe('NOT_DISPUTED');
    for (const [who, outcome] of [['holder', 'accepted'], ['seller', 'withdrawn']] as const) {
      const one = disputed().given(resolve(who, outcome));
      expect(one.send(resolve('holder', 'accepted'))).toBe('DISPUTE_RESOLVED');
      expect(one.send(judging([...LATE, ...traffic([1_000])]))).toEqual([]);
    }
  });

  it('while late events may still change the hour', () => {
    const one = disputed();
    expect(one.send(judging([...LATE, ...traffic([50])]))).toEqual([
      '2 breached 10000 of 360000000, before 10000 of 360000000',
    ]);
    expect(one.later(MINUTE_MS).send(resolve('holder', 'accepted'))).toEqual([
      'accepted',
      '3 overturned 0 of 0, before 10000 of 360000000',
    ]);
  });
});

describe('service levels in the log', () => {
  const everything = (): ServiceStory =>
    breached().given(
      { type: 'DisputeCredit', callerId: 'seller', reason: 'no' },
      { type: 'ResolveDispute', callerId: 'holder', outcome: 'accepted', note: 'fair' },
      judging(FINE, { hour: hour(2), now: hour(4), profileVersion: null }),
    );

  it('are read as they were written, and fold to the same', () => {
    const { events, state } = everything();
    const read = events.map((event) => serviceCodec.decode(serviceCodec.encode(event)));
    expect(read).toEqual(events);
    expect(read.reduce(serviceDecider.evolve, serviceDecider.initialState())).toEqual(state);
  });

  it.each([
    ['verdict', { kind: 'met' }],
    ['credit', { share: 1_000, area: 1n }],
    ['credit', { share: 10_001, area: 1n }],
    ['credit', { share: 0, area: 1n }],
    ['credit', { share: 10_000, area: 0n }],
    ['revision', 0],
    ['hour', hour(3)],
    ['verdict', { kind: 'overturned' }],
    ['terms', promise({ samplesMin: 101 })],
  ])('are audited: another %s is found, %j', (field, value) => {
    const { state } = breached();
    const judged = state.hours.get(hour(1))!;
    expect(() => auditService(state)).not.toThrow();
    state.hours.set(hour(1), { ...judged, [field]: value });
    expect(() => auditService(state)).toThrow('service level of the hour');
  });
});
