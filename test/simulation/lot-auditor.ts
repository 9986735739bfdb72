import type { PoolBook, RawWindow } from './pool-book.js';
import { demand } from './violation.js';

/** What somebody asked for, of all that there was in each cell of a window. */
interface Asked {
  readonly name: string;
  readonly quantity: number;
  readonly window: RawWindow;
}

/** Whole lots, or all that there is throughout the window; called before anything is taken. */
export function checkLots(
  pool: PoolBook,
  { name, quantity, window }: Asked,
  thereAt: (cell: number) => number,
): void {
  if (quantity % pool.lotSize === 0) return;
  const [from, until] = pool.cellsOf(window);
  let all = Infinity;
  for (let cell = from; cell < until; cell += 1) all = Math.min(all, thereAt(cell));
  demand(quantity === all, `${name} is ${quantity} of ${all}, in lots of ${pool.lotSize}`);
}

/** Rounded down to what can be filled of a pool. */
export const inLots = (quantity: number, { lotSize }: PoolBook): number =>
  Math.floor(quantity / lotSize) * lotSize;

/** An order, or what is left of it when it is changed, is a multiple of some pool's lots. */
export function checkOrderLots(pools: readonly PoolBook[], name: string, quantity: number): void {
  const lots = pools.map(({ lotSize }) => lotSize);
  demand(lots.some((lot) => quantity % lot === 0), `${name} is ${quantity}, in lots of ${lots.join()}`);
}
