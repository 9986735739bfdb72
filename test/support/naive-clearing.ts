import type { Candidate, Lot, RoomFor } from '../../src/allocation/model/auction.clearing.js';

export interface NaiveClearing {
  /** How much each bid gets; those that get nothing are not there. */
  readonly shares: ReadonlyMap<string, bigint>;
  readonly price: bigint | null;
}

/**
 * The obvious clearing: one token/s after the other goes to whoever is next, and what everybody pays
 * is looked up among all that was refused. For few bids of few tokens/s.
 */
export function clearNaively(lot: Lot, bids: readonly Candidate[], roomFor: RoomFor): NaiveClearing {
  const shares = new Map<string, bigint>();
  const given = new Map<Candidate['buyerId'], bigint>();
  const refused: bigint[] = [];
  let left = lot.quantity as bigint;
  for (const bid of inTurn(bids)) {
    const may = countUnits(bid, roomFor, given);
    const wanted = may === bid.quantity ? may : downToLots(may, lot);
    const got = left < wanted ? downToLots(left, lot) : wanted;
    const isEnough = got >= bid.minimumFill;
    if (wanted >= bid.minimumFill && (!isEnough || got < wanted)) refused.push(bid.limitPrice);
    if (!isEnough || got === 0n) continue;
    shares.set(bid.orderId, got);
    given.set(bid.buyerId, (given.get(bid.buyerId) ?? 0n) + got);
    left -= got;
  }
  if (shares.size === 0) return { shares, price: null };
  const winners = bids.filter(({ orderId }) => shares.has(orderId)).map(({ limitPrice }) => limitPrice);
  const [asked = 0n] = [lot.reservePrice, ...refused].sort((a, b) => (a > b ? -1 : 1));
  const caps = [asked, ...winners, ...(lot.priceMax === null ? [] : [lot.priceMax])];
  return { shares, price: caps.sort((a, b) => (a < b ? -1 : 1))[0] ?? null };
}

/** Token/s by token/s, until whole lots are left. */
function downToLots(most: bigint, { lotSize }: Lot): bigint {
  let units = most;
  while (units % lotSize !== 0n) units -= 1n;
  return units;
}

/** How much of a bid its buyer's own room allows, counted up. */
function countUnits(
  { buyerId, quantity }: Candidate,
  roomFor: RoomFor,
  given: Parameters<RoomFor>[1],
): bigint {
  const room = roomFor(buyerId, given);
  let units = 0n;
  while (units < quantity && (room === null || units < room)) units += 1n;
  return units;
}

/** Takes the best of what is left, again and again. */
function inTurn(bids: readonly Candidate[]): readonly Candidate[] {
  const [first, ...rest] = bids;
  if (first === undefined) return [];
  const best = rest.reduce((one, other) => (isBefore(other, one) ? other : one), first);
  return [best, ...inTurn(bids.filter((bid) => bid !== best))];
}

function isBefore(a: Candidate, b: Candidate): boolean {
  return a.limitPrice > b.limitPrice || (a.limitPrice === b.limitPrice && a.sequence < b.sequence);
}
