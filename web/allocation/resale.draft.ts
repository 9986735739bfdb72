import { parseUsd } from '../../src/kernel/money.js';
import { parseQuantity } from '../../src/kernel/quantity.js';
import { floorToGrid, type Instant } from '../../src/kernel/time.js';
import type { Issue, Refusal } from '../api/refusal.documents.js';
import { tokensPerSecond, usd, utc, utcWindow } from '../ui/format.js';
import { QUANTITY_ACCEPTED } from '../ui/form-reader.js';
import type { Segment } from '../ui/segment.js';
import { gridMs, instantOf, type Grid } from '../ui/time.js';
import { GRIDS } from './list.draft.js';
import type { TradeFields } from './trade.js';

export type ResaleKind = 'fixed' | 'auction';

/** From when until when an auction takes bids, as typed. */
export interface AuctionTimes {
  readonly opensAt: string;
  readonly closesAt: string;
}

export interface ResaleFacts {
  readonly grid: Grid;
  /** What is held. */
  readonly entitlement: readonly Segment[];
  readonly nowMs: number;
}

/** The field of the API's input in which the price stands. */
export const PRICE_FIELD = { fixed: 'unitPrice', auction: 'reservePrice' } as const;

const issue = (field: string, reason: string, accepted: string): Issue => ({ field, reason, accepted });

/** What is wrong so far. An empty field is not wrong yet; what only the exchange can know, it says when it is asked. `times`: of an auction. */
export function resaleIssues(fields: TradeFields, times: AuctionTimes | null, facts: ResaleFacts): readonly Issue[] {
  return [
    ...windowIssues(fields, times !== null, facts),
    ...quantityIssues(fields, facts.entitlement),
    ...priceIssues(fields.price, PRICE_FIELD[times === null ? 'fixed' : 'auction']),
    ...(times === null ? [] : timeIssues(times, fields.start, facts.nowMs)),
  ];
}

function windowIssues({ start, end }: TradeFields, isAuction: boolean, { grid, nowMs }: ResaleFacts): readonly Issue[] {
  const [from, to] = [msOf(start), msOf(end)];
  const off = [['window.start', from] as const, ['window.end', to] as const]
    .filter(([, at]) => at !== null && at % gridMs(grid) !== 0)
    .map(([field]) => issue(field, 'is between two lines of the pool’s grid', GRIDS[grid]));
  if (off.length > 0) return off;
  // The running hour can be sold at a price, but not by an auction that has yet to close.
  const hasPassed = from !== null && (isAuction ? from <= nowMs : from < floorToGrid(nowMs as Instant, gridMs(grid)));
  return [
    ...(hasPassed ? [issue('window.start', 'has begun', 'a time to come')] : []),
    ...(from !== null && to !== null && to <= from ? [issue('window.end', 'is not after the start', 'a later time')] : []),
  ];
}

function quantityIssues({ start, end, quantity }: TradeFields, entitlement: readonly Segment[]): readonly Issue[] {
  const plain = quantity.trim().replaceAll(',', '');
  if (plain === '') return [];
  const parsed = parseQuantity(plain);
  if (!parsed.ok) return [issue('quantity', 'is no quantity', QUANTITY_ACCEPTED)];
  const [from, to] = [msOf(start), msOf(end)];
  if (from === null || to === null || to <= from) return [];
  const held = heldWithin(entitlement, from, to);
  return parsed.value <= held ? [] : [issue('quantity', 'is more than you hold throughout this window', atMost(held))];
}

const atMost = (quantity: bigint): string => (quantity === 0n ? 'another window: you hold nothing in all of this one' : `at most ${tokensPerSecond(quantity.toString())}`);

/** What is held in each instant from `start` to `end`. */
function heldWithin(segments: readonly Segment[], start: number, end: number): bigint {
  const within = segments
    .map(({ window, quantity }) => ({ quantity: BigInt(quantity), ms: Math.min(Date.parse(window.end), end) - Math.max(Date.parse(window.start), start) }))
    .filter(({ ms }) => ms > 0);
  const covered = within.reduce((sum, { ms }) => sum + ms, 0);
  if (covered < end - start) return 0n;
  return within.map(({ quantity }) => quantity).reduce((least, quantity) => (quantity < least ? quantity : least));
}

function priceIssues(price: string, field: string): readonly Issue[] {
  if (price.trim() === '' || parseUsd(price.trim()).ok) return [];
  return [issue(field, 'is no amount', 'US dollars with at most six places, such as 0.0015')];
}

function timeIssues({ opensAt, closesAt }: AuctionTimes, start: string, nowMs: number): readonly Issue[] {
  const [opens, closes] = [msOf(opensAt), msOf(closesAt)];
  return [...(opens === null ? [] : openingIssues(opens, closes, nowMs)), ...(closes === null ? [] : closeIssues(closes, msOf(start), nowMs))];
}

function openingIssues(opens: number, closes: number | null, nowMs: number): readonly Issue[] {
  if (opens <= nowMs) return [issue('opensAt', 'has passed', 'a time to come, or nothing')];
  return closes !== null && opens >= closes ? [issue('opensAt', 'is not before the close', 'an earlier time, or nothing')] : [];
}

function closeIssues(closes: number, begins: number | null, nowMs: number): readonly Issue[] {
  if (closes <= nowMs) return [issue('closesAt', 'has passed', 'a time to come')];
  return begins !== null && closes > begins ? [issue('closesAt', 'is after the window has begun', `at the latest ${utc(new Date(begins).toISOString())} UTC`)] : [];
}

function msOf(field: string): number | null {
  const instant = instantOf(field);
  return instant === null ? null : Date.parse(instant);
}

/** What a refusal says of one field; null: it is about the whole. */
export function issueOfRefusal(refusal: Refusal, kind: ResaleKind): Issue | null {
  switch (refusal.__typename) {
    case 'CapacityRejection': {
      const isNone = refusal.available === '0';
      const accepted = isNone ? 'another window: nothing is free in all of this one' : `at most ${tokensPerSecond(refusal.available)}`;
      return issue('quantity', 'is more than is free to offer throughout this window', accepted);
    }
    case 'LotRejection': {
      const accepted = [refusal.below, refusal.above].flatMap((lots) => (lots === null ? [] : [tokensPerSecond(lots)])).join(' or ');
      return issue('quantity', 'is no whole number of lots', accepted);
    }
    case 'WindowRejection': {
      const { accepted, earliestStart } = refusal;
      if (accepted !== null) return issue('window.start', 'is not on the pool’s grid, or not in what you hold', utcWindow(accepted));
      return issue('window.start', 'has begun', earliestStart === null ? 'a time to come' : `from ${utc(earliestStart)} UTC on`);
    }
    case 'ResaleTermsRejection':
      if (refusal.unitPriceMax === null) return null;
      return issue(PRICE_FIELD[kind], 'is above what the terms of resale allow', `at most ${usd(refusal.unitPriceMax)}`);
    default:
      return null;
  }
}
