import { DAY_ZERO, hour, hours } from '../../../test/support/market.js';
import { draftOf, levelOf, NOW, profileOf, share, termsOf } from '../../../test/support/pool-draft.js';
import type { MarketId } from '../../kernel/ids.js';
import { MICRO_USD_MAX, type MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { fromSegments, rectangle, ZERO, type StepFunction } from '../../kernel/step-function.js';
import { HOUR_MS, MINUTE_MS, type Duration, type Instant } from '../../kernel/time.js';
import type { PoolDraft, PoolTerms } from './pool.js';
import { checkPool, POOL_LIMITS } from './pool.rules.js';
import type { CancellationSchedule, ResaleTerms } from './pool.terms.js';

const L = POOL_LIMITS;
const POLICY = { isLoopbackAllowed: false };

/** `field reason` of everything that is wrong. */
const wrong = (changes: Partial<PoolDraft>): string[] =>
  checkPool(draftOf(changes), NOW, POLICY).map(({ field, reason }) => `${field} ${reason}`);

const weights = (changes: object): Partial<PoolDraft> => ({
  profile: profileOf({ weights: { ...profileOf().weights, ...changes } }),
});
const terms = (changes: Partial<PoolTerms>): Partial<PoolDraft> => ({ terms: termsOf(changes) });
const resale = (changes: Partial<ResaleTerms>): Partial<PoolDraft> => ({ terms: termsOf({}, changes) });
const level = (...changes: Parameters<typeof levelOf>): Partial<PoolDraft> => ({
  serviceLevel: levelOf(...changes),
});
const ms = (value: number): Duration => value as Duration;

/** As many separate hours as asked for, all of the same quantity. */
const stretches = (count: number): StepFunction =>
  fromSegments(
    Array.from({ length: count }, (_, index) => ({ window: hours(2 * index, 2 * index + 1), value: 1n })),
  );
/** From now on to as far ahead as asked for, cut to the grid. */
const until = (end: number): StepFunction =>
  rectangle({ start: hour(0), end: end as Instant }, 1n);
/** A falling schedule with this many steps. */
const steps = (count: number): CancellationSchedule =>
  Array.from({ length: count }, (_, index) => ({
    noticeMin: ms((count - 1 - index) * HOUR_MS),
    fee: share(index),
  }));
const step = (notice: number, fee: number): CancellationSchedule[number] => ({
  noticeMin: ms(notice * HOUR_MS),
  fee: share(fee),
});

/** By limit: what makes a pool with a value there, the issue when it is passed, the values. */
const BOUNDS: readonly (readonly [
  limit: keyof typeof POOL_LIMITS,
  pool: (value: number) => Partial<PoolDraft>,
  issue: string,
  values: { readonly fit: readonly number[]; readonly unfit: readonly number[] },
])[] = [
  [
    'contextLengthMax',
    (contextLength) => ({ profile: profileOf({ contextLength }) }),
    'profile.contextLength is out of range',
    { fit: [1, L.contextLengthMax - 1, L.contextLengthMax], unfit: [0, -1, 1.5, NaN, L.contextLengthMax + 1] },
  ],
  [
    'horizon',
    (end) => ({ nameplate: until(end) }),
    'nameplate reaches too far ahead',
    // Counted from now, half an hour past the hour: the last whole hour within it.
    { fit: [hour(240), DAY_ZERO + L.horizon], unfit: [DAY_ZERO + L.horizon + HOUR_MS] },
  ],
  [
    'nameplateSegments',
    (count) => ({ nameplate: stretches(count) }),
    'nameplate has too many stretches',
    { fit: [1, L.nameplateSegments - 1, L.nameplateSegments], unfit: [L.nameplateSegments + 1] },
  ],
  [
    'residencyCountries',
    (count) => ({ residency: Array.from({ length: count }, () => 'DE') }),
    'residency holds something that is no country',
    { fit: [0, 1, L.residencyCountries - 1, L.residencyCountries], unfit: [L.residencyCountries + 1] },
  ],
  [
    'hopsMax',
    (hopsMax) => resale({ hopsMax }),
    'terms.resale.hopsMax is out of range',
    { fit: [0, 1, L.hopsMax], unfit: [-1, 0.5, L.hopsMax + 1] },
  ],
  [
    'holdingTimeMax',
    (holdingTimeMin) => resale({ holdingTimeMin: ms(holdingTimeMin) }),
    'terms.resale.holdingTimeMinutes is out of range',
    {
      fit: [0, MINUTE_MS, L.holdingTimeMax - MINUTE_MS, L.holdingTimeMax],
      unfit: [-MINUTE_MS, 1, L.holdingTimeMax + MINUTE_MS],
    },
  ],
  [
    'priceCapMax',
    (priceCap) => resale({ priceCap: share(priceCap) }),
    'terms.resale.priceCap is out of range',
    { fit: [1, 10_000, L.priceCapMax], unfit: [0, -1, L.priceCapMax + 1] },
  ],
  ...(['input', 'cachedInput', 'reasoning'] as const).map(
    (which) =>
      [
        'weightMax',
        (weight: number) => weights({ [which]: share(weight) }),
        `profile.weights.${which} is out of range`,
        { fit: [0, 1, L.weightMax], unfit: [-1, 0.1, L.weightMax + 1] },
      ] as const,
  ),
  [
    'cancellationSteps',
    (count) => terms({ cancellation: steps(count) }),
    'terms.cancellation has no steps, or too many',
    { fit: [1, L.cancellationSteps - 1, L.cancellationSteps], unfit: [0, L.cancellationSteps + 1] },
  ],
  [
    'ttftP95Max',
    (ttftP95) => level({ ttftP95: ms(ttftP95) }),
    'serviceLevel.ttftP95Ms is out of range',
    { fit: [1, L.ttftP95Max - 1, L.ttftP95Max], unfit: [0, -1, L.ttftP95Max + 1] },
  ],
  [
    'streamTokensPerSecondMax',
    (streamTokensPerSecondMin) => level({ streamTokensPerSecondMin }),
    'serviceLevel.streamTokensPerSecondMin is out of range',
    { fit: [1, L.streamTokensPerSecondMax], unfit: [0, -1, L.streamTokensPerSecondMax + 1] },
  ],
];

/** Lengths of text, which `api/pool.reading.spec.ts` holds. */
const OF_TEXT = ['nameLength', 'runtimeLength'];

describe('a pool', () => {
  it('is accepted as the tests make it', () => {
    expect(wrong({})).toEqual([]);
  });

  it('has a test for every limit', () => {
    const tested = new Set([...BOUNDS.map(([limit]) => limit), ...OF_TEXT]);
    expect([...tested].sort()).toEqual(Object.keys(POOL_LIMITS).sort());
  });

  it.each(BOUNDS)('keeps to %s', (_limit, pool, issue, { fit, unfit }) => {
    for (const value of fit) expect([value, wrong(pool(value))]).toEqual([value, []]);
    for (const value of unfit) expect([value, wrong(pool(value))]).toEqual([value, [issue]]);
  });

  it.each([
    // what           pool                                                           issue
    ['availability 1', level({ availability: share(1) }), null],
    ['availability of all', level({ availability: share(10_000) }), null],
    ['no availability', level({ availability: share(0) }), 'serviceLevel.availability is out of range'],
    ['more than all', level({ availability: share(10_001) }), 'serviceLevel.availability is out of range'],
    ['no royalty', resale({ royalty: share(0) }), null],
    ['half as royalty', resale({ royalty: share(5_000) }), null],
    ['more than half', resale({ royalty: share(5_001) }), 'terms.resale.royalty is out of range'],
    ['a royalty below zero', resale({ royalty: share(-1) }), 'terms.resale.royalty is out of range'],
    ['no cap on prices', resale({ priceCap: null }), null],
    ['no cap on buyers', terms({ buyerShareMax: null }), null],
    ['the least cap on buyers', terms({ buyerShareMax: share(1) }), null],
    ['buyers who may have all', terms({ buyerShareMax: share(10_000) }), null],
    ['buyers who may have none', terms({ buyerShareMax: share(0) }), 'terms.buyerShareMax is out of range'],
    ['buyers who may have more', terms({ buyerShareMax: share(10_001) }), 'terms.buyerShareMax is out of range'],
    ['free overage', terms({ overagePrice: 0n as MicroUsd }), null],
    ['overage not charged for', terms({ overagePrice: null }), null],
    ['the dearest overage', terms({ overagePrice: MICRO_USD_MAX }), null],
    ['overage below zero', terms({ overagePrice: -1n as MicroUsd }), 'terms.overagePrice is out of range'],
    ['overage above all', terms({ overagePrice: (MICRO_USD_MAX + 1n) as MicroUsd }), 'terms.overagePrice is out of range'],
  ])('with %s', (_what, pool, issue) => {
    expect(wrong(pool)).toEqual(issue === null ? [] : [issue]);
  });

  it.each([
    // market id                                         names one
    ['llama-3.3-70b@fp8', true],
    ['a@b1', true],
    [`${'m'.repeat(64)}@${'q'.repeat(8)}`, true],
    [`${'m'.repeat(65)}@fp8`, false],
    [`llama@${'q'.repeat(9)}`, false],
    ['llama@f', false],
    ['@fp8', false],
    ['llama@', false],
    ['Llama@fp8', false],
    ['llama@FP8', false],
    ['-llama@fp8', false],
    ['llama 3@fp8', false],
    ['llama~3@fp8', false],
    ['llama@fp8@fp8', false],
    ['llama@fp8\n', false],
    ['__proto__@fp8', false],
  ])('of market %s: %s', (marketId, isOne) => {
    const issue = 'model and quantization do not name a market';
    expect(wrong({ marketId: marketId as MarketId })).toEqual(isOne ? [] : [issue]);
  });

  it.each([
    ['a', true],
    ['us-west-2', true],
    ['r'.repeat(40), true],
    ['r'.repeat(41), false],
    ['', false],
    ['-west', false],
    ['west-', false],
    ['US', false],
    ['us west', false],
    ['us_west', false],
    ['us\n', false],
  ])('in region "%s": %s', (region, isOne) => {
    expect(wrong({ region })).toEqual(isOne ? [] : ['region is no region name']);
  });

  it.each([
    [['US', 'DE'], true],
    [['us'], false],
    [['USA'], false],
    [['U'], false],
    [[''], false],
    [['US\n'], false],
    [['US', 'de'], false],
  ])('with prompts in %j: %s', (residency, isFit) => {
    expect(wrong({ residency })).toEqual(isFit ? [] : ['residency holds something that is no country']);
  });

  it('has its endpoint where an endpoint may be', () => {
    const endpoint = { url: 'https://10.0.0.1', hasCredential: false };
    expect(wrong({ endpoint })).toEqual(['endpoint.url does not name a public host']);
  });

  it('lists everything that is wrong, each by its path', () => {
    const nothing = share(-1);
    const found = wrong({
      marketId: '@' as MarketId,
      region: '',
      residency: ['?'],
      nameplate: ZERO,
      profile: {
        ...{ runtime: 'x', tier: 'fast', contextLength: 0 },
        weights: { input: nothing, cachedInput: nothing, reasoning: nothing },
      },
      serviceLevel: { ttftP95: ms(0), streamTokensPerSecondMin: 0, availability: share(0) },
      endpoint: { url: '', hasCredential: false },
      terms: {
        resale: { isTransferable: true, hopsMax: -1, priceCap: nothing, royalty: nothing, holdingTimeMin: ms(-1) },
        cancellation: [step(-1, -1)],
        curtailment: { reclaimNotice: ms(-1), penaltyShare: { outage: nothing, reclaim: share(10_001) } },
        credits: { samplesMin: 0, exclusions: [], steps: [{ missedBy: nothing, credit: share(10_001) }] },
        overagePrice: -1n as MicroUsd,
        buyerShareMax: nothing,
        setAside: { share: nothing, smallBuyerMax: 0n as Quantity, releasedBefore: ms(-1) },
      },
    });
    expect(found.map((text) => text.split(' ')[0])).toEqual([
      ...['model', 'region', 'residency', 'nameplate'],
      ...['profile.contextLength', 'profile.weights.input', 'profile.weights.cachedInput', 'profile.weights.reasoning'],
      ...['serviceLevel.ttftP95Ms', 'serviceLevel.streamTokensPerSecondMin', 'serviceLevel.availability'],
      'endpoint.url',
      ...['terms.resale.hopsMax', 'terms.resale.priceCap', 'terms.resale.royalty', 'terms.resale.holdingTimeMinutes'],
      ...['terms.cancellation', 'terms.cancellation.0.noticeHours', 'terms.cancellation.0.fee'],
      ...['reclaimNoticeHours', 'outagePenalty', 'reclaimPenalty'].map((name) => `terms.curtailment.${name}`),
      ...['samplesMin', 'steps.0.missedBy', 'steps.0.credit'].map((name) => `terms.credits.${name}`),
      ...['terms.overagePrice', 'terms.buyerShareMax'],
      ...['share', 'smallBuyerMax', 'releasedBeforeHours'].map((name) => `terms.setAside.${name}`),
    ]);
  });
});

describe('a cancellation schedule', () => {
  const ORDER = 'terms.cancellation is not in order';

  it.each([
    // what                          steps                                       issues
    ['one step', [step(0, 0)], []],
    ['one step that keeps all', [step(0, 10_000)], []],
    ['falling notice, rising fee', [step(24, 0), step(2, 2_500), step(0, 5_000)], []],
    ['the same fee twice', [step(24, 100), step(0, 100)], []],
    ['the longest notice', [step(L.horizon / HOUR_MS, 0), step(0, 1)], []],
    ['too long a notice', [step(L.horizon / HOUR_MS + 1, 0), step(0, 1)], ['terms.cancellation.0.noticeHours is out of range']],
    ['no last step', [step(24, 0), step(2, 1)], [ORDER]],
    ['the same notice twice', [step(24, 0), step(24, 1), step(0, 2)], [ORDER]],
    ['rising notice', [step(0, 0), step(24, 1)], [ORDER]],
    ['falling fee', [step(24, 1), step(0, 0)], [ORDER]],
    ['half an hour', [step(0.5, 0), step(0, 1)], ['terms.cancellation.0.noticeHours is out of range']],
    ['a fee above all', [step(24, 0), step(0, 10_001)], ['terms.cancellation.1.fee is out of range']],
    ['a fee below zero', [step(0, -1)], ['terms.cancellation.0.fee is out of range']],
  ])('with %s', (_what, cancellation, issues) => {
    expect(wrong(terms({ cancellation }))).toEqual(issues);
  });
});
