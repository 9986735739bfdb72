import { parseUsd } from '../../src/kernel/money.js';
import { levelOf } from '../providers/level.js';
import type { Pool, PoolEvidence } from '../providers/providers.documents.js';
import { instantOf } from '../ui/time.js';
import type { Listing } from './allocation.documents.js';

/** An offer with what is known of who serves it. */
export interface Offer {
  readonly listing: Listing;
  readonly pool: Pool | null;
  readonly evidence: PoolEvidence | null;
}

/** What a buyer looks for, as the address of the page holds it: text, empty where it does not matter. */
export const FILTER_FIELDS = ['market', 'region', 'ttft', 'speed', 'from', 'to', 'budget', 'evidence', 'own'] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];
export type MarketFilter = Readonly<Record<FilterField, string>>;

export function filterOf(search: URLSearchParams): MarketFilter {
  return Object.fromEntries(FILTER_FIELDS.map((field) => [field, search.get(field) ?? ''])) as MarketFilter;
}

/** The address of a filter has only what matters in it. */
export function searchOf(filter: MarketFilter): URLSearchParams {
  const search = new URLSearchParams();
  for (const field of FILTER_FIELDS) if (filter[field] !== '') search.set(field, filter[field]);
  return search;
}

export function countOfFilters(filter: MarketFilter): number {
  return FILTER_FIELDS.filter((field) => filter[field] !== '').length;
}

type Test = (offer: Offer, value: string) => boolean;

/** A test that is given no value of its kind lets everything pass: one is still typing. */
const TESTS: Readonly<Record<Exclude<FilterField, 'own'>, Test>> = {
  market: ({ listing }, value) => listing.marketId === value,
  region: ({ pool }, value) => pool?.region === value,
  ttft: ({ pool }, value) => atMost(pool?.serviceLevel.ttftP95Ms, value),
  speed: ({ pool }, value) => atLeast(pool?.serviceLevel.streamTokensPerSecondMin, value),
  from: ({ listing }, value) => hasTime(listing, value, (start, end, at) => start <= at && at < end),
  to: ({ listing }, value) => hasTime(listing, value, (start, end, at) => start < at && at <= end),
  budget: ({ listing }, value) => {
    const budget = parseUsd(value);
    return !budget.ok || BigInt(listing.pricePerMillionTokens) <= budget.value;
  },
  evidence: ({ evidence }, value) => levelOf(evidence) >= value,
};

export function isWanted(offer: Offer, filter: MarketFilter): boolean {
  return Object.entries(TESTS).every(([field, test]) => {
    const value = filter[field as FilterField].trim();
    return value === '' || test(offer, value);
  });
}

function atMost(actual: number | undefined, typed: string): boolean {
  const limit = Number(typed);
  return !(limit > 0) || (actual !== undefined && actual <= limit);
}

function atLeast(actual: number | undefined, typed: string): boolean {
  const limit = Number(typed);
  return !(limit > 0) || (actual !== undefined && actual >= limit);
}

/** Whether some of what is left is left at an instant. */
function hasTime(
  { remaining }: Listing,
  typed: string,
  test: (start: number, end: number, at: number) => boolean,
): boolean {
  const instant = instantOf(typed);
  if (instant === null) return true;
  const at = Date.parse(instant);
  return remaining.some(({ window }) => test(Date.parse(window.start), Date.parse(window.end), at));
}
