import { COUNTRY_CODES, isCountry } from '../../kernel/country.js';
import { unless, within, type Issue } from '../../kernel/issue.js';
import { isMarketId } from '../../kernel/ids.js';
import { BASIS_POINTS_WHOLE, MICRO_USD_MAX } from '../../kernel/money.js';
import { QUANTITY_MAX, type Quantity } from '../../kernel/quantity.js';
import { isNonNegative, isZero, segmentsOf, type StepFunction } from '../../kernel/step-function.js';
import {
  DAY_MS,
  floorToGrid,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
  type Duration,
  type Instant,
} from '../../kernel/time.js';
import { isOnGrid } from '../../kernel/window.js';
import { checkEndpointUrl, type EndpointPolicy } from './endpoint.rules.js';
import type { PoolDraft, PoolTerms, ServingProfile } from './pool.js';
import type { CancellationSchedule, CurtailmentTerms, ResaleTerms, SetAside } from './pool.terms.js';
import { checkCredits, checkServiceLevel, SERVICE_LEVEL_LIMITS } from './service-level.rules.js';
import { whole } from './whole-number.rules.js';

/** How finely a pool's time may be cut. */
export const GRIDS: readonly Duration[] = [(15 * MINUTE_MS) as Duration, HOUR_MS, DAY_MS];

export const POOL_LIMITS = {
  nameLength: 100,
  runtimeLength: 60,
  contextLengthMax: 100_000_000,
  /** Capacity may be registered this far ahead. */
  horizon: (3 * 366 * DAY_MS) as Duration,
  nameplateSegments: 1_000,
  residencyCountries: 60,
  hopsMax: 10,
  holdingTimeMax: (366 * DAY_MS) as Duration,
  priceCapMax: 100_000,
  /** An input token may weigh ten times an output token. */
  weightMax: 100_000,
  cancellationSteps: 20,
  ttftP95Max: SERVICE_LEVEL_LIMITS.ttftP95Max,
  streamTokensPerSecondMax: SERVICE_LEVEL_LIMITS.streamTokensPerSecondMax,
} as const;

const L = POOL_LIMITS;
const WHOLE = Number(BASIS_POINTS_WHOLE);
const REGION = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Everything that is wrong with a pool that is to be registered. */
export function checkPool(
  pool: PoolDraft,
  now: Instant,
  policy: EndpointPolicy,
): readonly Issue[] {
  const { marketId, region, residency, grid, lotSize, nameplate, endpoint } = pool;
  return [
    ...unless(isMarketId(marketId), {
      field: 'model',
      reason: 'and quantization do not name a market',
      accepted: 'lower-case letters, digits, dots and dashes, such as llama-3.3-70b and fp8',
    }),
    ...unless(REGION.test(region), {
      field: 'region',
      reason: 'is no region name',
      accepted: 'lower-case letters, digits and dashes, such as us-west-2',
    }),
    ...unless(residency.length <= L.residencyCountries && residency.every(isCountry), {
      field: 'residency',
      reason: 'holds something that is no country',
      accepted: COUNTRY_CODES,
    }),
    ...unless(GRIDS.includes(grid), {
      field: 'grid',
      reason: 'is none that pools have',
      accepted: 'quarters of an hour, hours or days',
    }),
    ...checkLotSize(lotSize),
    ...checkIncoming('nameplate', nameplate, { grid, lotSize }, now),
    ...checkCapacity('nameplate', nameplate),
    ...within('profile', checkProfile(pool.profile)),
    ...within('serviceLevel', checkServiceLevel(pool.serviceLevel)),
    ...within('endpoint', checkEndpointUrl(endpoint.url, policy)),
    ...within('terms', checkTerms(pool.terms, lotSize)),
  ];
}

function checkLotSize(lotSize: Quantity): readonly Issue[] {
  return unless(lotSize >= 1n && lotSize <= QUANTITY_MAX, {
    field: 'lotSize',
    reason: 'is out of range',
    accepted: `1 to ${QUANTITY_MAX} tokens/s`,
  });
}

/** Capacity that comes in: above zero, whole lots, whole grid cells from the running one on, within the horizon. */
export function checkIncoming(
  field: string,
  nameplate: StepFunction,
  { grid, lotSize }: Pick<PoolDraft, 'grid' | 'lotSize'>,
  now: Instant,
): readonly Issue[] {
  const segments = segmentsOf(nameplate);
  if (isZero(nameplate)) {
    return [{ field, reason: 'is empty', accepted: 'at least one window with capacity' }];
  }
  const first = segments.at(0)?.window.start ?? now;
  const last = segments.at(-1)?.window.end ?? now;
  const earliest = floorToGrid(now, grid);
  return [
    ...unless(isNonNegative(nameplate), {
      field,
      reason: 'takes capacity away',
      accepted: 'quantities above zero',
    }),
    ...checkWholeLots(field, nameplate, lotSize),
    ...unless(segments.every(({ window }) => isOnGrid(window, grid)), {
      field,
      reason: 'does not start and end on the grid',
      accepted: `instants at whole multiples of ${grid / MINUTE_MS} minutes, UTC`,
    }),
    ...unless(first >= earliest, {
      field,
      reason: 'starts in the past',
      accepted: `from ${formatInstant(earliest)} on`,
    }),
    ...unless(last - now <= L.horizon, {
      field,
      reason: 'reaches too far ahead',
      accepted: `at most ${L.horizon / DAY_MS} days from now`,
    }),
  ];
}

