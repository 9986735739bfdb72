import { costUpTo } from '../../allocation/contract.js';
import type { MarketId, OrderId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { HOUR_MS, MINUTE_MS, type Duration, type Instant } from '../../kernel/time.js';
import type { InferenceRequest } from './inference.request.js';
import { isForSpot, nextStep, SPOT_LIMITS, windowToBuy, type SpotEnd, type SpotPurchase, type SpotRule } from './spot.js';

const at = (instant: number): Instant => instant as Instant;
const id = (name: string): ReservationId => name as ReservationId;
const rule: SpotRule = {
  ...{ marketId: 'm@fp8' as MarketId, priceMax: 10n as UnitPrice, quantity: 5n as Quantity },
  spendPerDayMax: 100n as MicroUsd,
};

describe('which window is bought', () => {
  const hour = HOUR_MS as Duration;
  it.each([
    ['the running hour', 5 * MINUTE_MS, hour, [0, HOUR_MS]],
    ['from its first instant', 0, hour, [0, HOUR_MS]],
    ['to three quarters of it', 45 * MINUTE_MS, hour, [0, HOUR_MS]],
    ['not later: it costs as much as the whole', 45 * MINUTE_MS + 1, hour, null],
    ['the running quarter', 50 * MINUTE_MS, (15 * MINUTE_MS) as Duration, [45 * MINUTE_MS, HOUR_MS]],
  ])('%s', (_, now, grid, expected) => {
    const window = windowToBuy(at(now), grid);
    expect(window === null ? null : [window.start, window.end]).toEqual(expected);
  });
});

describe('what comes next', () => {
  const end = (changes: Partial<SpotEnd> = {}): SpotEnd => ({
    ...{ at: at(1_000), orderId: 'o' as OrderId, spent: 0n as MicroUsd, reservationIds: [], refusal: null },
    ...changes,
  });
  const purchase = (number: number, ended: SpotEnd | null): SpotPurchase => ({
    ...{ purchaseId: `p${number}`, marketId: rule.marketId, number, end: ended },
    ...{ window: { start: at(0), end: at(HOUR_MS) }, priceMax: rule.priceMax, quantity: rule.quantity },
    ...{ costMax: 50n as MicroUsd, startedAt: at(0) },
  });
  const facts = { purchases: [], held: [], spentToday: 0n, costMax: 50n as MicroUsd, now: at(2_000) };
  const open = purchase(0, null);
  const bought = purchase(0, end({ reservationIds: [id('a')] }));
  const nothing = purchase(0, end());
  const retryAt = at(1_000 + SPOT_LIMITS.retryMs);

  it.each([
    ['the first', {}, { kind: 'buy', number: 0 }],
    ['the day’s limit, to the last', { spentToday: 50n }, { kind: 'buy', number: 0 }],
    ['not above it', { spentToday: 51n }, { kind: 'wait' }],
    ['one that was begun goes on, whatever was spent', { purchases: [open], spentToday: 99n }, { kind: 'resume', purchase: open }],
    ['what was bought and is not seen yet will be', { purchases: [bought] }, { kind: 'bought', reservationIds: ['a'] }],
    ['what is seen is in use: another one', { purchases: [bought], held: [id('a')] }, { kind: 'buy', number: 1 }],
    ['within the day’s limit only', { purchases: [bought], held: [id('a')], spentToday: 51n }, { kind: 'wait' }],
    ['after nothing was to be had: not at once', { purchases: [nothing], now: at(retryAt - 1) }, { kind: 'wait' }],
    ['but again', { purchases: [nothing], now: retryAt }, { kind: 'buy', number: 1 }],
    [
      'at most a hundred times',
      { purchases: Array.from({ length: 100 }, (_, number) => purchase(number, end())), now: retryAt },
      { kind: 'wait' },
    ],
  ])('%s', (_, changes, expected) => {
    expect(nextStep(rule, { ...facts, ...changes })).toEqual(expected);
  });
});

it('as docs/SERVING.md works it out: 40 tokens/s at 1,000, of which 100,000 a day buy two hours', () => {
  const worked = { ...rule, priceMax: 1_000n as UnitPrice, quantity: 40n as Quantity, spendPerDayMax: 100_000n as MicroUsd };
  const costMax = costUpTo(worked.priceMax, worked.quantity, { start: at(0), end: at(HOUR_MS) });
  expect(costMax).toBe(40_000n);
  const stepAfter = (spentToday: bigint): string => nextStep(worked, { purchases: [], held: [], spentToday: spentToday as MicroUsd, costMax, now: at(2_000) }).kind;
  expect([0n, 40_000n, 80_000n].map(stepAfter)).toEqual(['buy', 'buy', 'wait']);
});

it.each([
  ['a request that it could serve', {}, true],
  ['the longest answer that a full bucket holds', { outputTokensMax: 300 }, true],
  ['not a longer one', { outputTokensMax: 301 }, false],
  ['all answers together', { outputTokensMax: 151, choices: 2 }, false],
  ['not what may wait', { tier: 'batch' }, false],
  ['not what asks for one lane', { lane: 'x' }, false],
])('is bought for: %s', (_, changes, expected) => {
  const request = { tier: 'fast', lane: null, outputTokensMax: null, choices: 1, ...changes };
  expect(isForSpot(request as InferenceRequest, rule)).toBe(expected);
});
