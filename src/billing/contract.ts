import type { Bid, Loss, SaleLink } from '../allocation/contract.js';
import type { CommandContext } from '../eventstore/command-context.js';
import type { OrderId, OrganizationId, QuoteId, ReservationId, TeamId } from '../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../kernel/money.js';
import type { SharedArea } from '../kernel/proration.js';
import type { Duration, Instant } from '../kernel/time.js';
import type { Window } from '../kernel/window.js';
import type { MixPart } from '../metering/contract.js';
import type { CreditClaim, Transfer } from './model/transfer.js';

export { exportEndedJob, type ExportEnded } from './application/export/export-ended.js';
export { invoiceCodec } from './application/invoice.definition.js';
export { ledgerCodec } from './application/ledger.codec.js';
export type { InvoiceEvent } from './model/invoice-register.events.js';
export type { LedgerEvent } from './model/ledger.events.js';
export type { CreditClaim, Transfer } from './model/transfer.js';

/** Where browsers reach this product: for links in what is sent to people. */
export abstract class PublicAddress {
  abstract get publicUrl(): string;
}

/** A fill of an order, as the books need it: the reservation is the holder's already. */
export interface OrderFill {
  readonly orderId: OrderId;
  readonly reservationId: ReservationId;
  readonly sellerId: OrganizationId;
  readonly providerId: OrganizationId;
  /** The provider's share; zero where the provider is the seller. */
  readonly royalty: BasisPoints;
  readonly window: Window;
  /** Of the pool. */
  readonly grid: Duration;
  readonly amount: MicroUsd;
}

export interface PenaltyFacts {
  readonly reservationId: ReservationId;
  readonly curtailmentId: string;
  readonly holderId: OrganizationId;
  readonly curtailedAt: Instant;
  readonly amount: MicroUsd;
}

/** What an hour that missed its promise is worth less, of one sale on the way to who was served. */
export interface HourCredit {
  readonly sale: SaleLink;
  /** The reservation whose requests were judged. */
  readonly servedId: ReservationId;
  readonly hour: Instant;
  readonly revision: number;
  /** As of the revision before. */
  readonly before: SharedArea;
  readonly now: SharedArea;
}

/** `orderId` is made of the curtailment: the same for all who ask. */
export interface RebookingOrder extends Omit<Bid, 'marketId'> {
  readonly orderId: OrderId;
}

/** What cross-domain processes tell the books. Every call may come again with the same context. */
export abstract class Books {
  /** Moves title for money that is in escrow, or gives the money back. */
  abstract confirmOrRelease(holderId: OrganizationId, reservationId: ReservationId): Promise<void>;
  /** The same for all of a quote. */
  abstract acceptOrRelease(buyerId: OrganizationId, quoteId: QuoteId): Promise<void>;
  /** Asks the market what money was set aside for; gives it back when the market refuses. */
  abstract sendOrder(buyerId: OrganizationId, request: string, raised: MicroUsd): Promise<void>;
  /**
   * Moves the price of a fill from what is set aside for its order into escrow. A reservation is paid
   * for once, whoever tells of it and however often.
   *
   * @throws InvariantError when it is more than what is set aside
   */
  abstract captureFill(holderId: OrganizationId, fill: OrderFill): Promise<void>;
  /**
   * Gives back what an order did not spend. `isFinal` ends it: what is then still set aside is exactly
   * what fills cost that were not booked yet; these may come later.
   *
   * @throws InvariantError when it is more than what is set aside
   */
  abstract releaseFunds(
    buyerId: OrganizationId,
    rest: { readonly orderId: OrderId; readonly amount: MicroUsd; readonly isFinal: boolean },
    context: CommandContext,
  ): Promise<void>;
  /**
   * Pays delivery out from now on, as hours pass.
   *
   * @throws Error when the money is not in escrow yet: ask again
   */
  abstract startDelivery(holderId: OrganizationId, reservationId: ReservationId): Promise<void>;
  /** @throws Error when the money is not in escrow yet: ask again */
  abstract cancelEscrow(
    holderId: OrganizationId,
    reservationId: ReservationId,
    fee: MicroUsd,
    context: CommandContext,
  ): Promise<void>;
  /**
   * Gives the price of what was lost back to its holder, as far as it was not delivered. Whatever else
   * the market took of the reservation before comes first.
   *
   * @throws Error when the money is not in escrow yet: ask again
   */
  abstract curtailEscrow(
    holderId: OrganizationId,
    reservationId: ReservationId,
    loss: Omit<Loss, 'window'>,
  ): Promise<void>;
  /** Charges a provider for what a holder lost; what its wallet cannot cover is owed. */
  abstract chargePenalty(providerId: OrganizationId, penalty: PenaltyFacts): Promise<void>;
  /**
   * Gives back a share of the price of an hour, or takes it again: what is due beyond the revision
   * before. Once for each revision.
   *
   * @throws Error when the sale is not in the books' read model yet: ask again
   */
  abstract creditHour(credit: HourCredit): Promise<void>;
  /** Has an organization give back what it was paid too much; once for each `creditId`. */
  abstract claimCredit(fromId: OrganizationId, claim: CreditClaim): Promise<void>;
  /** Sets money aside for an order that replaces what was lost, and places it; null, or why not. */
  abstract rebook(buyerId: OrganizationId, order: RebookingOrder): Promise<string | null>;
  abstract receive(
    fromId: OrganizationId,
    transfer: Transfer,
    reservationId: ReservationId,
    context: CommandContext,
  ): Promise<void>;
  /** Tops up those of these wallets that are low, as their organizations have said. */
  abstract topUpIfLow(organizationIds: readonly OrganizationId[]): Promise<void>;
  /**
   * Brings what was charged for an hour to its total, up or down. Totals of one hour come in their
   * order.
   */
  abstract chargeOverage(
    overage: {
      readonly holderId: OrganizationId;
      readonly providerId: OrganizationId;
      readonly reservationId: ReservationId;
      readonly hour: Instant;
      /** Whose reservation it is; null: the organization's as a whole. */
      readonly teamId: TeamId | null;
      /** Of hours before this there will be no other total. */
      readonly finalBefore: Instant;
      /** All that is due for the hour. */
      readonly total: MicroUsd;
      /** What the use of the hour is made of. */
      readonly mix: readonly MixPart[];
      /** The rated hour that it follows from. */
      readonly evidence: string;
      /** A dispute about its counts was conceded: what an issued invoice charged too much by that is a credit note. */
      readonly isConceded: boolean;
    },
    context: CommandContext,
  ): Promise<void>;
}
