import { assert } from '../../kernel/assert.js';
import type { ListingId, OrganizationId } from '../../kernel/ids.js';
import {
  BASIS_POINTS_WHOLE,
  divideHalfEven,
  MICRO_USD_MAX,
  ZERO_USD,
  type BasisPoints,
  type MicroUsd,
} from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { addOver, segmentsOf, ZERO, type Segment, type StepFunction } from '../../kernel/step-function.js';
import { floorToGrid, plus } from '../../kernel/time.js';
import { durationOf } from '../../kernel/window.js';
import { wholeLots } from './lot-size.rules.js';
import type { Ask, Fill, Plan, ProviderPart } from './plan.problem.js';
import { rectanglesOf } from './rectangles.js';
import { amountOf } from './titles.js';

/** What is bought of each ask over time. */
export type Purchases = ReadonlyMap<Ask, StepFunction>;

export function purchasesOf(parts: Iterable<readonly [ask: Ask, part: Segment]>): Purchases {
  const purchases = new Map<Ask, StepFunction>();
  for (const [ask, { window, value }] of parts) {
    purchases.set(ask, addOver(purchases.get(ask) ?? ZERO, window, value));
  }
  return purchases;
}

/** The plan that buys this, in rectangles that one hold each can take. */
export function planOf(purchases: Purchases, isOptimal: boolean): Plan {
  const fills = [...purchases].flatMap(([ask, bought]) =>
    rectanglesOf(segmentsOf(bought)).flatMap((part) => fillsOf(ask, part)),
  );
  fills.sort((a, b) => a.window.start - b.window.start || compare(a.listingId, b.listingId));
  const amount = sumOf(fills);
  return { fills, amount, providers: providersOf(fills), isOptimal };
}

/** One fill, or several where the amount of one would be above what one sale may be. */
function fillsOf(ask: Ask, { window, value }: Segment): readonly Fill[] {
  const { listingId, marketId, poolId, providerId, unitPrice } = ask;
  const amount = amountOf(unitPrice, value as Quantity, window);
  if (amount <= MICRO_USD_MAX) {
    const quantity = value as Quantity;
    return [{ listingId, marketId, poolId, providerId, window, quantity, unitPrice, amount }];
  }
  return halvesOf(ask, { window, value }).flatMap((half) => fillsOf(ask, half));
}

/** One lot for one grid cell is always below the limit: nobody could have listed it else. */
function halvesOf({ grid, lotSize }: Ask, { window, value }: Segment): readonly Segment[] {
  const { start, end } = window;
  const middle = plus(start, floorToGrid((durationOf(window) / 2) as never, grid));
  if (middle > start) {
    return [
      { window: { start, end: middle }, value },
      { window: { start: middle, end }, value },
    ];
  }
  const half = wholeLots(value / 2n, lotSize);
  assert(half > 0n, 'a lot for a grid cell is not above what one sale may be');
  return [half, value - half].map((part) => ({ window, value: part }));
}

export function providersOf(fills: readonly Fill[]): readonly ProviderPart[] {
  const total = volumeOf(fills);
  const parts = [...groupBy(fills, ({ providerId }) => providerId)].map(([providerId, own]) => {
    const share = divideHalfEven(volumeOf(own) * BASIS_POINTS_WHOLE, total);
    return { providerId, share: Number(share) as BasisPoints, amount: sumOf(own) };
  });
  return parts.sort((a, b) => b.share - a.share || compare(a.providerId, b.providerId));
}

/** Tokens/s x milliseconds. */
export function volumeOf(fills: readonly Pick<Fill, 'window' | 'quantity'>[]): bigint {
  return fills.reduce((sum, { window, quantity }) => sum + quantity * BigInt(durationOf(window)), 0n);
}

function sumOf(fills: readonly Fill[]): MicroUsd {
  return fills.reduce<bigint>((sum, { amount }) => sum + amount, ZERO_USD) as MicroUsd;
}

function compare<Id extends ListingId | OrganizationId>(a: Id, b: Id): number {
  return a < b ? -1 : Number(a > b);
}

export function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