/** The first quantity that is not whole lots, with those next to it that are. */
function checkWholeLots(
  field: string,
  nameplate: StepFunction,
  lotSize: Quantity,
): readonly Issue[] {
  const odd = lotSize < 1n ? undefined : nameplate.values.find((value) => value % lotSize !== 0n);
  if (odd === undefined) return [];
  const below = odd - (odd % lotSize);
  const nearest = below > 0n ? `${below} or ${below + lotSize}` : `${below + lotSize}`;
  const accepted = `whole lots of ${lotSize} tokens/s, such as ${nearest}`;
  return [{ field, reason: `has ${odd} tokens/s somewhere, which is not whole lots`, accepted }];
}

/** What holds for the whole of a pool's capacity, however it came together. */
export function checkCapacity(field: string, nameplate: StepFunction): readonly Issue[] {
  const isTradable = nameplate.values.every((value) => value <= QUANTITY_MAX);
  return [
    ...unless(isTradable, {
      field,
      reason: 'adds up to more than can be traded',
      accepted: `at most ${QUANTITY_MAX} tokens/s at any instant`,
    }),
    ...unless(segmentsOf(nameplate).length <= L.nameplateSegments, {
      field,
      reason: 'has too many stretches',
      accepted: `at most ${L.nameplateSegments} different stretches`,
    }),
  ];
}

export function checkProfile({ contextLength, weights }: ServingProfile): readonly Issue[] {
  return [
    ...whole('contextLength', contextLength, 1, L.contextLengthMax),
    ...whole('weights.input', weights.input, 0, L.weightMax),
    ...whole('weights.cachedInput', weights.cachedInput, 0, L.weightMax),
    ...whole('weights.reasoning', weights.reasoning, 0, L.weightMax),
  ];
}

export function checkTerms(terms: PoolTerms, lotSize: Quantity): readonly Issue[] {
  const { overagePrice, buyerShareMax, setAside } = terms;
  return [
    ...within('resale', checkResale(terms.resale)),
    ...checkCancellation(terms.cancellation),
    ...within('curtailment', checkCurtailment(terms.curtailment)),
    ...within('credits', checkCredits(terms.credits)),
    ...unless(overagePrice === null || (overagePrice >= 0n && overagePrice <= MICRO_USD_MAX), {
      field: 'overagePrice',
      reason: 'is out of range',
      accepted: `0 to ${MICRO_USD_MAX} micro-USD for a million weighted tokens, or nothing`,
    }),
    ...(buyerShareMax === null ? [] : whole('buyerShareMax', buyerShareMax, 1, WHOLE)),
    ...(setAside === null ? [] : within('setAside', checkSetAside(setAside, lotSize))),
  ];
}

/** Who could not even buy one lot and be small would have nothing of what is kept for them. */
function checkSetAside(
  { share, smallBuyerMax, releasedBefore }: SetAside,
  lotSize: Quantity,
): readonly Issue[] {
  return [
    ...whole('share', share, 1, WHOLE),
    ...unless(smallBuyerMax >= lotSize && smallBuyerMax <= QUANTITY_MAX, {
      field: 'smallBuyerMax',
      reason: 'is less than a lot, or more than can be traded',
      accepted: `${lotSize} to ${QUANTITY_MAX} tokens/s`,
    }),
    ...whole('releasedBeforeHours', releasedBefore / HOUR_MS, 0, L.horizon / HOUR_MS),
  ];
}

function checkResale({ hopsMax, priceCap, royalty, holdingTimeMin }: ResaleTerms): readonly Issue[] {
  return [
    ...whole('hopsMax', hopsMax, 0, L.hopsMax),
    ...(priceCap === null ? [] : whole('priceCap', priceCap, 1, L.priceCapMax)),
    // Half at most: the reseller's own share and the exchange's fee come out of the rest.
    ...whole('royalty', royalty, 0, WHOLE / 2),
    ...whole('holdingTimeMinutes', holdingTimeMin / MINUTE_MS, 0, L.holdingTimeMax / MINUTE_MS),
  ];
}

function checkCurtailment({ reclaimNotice, penaltyShare }: CurtailmentTerms): readonly Issue[] {
  const notice = reclaimNotice === null ? 0 : reclaimNotice / HOUR_MS;
  return [
    ...whole('reclaimNoticeHours', notice, 0, L.horizon / HOUR_MS),
    ...whole('outagePenalty', penaltyShare.outage, 0, WHOLE),
    ...whole('reclaimPenalty', penaltyShare.reclaim, 0, WHOLE),
  ];
}

function checkCancellation(schedule: CancellationSchedule): readonly Issue[] {
  const isFalling = schedule.every(
    ({ noticeMin }, index) => index === 0 || noticeMin < (schedule[index - 1]?.noticeMin ?? 0),
  );
  const isRising = schedule.every(
    ({ fee }, index) => index === 0 || fee >= (schedule[index - 1]?.fee ?? 0),
  );
  return [
    ...unless(schedule.length > 0 && schedule.length <= L.cancellationSteps, {
      field: 'cancellation',
      reason: 'has no steps, or too many',
      accepted: `1 to ${L.cancellationSteps} steps`,
    }),
    ...unless(isFalling && isRising && (schedule.at(-1)?.noticeMin ?? 0) === 0, {
      field: 'cancellation',
      reason: 'is not in order',
      accepted: 'steps by falling notice and rising fee, the last one with a notice of 0',
    }),
    ...schedule.flatMap(({ noticeMin, fee }, index) =>
      within(`cancellation.${index}`, [
        ...whole('noticeHours', noticeMin / HOUR_MS, 0, L.horizon / HOUR_MS),
        ...whole('fee', fee, 0, WHOLE),
      ]),
    ),
  ];
}
