import type { OrganizationId } from '../../kernel/ids.js';
import { BASIS_POINTS_WHOLE, divide } from '../../kernel/money.js';
import {
  addOver,
  maximumOver,
  restrict,
  segmentsOf,
  stretchesOf,
  valueAt,
  type Segment,
  type StepFunction,
} from '../../kernel/step-function.js';
import { floorToGrid, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Buying } from './buyer-room.js';
import type { Shared } from './counting.js';
import type { PoolState } from './market.state.js';
import type { PoolFacts, SetAside } from './market.terms.js';
import type { Positions } from './positions.js';

interface Kept {
  readonly setAside: SetAside;
  /** As of when cells are released. */
  readonly asOf: Instant;
}

/**
 * What is released by now. Where bids wait for a release it has happened once it has reached them, not
 * before: whoever is faster than the job that serves them must not be served first.
 */
export function releasedAsOf({ releaseAwaitedAt }: PoolState, now: Instant): Instant {
  if (releaseAwaitedAt === null || now < releaseAwaitedAt) return now;
  return plus(releaseAwaitedAt, -1);
}

/** Whether bids wait for what is released by now. */
export function isReleaseDue({ releaseAwaitedAt }: PoolState, now: Instant): boolean {
  return releaseAwaitedAt !== null && releaseAwaitedAt <= now;
}

/** Start of the first grid cell that is not released. */
export function firstHeldBack(grid: Duration, { setAside, asOf }: Kept): Instant {
  return plus(floorToGrid(plus(asOf, setAside.releasedBefore), grid), grid);
}

/** The part of a window that is not released; null when all of it is. */
export function heldBackIn({ start, end }: Window, grid: Duration, kept: Kept): Window | null {
  const first = firstHeldBack(grid, kept);
  if (first >= end) return null;
  return first > start ? { start: first, end } : { start, end };
}

/**
 * What one buyer may have in addition, wherever there is a limit to that: so that all who have more than a
 * small buyer do have no more together than is not set aside. Whoever stays small may always buy; whoever
 * does not counts with everything they have. Below zero where they are above it already.
 *
 * @param counted for whom what is bought counts already: where one of them is no small buyer, it is
 *   among what large ones have
 */
export function roomBesideSmall(
  { nameplate, setAside }: PoolFacts & { readonly setAside: SetAside },
  positions: Positions,
  { buyerId, held, counted }: Pick<Buying, 'buyerId' | 'counted'> & { readonly held: Window },
): readonly Segment[] {
  const { share, smallBuyerMax } = setAside;
  const open = BASIS_POINTS_WHOLE - BigInt(share);
  const own = positions.of(buyerId);
  const others = counted.map((holderId) => positions.of(holderId));
  const large = largeWith(positions, buyerId, { held, smallBuyerMax });
  return stretchesOf(held, [own, large, nameplate, ...others]).flatMap((window) => {
    const at = window.start;
    const beside = divide(valueAt(nameplate, at) * open, BASIS_POINTS_WHOLE).quotient - valueAt(large, at);
    const isTheirs = counted.includes(buyerId);
    const isLarge = isTheirs || others.some((position) => valueAt(position, at) > smallBuyerMax);
    const asSmall = smallBuyerMax - valueAt(own, at);
    if ((isLarge && beside >= 0n) || (isTheirs && asSmall >= 0n)) return [];
    return [{ window, value: beside > asSmall ? beside : asSmall }];
  });
}

interface Asked {
  readonly held: Window;
  readonly smallBuyerMax: bigint;
}

/** What counts for a buyer, or for others where they are above what a small one may have. */
function largeWith(positions: Positions, buyerId: OrganizationId, asked: Asked): StepFunction {
  const { held, smallBuyerMax } = asked;
  let large = restrict(positions.of(buyerId), held);
  for (const [holderId, position] of positions.all()) {
    if (holderId === buyerId || maximumOver(position, held) <= smallBuyerMax) continue;
    for (const { window, value } of segmentsOf(restrict(position, held))) {
      if (value > smallBuyerMax) large = addOver(large, window, value);
    }
  }
  const isLarge = (holderId: OrganizationId, at: Instant): boolean =>
    holderId === buyerId || valueAt(positions.of(holderId), at) > smallBuyerMax;
  for (const shared of positions.shared()) large = withoutDoubles(large, shared, { held, positions, isLarge });
  return large;
}

/** What counts for several of them is there once. */
function withoutDoubles(
  large: StepFunction,
  { holders, amount }: Shared,
  { held, positions, isLarge }: {
    readonly held: Window;
    readonly positions: Positions;
    readonly isLarge: (holderId: OrganizationId, at: Instant) => boolean;
  },
): StepFunction {
  let once = large;
  for (const { window: shared, value } of segmentsOf(restrict(amount, held))) {
    for (const window of stretchesOf(shared, holders.map((holderId) => positions.of(holderId)))) {
      const counted = holders.filter((holderId) => isLarge(holderId, window.start)).length;
      if (counted > 1) once = addOver(once, window, value * BigInt(1 - counted));
    }
  }
  return once;
}
