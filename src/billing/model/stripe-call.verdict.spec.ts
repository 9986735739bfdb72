import { MINUTE_MS, type Instant } from '../../kernel/time.js';
import { checkVerdict, refuseAgainst, refuseVerdict, VERDICTS, type JudgedCall, type Verdict } from './stripe-call.verdict.js';

const NOW = 1_800_000_000_000 as Instant;
const call = (changes: Partial<JudgedCall> = {}): JudgedCall => ({
  ...{ status: 'needs_review', updatedAt: (NOW - 2 * MINUTE_MS) as Instant, isRenewed: false },
  ...changes,
});
const JUST_NOW = { updatedAt: (NOW - 2 * MINUTE_MS + 1) as Instant };

describe('what somebody says of a call', () => {
  // In this order: whoever breaks several is told the first.
  it.each<[string, JudgedCall, Verdict, string | null]>([
    ['that has ended', call({ status: 'succeeded', ...JUST_NOW, isRenewed: true }), 'made', 'WRONG_STATE succeeded'],
    ['that was refused', call({ status: 'failed' }), 'again', 'WRONG_STATE failed'],
    ['that is still asked for', call({ status: 'pending' }), 'given_up', 'WRONG_STATE pending'],
    ['whose answer may still come', call({ ...JUST_NOW, isRenewed: true }), 'given_up', 'WRONG_STATE asking'],
    ['without which nothing goes on, made', call({ isRenewed: true }), 'made', 'VERDICT_NOT_POSSIBLE again'],
    ['without which nothing goes on, given up', call({ isRenewed: true }), 'given_up', 'VERDICT_NOT_POSSIBLE again'],
    ['without which nothing goes on, again', call({ isRenewed: true }), 'again', null],
    ...VERDICTS.map((verdict): [string, JudgedCall, Verdict, null] => [`that moves money, ${verdict}`, call(), verdict, null]),
  ])('%s', (_name, given, verdict, expected) => {
    const rejection = refuseVerdict(given, verdict, NOW);
    const detail = rejection?.code === 'WRONG_STATE' ? rejection.state : rejection?.code === 'VERDICT_NOT_POSSIBLE' ? rejection.accepted : '';
    expect(rejection === null ? null : `${rejection.code} ${detail}`).toBe(expected);
  });

  it.each<[Verdict, string | null, boolean]>([
    ['made', 'pi_1', true],
    ['made', 'f1c8a0de-0000-4000-8000-000000000000', true],
    ['made', null, false],
    ['made', '', false],
    ['made', 'pi 1', false],
    ['again', null, true],
    ['again', 'pi_1', false],
    ['given_up', null, true],
    ['given_up', 'pi_1', false],
  ])('%s with %s', (verdict, stripeId, isRight) => {
    expect(checkVerdict(verdict, stripeId).map(({ field }) => field)).toEqual(isRight ? [] : ['stripeId']);
  });

  it('is believed unless Stripe knows better, or says nothing', () => {
    expect(refuseAgainst({ kind: 'nothing' })).toBeNull();
    expect(refuseAgainst({ kind: 'made', stripeId: 'pi_1' })).toBeNull();
    expect(refuseAgainst({ kind: 'otherwise', failureCode: 'not_ended' })).toMatchObject({ code: 'STRIPE_SAYS_OTHERWISE', failureCode: 'not_ended' });
    expect(refuseAgainst({ kind: 'silent', failureCode: 'timeout' })).toMatchObject({ code: 'STRIPE_SAYS_OTHERWISE', failureCode: 'timeout' });
  });
});
