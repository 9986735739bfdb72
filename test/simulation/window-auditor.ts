import type { PoolBook, RawWindow } from './pool-book.js';
import { demand } from './violation.js';

/** What is bought begins in the cell of its pool's grid that is running, or later. */
export function checkNotBegun(pool: PoolBook, name: string, { start }: RawWindow, at: number): void {
  const running = Math.floor(at / pool.grid) * pool.grid;
  demand(start >= running, `${name} is bought of ${pool.poolId} when its window has begun`);
}
