import type { ReservationId } from '../../kernel/ids.js';
import { shareOf, type MicroUsd } from '../../kernel/money.js';
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
 */
export function partsOf(delivered: MicroUsd, { royalty, fee }: SaleSplit): Parts {
  const feePart = shareOf(delivered, fee);
  const royaltyPart = shareOf(delivered, royalty);
  const seller = (delivered - feePart - royaltyPart) as MicroUsd;
  return { seller, royalty: royaltyPart, fee: feePart };
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
  });
  return [
    transfer(kind, split.sellerId, to.seller - from.seller),
    transfer('royalty', split.providerId, to.royalty - from.royalty),
    transfer('fee', split.exchangeId, to.fee - from.fee),
  ].filter(({ amount }) => amount !== 0n);
}
