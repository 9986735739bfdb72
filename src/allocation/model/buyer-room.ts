import type { OrganizationId } from '../../kernel/ids.js';
import { BASIS_POINTS_WHOLE, divide } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import {
  fromSegments,
  lower,
  minimumOver,
  restrict,
  segmentsOf,
  type Segment,
  type StepFunction,
} from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { wholeLots } from './lot-size.rules.js';
import { NOBODY, type Counted } from './counting.js';
import type { MarketRejection } from './market.rejections.js';
import type { PoolState } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import { positionsIn, type Positions } from './positions.js';
import { firstHeldBack, heldBackIn, releasedAsOf, roomBesideSmall } from './set-aside.rules.js';
import { roomUnderCap } from './titles.js';

/** Who buys, for when, and as of when set-asides are released. */
export interface Buying {
  readonly buyerId: OrganizationId;
  readonly window: Window;
  readonly asOf: Instant;
  /** For whom what is bought counts already: it has no need of room where that is its buyer. */
  readonly counted: Counted;
}

/** Of what nobody has bought yet. */
type AskedOfPool = Pick<Buying, 'buyerId' | 'window'>;

/** What the rules of a pool over its buyers leave to one of them, beside what they have. */
export interface Room {
  readonly quantity: Quantity;
  /** When it grows because what is set aside is released; null: that is not what it is limited by. */
  readonly growsAt: Instant | null;
}

/** Whether there is any rule over who may buy how much of a pool: of most there is none. */
export function hasBuyerRules({ buyerShareMax, setAside }: PoolFacts): boolean {
  return buyerShareMax !== null || setAside !== null;
}

/**
 * The room throughout a window; null: there is no limit. Every way to buy asks here: the cap on one
 * buyer's share, then what is set aside for small buyers.
 */
export function roomFor(facts: PoolFacts, positions: Positions, buying: Buying): Room | null {
  if (!hasBuyerRules(facts)) return null;
  const share = shareFor(facts, positions, buying);
  const rooms = heldBackRooms(facts, positions, buying);
  const kept = keptRoom(facts, rooms);
  if (share === null || (kept !== null && kept.quantity < share)) return kept;
  return { quantity: share, growsAt: null };
}

/** What counts for its buyer already takes nothing of their share, unless they are above it. */
function shareFor(
  facts: PoolFacts,
  positions: Positions,
  { buyerId, window, counted }: Omit<Buying, 'asOf'>,
): Quantity | null {
  const room = roomUnderCap(facts, buyerId, positions.of(buyerId));
  if (room === null) return null;
  const least = minimumOver(room, window);
  if (counted.includes(buyerId) && least >= 0n) return null;
  return toQuantity(least < 0n ? 0n : divide(least, BASIS_POINTS_WHOLE).quotient);
}

/** The least of the rooms, which grows when the last of those that are so small is released. */
function keptRoom(facts: PoolFacts, rooms: readonly Segment[]): Room | null {
  const least = leastOf(rooms);
  const last = rooms.filter(({ value }) => value === least).at(-1);
  if (least === null || last === undefined) return null;
  return { quantity: toQuantity(least < 0n ? 0n : least), growsAt: releaseOf(facts, last) };
}

const leastOf = (rooms: readonly Segment[]): bigint | null =>
  rooms.reduce<bigint | null>((a, { value: b }) => (a === null || b < a ? b : a), null);

/** When the last cell of a stretch is released. */
function releaseOf({ grid, setAside }: PoolFacts, { window }: Segment): Instant {
  return (window.end - grid - (setAside?.releasedBefore ?? 0)) as Instant;
}

/** Stretches of the window in which something is still set aside, and what is left there. */
function heldBackRooms(
  facts: PoolFacts,
  positions: Positions,
  { buyerId, window, asOf, counted }: Buying,
): readonly Segment[] {
  const { setAside } = facts;
  if (setAside === null || buyerId === facts.providerId) return [];
  const held = heldBackIn(window, facts.grid, { setAside, asOf });
  return held === null ? [] : roomBesideSmall({ ...facts, setAside }, positions, { buyerId, held, counted });
}

/** Why the rules of a pool over its buyers forbid a purchase; null when they do not. */
export function roomRefusal(
  pool: PoolState,
  { quantity, now, ...asked }: Omit<Buying, 'asOf'> & { quantity: Quantity; now: Instant },
): MarketRejection | null {
  const { facts } = pool;
  if (!hasBuyerRules(facts)) return null;
  const positions = positionsIn(pool);
  const inLots = (room: bigint): Quantity =>
    toQuantity(room <= 0n ? 0n : wholeLots(room, facts.lotSize));
  const share = shareFor(facts, positions, asked);
  if (share !== null && share < quantity) {
    return { code: 'BUYER_SHARE_EXCEEDED', available: inLots(share) };
  }
  const rooms = heldBackRooms(facts, positions, { ...asked, asOf: releasedAsOf(pool, now) });
  const last = rooms.filter(({ value }) => value < quantity).at(-1);
  if (last === undefined || facts.setAside === null) return null;
  const { smallBuyerMax } = facts.setAside;
  const available = inLots(leastOf(rooms) ?? 0n);
  const releasedAt = releaseOf(facts, last);
  return { code: 'SET_ASIDE_FOR_SMALL_BUYERS', available, smallBuyerMax, releasedAt };
}

/** The same as its buyer may be told, of what nobody has bought yet: in whole lots. */
export function roomOfBuyer(pool: PoolState, asked: AskedOfPool, now: Instant): Room | null {
  const buying = { ...asked, asOf: releasedAsOf(pool, now), counted: NOBODY };
  const room = roomFor(pool.facts, positionsIn(pool), buying);
  if (room === null) return null;
  return { ...room, quantity: toQuantity(wholeLots(room.quantity, pool.facts.lotSize)) };
}

/** The same at every instant of a window; null where there is no rule. Of what is resold it may be more. */
export function roomOver(pool: PoolState, asked: AskedOfPool, now: Instant): StepFunction | null {
  const { facts } = pool;
  const { buyerId, window } = asked;
  const positions = positionsIn(pool);
  const cap = roomUnderCap(facts, buyerId, positions.of(buyerId));
  const underCap = cap === null ? null : wholeTokens(restrict(cap, window));
  const { setAside } = facts;
  if (setAside === null || buyerId === facts.providerId) return underCap;
  const asOf = releasedAsOf(pool, now);
  // Nobody buys more than there is: what is released has that room.
  const start = firstHeldBack(facts.grid, { setAside, asOf });
  const released = restrict(facts.nameplate, { start: window.start, end: start < window.end ? start : window.end });
  const held = heldBackRooms(facts, positions, { ...asked, asOf, counted: NOBODY }).filter(({ value }) => value > 0n);
  const beside = fromSegments([...(start > window.start ? segmentsOf(released) : []), ...held]);
  return underCap === null ? beside : lower(underCap, beside);
}

function wholeTokens(scaled: StepFunction): StepFunction {
  return fromSegments(
    segmentsOf(scaled).flatMap(({ window, value }) =>
      value > 0n ? [{ window, value: divide(value, BASIS_POINTS_WHOLE).quotient }] : [],
    ),
  );
}
