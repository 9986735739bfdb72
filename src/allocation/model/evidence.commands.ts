import type { PoolId } from '../../kernel/ids.js';
import type { EvidenceLevel } from './order.state.js';
import type { Sent } from './sent.js';

/** What is known of a pool has changed: measured elsewhere, decided on here. */
export interface RateEvidence extends Sent {
  readonly type: 'RateEvidence';
  readonly poolId: PoolId;
  readonly level: EvidenceLevel;
  /** 1, 2, 3 … of the pool: of two, the higher is the newer. */
  readonly change: number;
}
