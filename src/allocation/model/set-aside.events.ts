import type { PoolId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';

/**
 * Bids wait for cells of which part is set aside: at this instant the first of them is released, and
 * reaches them before anybody else. Null: none waits any more.
 */
export interface ReleaseAwaited {
  readonly type: 'ReleaseAwaited';
  readonly poolId: PoolId;
  readonly releaseAt: Instant | null;
}
