import type {
  CancellationSchedule,
  CurtailmentTerms,
  PoolFacts,
  ResaleTerms,
} from '../../src/allocation/model/market.terms.js';
import { present } from '../../src/kernel/assert.js';
import {
  idInMarket,
  type MarketId,
  type OrganizationId,
  type PoolId,
} from '../../src/kernel/ids.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import type { PlatformSlug, PoolAttributes } from '../../src/providers/contract.js';
import { addOver, rectangle, segmentsOf } from '../../src/kernel/step-function.js';
import {
  DAY_MS,
  floorToGrid,
  HOUR_MS,
  MINUTE_MS,
  plus,
  type Duration,
  type Instant,
} from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { ATTRIBUTES } from '../support/market.js';
import type { SeededRandom } from './random.js';

const named = <Id extends string>(...names: readonly string[]): readonly Id[] =>
  names as readonly Id[];

export const MARKETS = named<MarketId>('llama-3.3-70b@fp8', 'mixtral-8x7b@int4');
export const PROVIDERS = named<OrganizationId>('org-wafer', 'org-tensor', 'org-campus');
export const BUYERS = named<OrganizationId>(
  ...['org-ant', 'org-bee', 'org-cat', 'org-dog', 'org-elk', 'org-fox'],
);
export const DAY_ZERO = Date.parse('2026-12-01T00:00:00Z') as Instant;

/** Pools of a market differ in their grid, so that windows of all sizes meet. */
const GRIDS = [HOUR_MS, (15 * MINUTE_MS) as Duration, DAY_MS] as const;
/** How far ahead a provider sells, in cells of the grid. */
const CELLS_AHEAD: Readonly<Record<number, number>> = {
  [HOUR_MS]: 72,
  [15 * MINUTE_MS]: 192,
  [DAY_MS]: 10,
};

const share = (basisPoints: number): BasisPoints => basisPoints as BasisPoints;

type Terms = Pick<PoolFacts, 'terms' | 'buyerShareMax' | 'setAside'>;

/** What the pools of a market promise: no two the same, none the best at everything. */
const PROMISES: readonly PoolAttributes[] = [
  ATTRIBUTES,
  {
    ...{ platform: 'groq-lpu' as PlatformSlug, region: 'eu-central', residency: ['DE', 'FR'] },
    serviceLevel: { ...ATTRIBUTES.serviceLevel, ttftP95: 250 as Duration, streamTokensPerSecondMin: 300 },
  },
  {
    ...{ platform: 'cerebras-wse-3' as PlatformSlug, region: 'ap-south', residency: [] },
    serviceLevel: { ...ATTRIBUTES.serviceLevel, ttftP95: 900 as Duration, streamTokensPerSecondMin: 2_000 },
  },
];

/** In one market any order fits some pool; in the other none but whole lots does. */
const LOTS: Readonly<Record<MarketId, readonly bigint[]>> = {
  [MARKETS[0] as MarketId]: [1n, 10n, 50n],
  [MARKETS[1] as MarketId]: [25n, 50n, 10n],
};

function randomTerms(random: SeededRandom): Terms {
  const resale: ResaleTerms = {
    isTransferable: random.chance(92),
    hopsMax: random.weighted([[1, 0], [2, 1], [4, 3]]),
    priceCap: random.pick([null, null, share(10_000), share(15_000)]),
    royalty: share(random.pick([0, 500, 1_500])),
    holdingTimeMin: random.pick([0, 0, 0, 10 * MINUTE_MS]) as Duration,
  };
  const cancellation: CancellationSchedule = [
    { noticeMin: DAY_MS, fee: share(0) },
    { noticeMin: HOUR_MS, fee: share(random.integer(0, 5_000)) },
  ];
  const weights = { input: share(1_000), cachedInput: share(100), reasoning: share(10_000) };
  const usage = { profileVersion: 1, weights, overagePrice: null };
  const curtailment: CurtailmentTerms = {
    reclaimNotice: random.pick([null, HOUR_MS, (6 * HOUR_MS) as Duration]),
    penaltyShare: { outage: share(random.integer(0, 3_000)), reclaim: share(5_000) },
  };
  const buyerShareMax = random.pick([null, null, share(3_333), share(6_000)]);
  const setAside: PoolFacts['setAside'] = {
    share: share(random.pick([5_000, 8_000, 9_500])),
    smallBuyerMax: BigInt(random.pick([50, 200])) as Quantity,
    releasedBefore: (random.pick([0, 1, 6]) * HOUR_MS) as Duration,
  };
  const rules = { buyerShareMax, setAside: random.chance(40) ? setAside : null };
  return { terms: { resale, cancellation, curtailment, serviceLevel: null, usage }, ...rules };
}

/** How a provider means its pool to be; the market follows by `OpenPool`. */
export function firstFacts(random: SeededRandom, marketId: MarketId, index: number): PoolFacts {
  const grid = GRIDS[index % GRIDS.length] ?? HOUR_MS;
  const quantity = BigInt(random.integer(5, 40) * 100);
  const end = plus(DAY_ZERO, grid * (CELLS_AHEAD[grid] ?? 0));
  return {
    poolId: idInMarket<PoolId>(marketId, `pool-${index}`),
    marketId,
    providerId: random.pick(PROVIDERS),
    grid,
    lotSize: (LOTS[marketId]?.[index] ?? 1n) as Quantity,
    attributes: PROMISES[index % PROMISES.length] ?? ATTRIBUTES,
    nameplate: rectangle({ start: DAY_ZERO, end }, quantity),
    revision: 1,
    ...randomTerms(random),
  };
}

function someCells(random: SeededRandom, { grid }: PoolFacts, now: Instant): Window {
  const start = plus(floorToGrid(now, grid), grid * random.integer(1, 20));
  return { start, end: plus(start, grid * random.integer(1, 20)) };
}

/** Later capacity, sometimes more of it for a while, sometimes other terms. */
export function nextFacts(random: SeededRandom, facts: PoolFacts, now: Instant): PoolFacts {
  const { grid, nameplate } = facts;
  const revision = facts.revision + 1;
  const lastEnd = nameplate.starts.at(-1) ?? DAY_ZERO;
  const wantedEnd = plus(floorToGrid(now, grid), grid * (CELLS_AHEAD[grid] ?? 0));
  const quantity = BigInt(random.integer(5, 40) * 100);
  const isShort = wantedEnd > lastEnd;
  const window = { start: lastEnd, end: wantedEnd };
  const later = isShort ? addOver(nameplate, window, quantity) : nameplate;
  const more = random.chance(40) ? 100n : 0n;
  const terms = random.chance(40) ? randomTerms(random) : {};
  const grown = addOver(later, someCells(random, facts, now), more);
  return { ...facts, ...terms, revision, nameplate: grown };
}

/** Less of the newest capacity: what no provider may do to those who hold some of it. */
export function lessThan(facts: PoolFacts): PoolFacts {
  const newest = present(segmentsOf(facts.nameplate).at(-1), 'capacity');
  const revision = facts.revision + 1;
  return { ...facts, revision, nameplate: addOver(facts.nameplate, newest.window, -100n) };
}
