import type { PoolId } from '../../kernel/ids.js';
import type { EvidenceLevel } from './order.state.js';

export interface PoolEvidenceRated {
  readonly type: 'PoolEvidenceRated';
  readonly poolId: PoolId;
  readonly level: EvidenceLevel;
  readonly change: number;
}
