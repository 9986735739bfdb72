import { parseUsd } from '../../src/kernel/money.js';
import { isMarketId } from '../../src/kernel/ids.js';
import { LEVELS, type Level } from '../providers/level.js';
import type { Pool, PoolEvidence } from '../providers/providers.documents.js';
import type { Order } from '../ui/table.order.js';
import { instantOf } from '../ui/time.js';
import type { Listing, ListingsAsked } from './allocation.documents.js';

/** An offer with what is known of who serves it. */
export interface Offer {
  readonly listing: Listing;
  readonly pool: Pool | null;
  readonly evidence: PoolEvidence | null;
}

/** What a buyer looks for, as the address of the page holds it: text, empty where it does not matter. */
export const FILTER_FIELDS = ['market', 'platform', 'region', 'ttft', 'speed', 'from', 'to', 'budget', 'evidence', 'own', 'sort'] as const;
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
  return FILTER_FIELDS.filter((field) => field !== 'sort' && filter[field] !== '').length;
}

type Wanted = NonNullable<ListingsAsked['where']>;
type Reading = (typed: string) => Partial<Wanted>;

/** What is given that is no value of its kind asks nothing: one is still typing. */
const READINGS: Readonly<Record<Exclude<FilterField, 'own' | 'market' | 'sort'>, Reading>> = {
  platform: (slug) => ({ platforms: [slug] }),
  region: (region) => ({ regions: [region] }),
  ttft: (typed) => whole(typed, TTFT_MS_MAX, (ttftP95MaxMs) => ({ ttftP95MaxMs })),
  speed: (typed) => whole(typed, SPEED_MAX, (streamTokensPerSecondMin) => ({ streamTokensPerSecondMin })),
  from: (typed) => at(typed, (availableFrom) => ({ availableFrom })),
  to: (typed) => at(typed, (availableUntil) => ({ availableUntil })),
  budget: (typed) => {
    const budget = parseUsd(typed);
    return budget.ok && budget.value >= 0n ? { pricePerMillionTokensMax: budget.value.toString() } : {};
  },
  evidence: (level) => (isLevel(level) ? { evidenceMin: level } : {}),
};
const TTFT_MS_MAX = 3_600_000;
const SPEED_MAX = 1_000_000;

/** What the exchange is asked for; an address may hold a model where it could hold a market. */
export function askedOf(filter: MarketFilter): { readonly marketId: string | null; readonly where: Wanted | null } {
  const market = filter.market.trim();
  const isMarket = isMarketId(market);
  const where: Partial<Wanted> = !isMarket && isMarketId(`${market}@fp8`) ? { model: market } : {};
  const read = Object.entries(READINGS).map(([field, reading]) => {
    const typed = filter[field as FilterField].trim();
    return typed === '' ? {} : reading(typed);
  });
  const asked = Object.assign(where, ...read) as Wanted;
  // A time that ends before it starts holds nothing; the field says so, and the end does not count.
  if (isBackwards(filter)) delete asked.availableUntil;
  return { marketId: isMarket ? market : null, where: Object.keys(asked).length === 0 ? null : asked };
}

/** What a column of the table is ordered by on the exchange. */
const ORDERS: Readonly<Record<string, ListingsAsked['orderBy']>> = {
  ...{ speed: 'TTFT', window: 'START', remaining: 'QUANTITY', unitPrice: 'PRICE', perMillion: 'PRICE' },
};

/** The address names a column, with `-` before it for the other way round. */
export function orderOf({ sort }: MarketFilter): Order | null {
  const isDescending = sort.startsWith('-');
  const id = isDescending ? sort.slice(1) : sort;
  return Object.hasOwn(ORDERS, id) ? { id, isDescending } : null;
}

export function sortOf(order: Order | null): string {
  return order === null ? '' : `${order.isDescending ? '-' : ''}${order.id}`;
}

export function orderAsked(order: Order | null): Pick<ListingsAsked, 'orderBy' | 'isDescending'> {
  return { orderBy: ORDERS[order?.id ?? ''] ?? 'PRICE', isDescending: order?.isDescending ?? false };
}

/** What is wrong with what was typed, by field; the list is as if it were not there. */
export function wrongOf(filter: MarketFilter): Partial<Record<FilterField, string>> {
  const typed = TYPED.filter(({ field }) => filter[field].trim() !== '');
  const wrong = typed.filter(({ field }) => Object.keys(READINGS[field](filter[field].trim())).length === 0);
  return {
    ...Object.fromEntries(wrong.map(({ field, expected }) => [field, expected])),
    ...(isBackwards(filter) ? { to: 'Not after the start' } : {}),
  };
}

const TYPED = [
  { field: 'ttft', expected: 'A whole number from 1' },
  { field: 'speed', expected: 'A whole number from 1' },
  { field: 'budget', expected: 'An amount such as 0.5' },
  { field: 'from', expected: 'No time after 1970' },
  { field: 'to', expected: 'No time after 1970' },
] as const;

/** Whether the end of the time one looks for is not after its start. */
export function isBackwards({ from, to }: MarketFilter): boolean {
  const [start, end] = [instantOf(from), instantOf(to)];
  return start !== null && end !== null && start >= end;
}

function whole(typed: string, max: number, say: (value: number) => Partial<Wanted>): Partial<Wanted> {
  const value = Number(typed);
  return Number.isInteger(value) && value >= 1 && value <= max ? say(value) : {};
}

function at(typed: string, say: (instant: string) => Partial<Wanted>): Partial<Wanted> {
  const instant = instantOf(typed);
  return instant === null || Date.parse(instant) <= 0 ? {} : say(instant);
}

function isLevel(text: string): text is Level {
  return text in LEVELS;
}
