import type { Quantity } from '../../kernel/quantity.js';
import type { OffLot } from './market.rejections.js';
import type { Listing, MarketState } from './market.state.js';
import { reachedBy } from './order.reach.js';
import type { OrderTerms } from './order.state.js';
import { poolOf } from './titles.js';

/**
 * Rounded down to whole lots. What a curtailment leaves may be less than a lot, or some lots and a part
 * of one: all of that is as good as whole lots, so that nobody is left with what nobody can have.
 *
 * @param all that there is
 */
export function wholeLots(quantity: bigint, lotSize: Quantity, all: bigint | null = null): bigint {
  if (lotSize === 1n || quantity === all) return quantity;
  return quantity - (quantity % lotSize);
}

/** Whether somebody may ask for this, of all that there is throughout the window. */
export function checkLots(
  quantity: bigint,
  lotSize: Quantity,
  all: () => bigint,
): OffLot | null {
  if (lotSize === 1n || quantity % lotSize === 0n) return null;
  const odd = all();
  return quantity === odd ? null : offLot('quantity', quantity, { lotSizes: [lotSize], odd });
}

/** The same of the least that somebody wants; 1 is anything at all, in whatever lots. */
export function checkMinimum(minimum: bigint, lotSizes: readonly bigint[], odd = 0n): OffLot | null {
  if (minimum === 1n || minimum === odd) return null;
  if (lotSizes.some((lotSize) => minimum % lotSize === 0n)) return null;
  return offLot('minimumFill', minimum, { lotSizes, odd });
}

/**
 * An order reaches several pools: it is fit when one of them could fill all of it. Those that it rules
 * out by its constraints do not count, unless it rules out all there are.
 */
export function checkOrderLots(
  pools: MarketState['pools'],
  { quantity, minimumFill, constraints }: Pick<OrderTerms, 'quantity' | 'minimumFill' | 'constraints'>,
): OffLot | null {
  if (!hasLots({ pools })) return null;
  const lotSizes = lotSizesFor(pools, constraints);
  if (!lotSizes.some((lotSize) => quantity % lotSize === 0n)) {
    return offLot('quantity', quantity, { lotSizes });
  }
  // All or none, or the least of what fits anyway.
  return minimumFill === quantity ? null : checkMinimum(minimumFill, lotSizes);
}

/** What every order asks first: most markets have none. */
export function hasLots({ pools }: Pick<MarketState, 'pools'>): boolean {
  for (const { facts } of pools.values()) if (facts.lotSize !== 1n) return true;
  return false;
}

/** Asks of larger lots before those of smaller ones, each in their order. */
export function largestLotsFirst(state: MarketState, asks: Iterable<Listing>): readonly Listing[] {
  const lotSizeOf = ({ poolId }: Listing): bigint => poolOf(state, poolId).facts.lotSize;
  return [...asks].sort((a, b) => Number(lotSizeOf(b) - lotSizeOf(a)));
}

/** The lots of the pools that an order can reach; any pool's where it can reach none. */
export function lotSizesFor(
  pools: MarketState['pools'],
  constraints: OrderTerms['constraints'],
): readonly Quantity[] {
  return [...new Set(reachedBy(pools, constraints).map(({ facts }) => facts.lotSize))];
}

export const smallestOf = (lotSizes: readonly bigint[]): Quantity =>
  lotSizes.reduce((low, one) => (one < low ? one : low), lotSizes[0] ?? 1n) as Quantity;

/** With the nearest quantities that are whole lots, or all that there is. */
export function offLot(
  field: OffLot['field'],
  asked: bigint,
  { lotSizes, odd = 0n }: { readonly lotSizes: readonly bigint[]; readonly odd?: bigint },
): OffLot {
  const floors = lotSizes.map((lotSize) => asked - (asked % lotSize));
  const ceilings = lotSizes.map((lotSize) => asked - (asked % lotSize) + lotSize);
  const below = [...floors, odd].filter((one) => one > 0n && one < asked);
  const above = [...ceilings, odd].filter((one) => one > asked);
  return {
    code: 'OFF_LOT',
    ...{ field, lotSize: smallestOf(lotSizes) },
    below: below.length === 0 ? null : (below.reduce((a, b) => (a > b ? a : b)) as Quantity),
    above: above.reduce((a, b) => (a < b ? a : b)) as Quantity,
  };
}
