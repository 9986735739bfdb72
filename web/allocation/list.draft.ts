import { parseUsd } from '../../src/kernel/money.js';
import { parseQuantity } from '../../src/kernel/quantity.js';
import type { Issue } from '../api/refusal.documents.js';
import { QUANTITY_ACCEPTED } from '../ui/form-reader.js';
import { gridMs, instantOf, type Grid } from '../ui/time.js';

/** What a provider has typed of a listing, step by step. */
export interface ListingDraft {
  readonly kind: 'fixed' | 'auction';
  readonly start: string;
  readonly end: string;
  readonly quantity: string;
  /** Dollars for a token/s and hour; of an auction what is asked at the least. */
  readonly price: string;
  /** Of a fixed price: it is refused where it would be sold at once, to a bid that waits. */
  readonly isPostOnly: boolean;
  readonly opensAt: string;
  readonly closesAt: string;
}

export const STEPS = ['offer', 'price', 'terms', 'preview'] as const;
export type Step = (typeof STEPS)[number];

const issue = (field: string, reason: string, accepted: string): Issue => ({ field, reason, accepted });

/** What is seen to be wrong with a step before anything is sent; what only the exchange knows comes later. */
export function issuesOf(step: Step, draft: ListingDraft, grid: Grid): readonly Issue[] {
  switch (step) {
    case 'offer':
      return [...windowIssues(draft, grid), ...quantityIssues(draft.quantity)];
    case 'price':
      return [...priceIssues(draft.price), ...(draft.kind === 'auction' ? timeIssues(draft) : [])];
    case 'terms':
    case 'preview':
      return [];
  }
}

function windowIssues({ start, end }: ListingDraft, grid: Grid): readonly Issue[] {
  const [from, to] = [instantOf(start), instantOf(end)];
  if (from === null) return [issue('window.start', 'is no date and time', 'a date and a time, UTC')];
  if (to === null) return [issue('window.end', 'is no date and time', 'a date and a time, UTC')];
  const ends = [
    ['window.start', from],
    ['window.end', to],
  ] as const;
  const off = ends.filter(([, at]) => Date.parse(at) % gridMs(grid) !== 0).map(([field]) => issue(field, 'is between two lines of the pool’s grid', GRIDS[grid]));
  if (off.length > 0) return off;
  return to > from ? [] : [issue('window.end', 'is not after the start', 'a later time')];
}

/** Where a window may begin and end. */
export const GRIDS: Readonly<Record<Grid, string>> = { QUARTER_HOUR: 'a quarter of an hour', HOUR: 'a full hour', DAY: 'midnight UTC' };

function quantityIssues(quantity: string): readonly Issue[] {
  const parsed = parseQuantity(quantity.trim().replaceAll(',', ''));
  return parsed.ok ? [] : [issue('quantity', 'is no quantity', QUANTITY_ACCEPTED)];
}

function priceIssues(price: string): readonly Issue[] {
  return parseUsd(price.trim()).ok ? [] : [issue('unitPrice', 'is no amount', 'US dollars with at most six places, such as 0.0015')];
}

function timeIssues({ opensAt, closesAt, start }: ListingDraft): readonly Issue[] {
  const [closes, opens, begins] = [instantOf(closesAt), instantOf(opensAt), instantOf(start)];
  if (closes === null) return [issue('closesAt', 'is no date and time', 'a date and a time, UTC')];
  if (begins !== null && closes > begins) return [issue('closesAt', 'is after the window has begun', 'a time before its start')];
  return opens !== null && opens >= closes ? [issue('opensAt', 'is not before the close', 'an earlier time, or nothing')] : [];
}

/** The step that shows a field of the API's input. */
export function stepOf(field: string): Step {
  if (field.startsWith('window') || field === 'quantity') return 'offer';
  return ['unitPrice', 'isPostOnly', 'reservePrice', 'opensAt', 'closesAt'].includes(field) ? 'price' : 'preview';
}
