import type { OrganizationId } from '../../kernel/ids.js';
import { BASIS_POINTS_WHOLE, divide } from '../../kernel/money.js';
import {
  addOver,
  maximumOver,
  restrict,
  segmentsOf,
  stretchesOf,
  valueAt,
  ZERO,
  type Segment,
  type StepFunction,
} from '../../kernel/step-function.js';
import { floorToGrid, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
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
 * What one buyer may have in addition at each instant, so that all who hold more than a small buyer do
 * hold no more together than is not set aside. Whoever stays small may always buy; whoever does not
 * counts with everything they have. Below zero where they are above it already.
 */
export function roomBesideSmall(
  { nameplate, setAside }: PoolFacts & { readonly setAside: SetAside },
  positions: Positions,
  { buyerId, held }: { readonly buyerId: OrganizationId; readonly held: Window },
): readonly Segment[] {
  const { share, smallBuyerMax } = setAside;
  const open = BASIS_POINTS_WHOLE - BigInt(share);
  const own = positions.of(buyerId);
  const large = largeBeside(positions, buyerId, { held, smallBuyerMax });
  return stretchesOf(held, [own, large, nameplate]).map((window) => {
    const at = window.start;
    const position = valueAt(own, at);
    const forLarge = divide(valueAt(nameplate, at) * open, BASIS_POINTS_WHOLE).quotient;
    const asLarge = forLarge - valueAt(large, at) - position;
    const asSmall = smallBuyerMax - position;
    return { window, value: asLarge > asSmall ? asLarge : asSmall };
  });
}

/** What others hold where they are above what a small buyer may, summed up. */
function largeBeside(
  positions: Positions,
  buyerId: OrganizationId,
  { held, smallBuyerMax }: { readonly held: Window; readonly smallBuyerMax: bigint },
): StepFunction {
  let large = ZERO;
  for (const [holderId, position] of positions.all()) {
    if (holderId === buyerId || maximumOver(position, held) <= smallBuyerMax) continue;
    for (const { window, value } of segmentsOf(restrict(position, held))) {
      if (value > smallBuyerMax) large = addOver(large, window, value);
    }
  }
  return large;
}
