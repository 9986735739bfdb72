import type { CommandContext } from '../eventstore/command-context.js';
import type { OrganizationId, ReservationId } from '../kernel/ids.js';
import type { MicroUsd } from '../kernel/money.js';
import type { Instant } from '../kernel/time.js';
import type { Transfer } from './model/ledger.events.js';

export { ledgerCodec } from './application/ledger.codec.js';
export type { LedgerEvent, Transfer } from './model/ledger.events.js';

/** What cross-domain processes tell the books. Every call may come again with the same context. */
export abstract class Books {
  /** Moves title for money that is in escrow, or gives the money back. */
  abstract confirmOrRelease(holderId: OrganizationId, reservationId: ReservationId): Promise<void>;
  /** Pays delivery out from now on, as hours pass. */
  abstract startDelivery(holderId: OrganizationId, reservationId: ReservationId): Promise<void>;
  abstract cancelEscrow(
    holderId: OrganizationId,
    reservationId: ReservationId,
    fee: MicroUsd,
    context: CommandContext,
  ): Promise<void>;
  abstract receive(
    fromId: OrganizationId,
    transfer: Transfer,
    reservationId: ReservationId,
    context: CommandContext,
  ): Promise<void>;
  abstract chargeOverage(
    overage: {
      readonly holderId: OrganizationId;
      readonly providerId: OrganizationId;
      readonly reservationId: ReservationId;
      readonly hour: Instant;
      /** All that is due for the hour. */
      readonly total: MicroUsd;
    },
    context: CommandContext,
  ): Promise<void>;
}
