import { NO_OUTPUT } from '../model/token.count.js';
import type { AttemptOutcome } from './attempt.js';
import { lessonOf } from './lane-lesson.js';

const NOTHING: AttemptOutcome = {
  ...{ failure: null, isCommitted: false, own: NO_OUTPUT, claimed: { kind: 'none' } },
  ...{ times: null, firstAt: null, lastAt: null, head: null, answer: null },
};
const after = (now: number) => ({ tier: 'standard', isStream: true, ttftPromisedMs: 400, askedAt: 1_000, now }) as const;

describe('what an end says of a lane', () => {
  const left = (reason: 'client_abort' | 'deadline_exceeded'): AttemptOutcome => ({
    ...NOTHING,
    failure: { reason, message: '' },
  });

  it.each(['client_abort', 'deadline_exceeded'] as const)(
    '%s: nothing in time; later than the first token was promised, that it failed, and how slow it was',
    (reason) => {
      expect(lessonOf(left(reason), after(1_400))).toBeNull();
      const late = { hasFailed: true, speed: { ttftMs: 401, tpotMs: null } };
      expect(lessonOf(left(reason), after(1_401))).toEqual(late);
    },
  );

  it('nothing, when a token had come, or the answer was to come whole', () => {
    expect(lessonOf({ ...left('client_abort'), firstAt: 1_500, lastAt: 1_500 }, after(9_000))).toBeNull();
    expect(lessonOf(left('client_abort'), { ...after(9_000), isStream: false })).toBeNull();
  });

  it('a failure of the lane’s, but not that it is full for batch', () => {
    const busy: AttemptOutcome = { ...NOTHING, failure: { reason: 'upstream_busy', message: '' } };
    const unknown = { ttftMs: null, tpotMs: null };
    expect(lessonOf(busy, after(1_001))).toEqual({ hasFailed: true, speed: unknown });
    expect(lessonOf(busy, { ...after(1_001), tier: 'batch' })).toBeNull();
  });
});
