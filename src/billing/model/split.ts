import type { ReservationId } from '../../kernel/ids.js';
import { BASIS_POINTS_WHOLE, divideHalfEven, shareOf, type MicroUsd } from '../../kernel/money.js';
import type { Transfer, TransferKind } from './ledger.events.js';
import type { SaleSplit } from './ledger.state.js';

/** Of one delivered amount: whose is how much. The parts sum to the whole. */
export interface Parts {
  readonly seller: MicroUsd;
  readonly royalty: MicroUsd;
  readonly fee: MicroUsd;
}

/**
 * The parts of everything delivered so far. Shares are rounded half to even on the running total,
 * never on a single hour, so many small hours come to what one large one does; the seller has what
 * is left, so nothing is lost.
 *
 * The royalty is its share of what the fee leaves. Rounding both on the whole would let both step up
 * at one unit, and the seller's part fall: as it is no part ever falls, and none is below zero.
 */
export function partsOf(delivered: MicroUsd, split: SaleSplit): Parts {
  const fee = shareOf(delivered, split.fee);
  const rest = delivered - fee;
  const royalty = royaltyOf(rest, split);
  const seller = (rest - royalty) as MicroUsd;
  return { seller, royalty, fee };
}

/** Of what the fee leaves; all of it where the shares come to more than the whole. */
function royaltyOf(rest: bigint, { royalty, fee }: SaleSplit): MicroUsd {
  const left = BASIS_POINTS_WHOLE - BigInt(fee);
  if (BigInt(royalty) >= left) return rest as MicroUsd;
  return divideHalfEven(rest * BigInt(royalty), left) as MicroUsd;
}

export interface Portion {
  readonly reservationId: ReservationId;
  readonly split: SaleSplit;
  /** What the seller's part is for: a delivery, a cancellation or an overage. */
  readonly kind: Extract<TransferKind, 'proceeds' | 'cancellation' | 'overage'>;
  readonly before: MicroUsd;
  readonly after: MicroUsd;
  /** Names this portion among those of its reservation. */
  readonly name: string;
}

/** What goes to whom when the delivered total moves from `before` to `after`. */
export function transfersOf(portion: Portion): readonly Transfer[] {
  const { reservationId, split, kind, name } = portion;
  const from = partsOf(portion.before, split);
  const to = partsOf(portion.after, split);
  const transfer = (what: TransferKind, toId: Transfer['toId'], amount: bigint): Transfer => ({
    transferId: `${reservationId}/${name}/${what}`,
    toId,
    kind: what,
    amount: amount as MicroUsd,
    evidence: null,
    parts: [],
  });
  return [
    transfer(kind, split.sellerId, to.seller - from.seller),
    transfer('royalty', split.providerId, to.royalty - from.royalty),
    transfer('fee', split.exchangeId, to.fee - from.fee),
  ].filter(({ amount }) => amount !== 0n);
}
