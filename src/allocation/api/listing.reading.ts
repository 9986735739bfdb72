import { organizationOf } from '../../identity/contract.js';
import type { RequestContext } from '../../api/graphql/request-context.js';
import type { CursorKey } from '../../api/graphql/connection.js';
import { COUNTRY_CODES, isCountry } from '../../kernel/country.js';
import { unless, type Issue } from '../../kernel/issue.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { ListingPage, ListingsWanted } from '../model/listing.filter.js';
import { windowWanted } from '../model/listing.filter.js';
import { isModel } from '../model/market.name.js';
import { unitPriceWithin } from '../model/price.measures.js';
import type { ListingFilterInput } from './listing.filter.types.js';
import { LISTING_KINDS, type ListingKind, type WantedArguments } from './listing.types.js';
import { refuse } from './market-data.reading.js';
import { nameIssues, rangeIssues, STREAM_SPEED, TTFT_MS } from './order.reading.js';

type Principal = RequestContext['principal'];

/** @throws GraphQLError BAD_USER_INPUT when no listing could be like that */
export function readWanted(given: WantedArguments, principal: Principal): ListingsWanted {
  const { marketId, poolId, status, kind, own, where } = given;
  if (where) refuse(filterIssues(where));
  return {
    ...{ marketId: orNull(marketId), poolId: orNull(poolId), status: orNull(status), isAuction: readKind(orNull(kind)) },
    sellerId: own ? (organizationOf(principal) ?? '') : null,
    ...readFilter(orNull(where)),
  };
}

/** GraphQL lets what may be null be left out as well. */
function orNull<Value>(given: Value | null | undefined): Value | null {
  return given ?? null;
}

function readKind(kind: ListingKind | null): boolean | null {
  return kind === null ? null : kind === LISTING_KINDS.AUCTION;
}

function filterIssues(given: ListingFilterInput): readonly Issue[] {
  const { model, availableFrom, availableUntil, pricePerMillionTokensMax } = given;
  const names = ['platforms', 'regions', 'residency'] as const;
  const hasEnds = typeof availableFrom === 'number' && typeof availableUntil === 'number';
  return [
    ...unless(typeof model !== 'string' || isModel(model), {
      ...{ field: 'where.model', reason: 'names no model', accepted: 'a name such as llama-3.3-70b' },
    }),
    ...names.flatMap((name) => nameIssues(`where.${name}`, given[name])),
    ...unless(given.residency.every(isCountry), {
      field: 'where.residency',
      reason: 'has what is no country code',
      accepted: COUNTRY_CODES,
    }),
    ...rangeIssues('where.ttftP95MaxMs', given.ttftP95MaxMs, TTFT_MS),
    ...rangeIssues('where.streamTokensPerSecondMin', given.streamTokensPerSecondMin, STREAM_SPEED),
    ...instantIssues('where.availableFrom', availableFrom),
    ...instantIssues('where.availableUntil', availableUntil),
    ...unless(!hasEnds || availableFrom < availableUntil, {
      field: 'where.availableUntil',
      reason: 'is not after where.availableFrom',
      accepted: 'an instant after it',
    }),
    ...unless((pricePerMillionTokensMax ?? 0n) >= 0n, {
      field: 'where.pricePerMillionTokensMax',
      reason: 'is below zero',
      accepted: '0 or more micro-USD',
    }),
  ];
}

/** Nothing was on offer before anybody counted, and a database knows no year 0. */
function instantIssues(field: string, instant: Instant | null | undefined): readonly Issue[] {
  return unless((instant ?? 1) > 0, { field, reason: 'is too long ago', accepted: '1970 or later' });
}

type Filtered = 'model' | 'unitPriceMax' | 'pool' | 'evidenceMin' | 'window' | 'quantityMin';

const NO_FILTER: Pick<ListingsWanted, Filtered> = {
  ...{ model: null, unitPriceMax: null, evidenceMin: 'L1', window: null, quantityMin: null },
  pool: { platforms: [], regions: [], residency: [], ttftP95Max: null, streamTokensPerSecondMin: null },
};

function readFilter(given: ListingFilterInput | null): Pick<ListingsWanted, Filtered> {
  if (given === null) return NO_FILTER;
  const { platforms, regions, residency, evidenceMin, pricePerMillionTokensMax } = given;
  return {
    ...{ model: orNull(given.model), evidenceMin, quantityMin: orNull(given.quantityMin) },
    pool: {
      ...{ platforms, regions, residency },
      ttftP95Max: orNull(given.ttftP95MaxMs) as Duration | null,
      streamTokensPerSecondMin: orNull(given.streamTokensPerSecondMin),
    },
    unitPriceMax: typeof pricePerMillionTokensMax === 'bigint' ? unitPriceWithin(pricePerMillionTokensMax) : null,
    window: windowWanted(orNull(given.availableFrom), orNull(given.availableUntil)),
  };
}

/** Rows behind a cursor of (value, id); a value that is none stands before them all. */
export function readAfter(key: CursorKey | null, isDescending: boolean): ListingPage['after'] {
  if (key === null) return null;
  const [text = '', listingId = ''] = key;
  const first = isDescending ? VALUE_MAX : -1n;
  return { value: /^\d{1,18}$/.test(text) ? BigInt(text) : first, listingId };
}

/** The largest bigint of the database. */
const VALUE_MAX = 2n ** 63n - 1n;
