import type { MarketId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { TokenWeights } from '../../providers/contract.js';
import type { VendorName } from './vendor.facts.js';

/** One reservation that traffic can be routed to, with what serves it. */
export interface Lane {
  readonly reservationId: ReservationId;
  readonly marketId: MarketId;
  readonly poolId: PoolId;
  /** Tokens/s over time. */
  readonly quantity: StepFunction;
  readonly unitPrice: UnitPrice;
  /** Those of the sale. */
  readonly weights: TokenWeights;
  /** Promised time to first token, 95th percentile, in milliseconds. */
  readonly ttftPromisedMs: number;
  /** Promised time for each token after the first, in milliseconds: of the slowest stream in twenty. */
  readonly tpotPromisedMs: number;
  readonly contextLength: number;
  /** Whose way to speak OpenAI's protocol its endpoint has. */
  readonly vendor: VendorName;
  readonly endpoint: { readonly url: string; readonly credential: string | null };
}
