import { Injectable } from '@nestjs/common';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import {
  idInMarket,
  marketOf,
  type ListingId,
  type PoolId,
  type ReservationId,
} from '../../kernel/ids.js';
import { MICRO_USD_MAX, type MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { MINUTE_MS, type Duration } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import type { CreateListing, OpenAuction } from '../model/market.commands.js';
import type { MarketRejection } from '../model/market.rejections.js';
import { NO_SEED } from '../model/sent.js';
import { cancelReservation } from '../model/reservation.decide.js';
import { MarketService, type MarketOutcome } from './market.service.js';

/** How long a buyer has to pay. */
export const HOLD_FOR = (15 * MINUTE_MS) as Duration;

/** Who asks, by which mutation, and everything they said. */
export interface TradeRequest {
  readonly caller: AuthenticatedPrincipal;
  readonly mutation: string;
  readonly idempotencyKey: string;
  readonly input: unknown;
}

/** What is offered, before it is known what it is cut from. */
export type Offer =
  | Pick<CreateListing, 'type' | 'window' | 'quantity' | 'unitPrice' | 'isPostOnly'>
  | Pick<OpenAuction, 'type' | 'window' | 'quantity' | 'reservePrice' | 'opensAt' | 'closesAt'>;

export interface CancellationQuote {
  readonly feeShare: number;
  readonly fee: MicroUsd;
  readonly refund: MicroUsd;
}

type NotFound = Extract<MarketRejection, { readonly code: `${string}_NOT_FOUND` }>;
const refuse = (rejection: NotFound): MarketOutcome => ({ accepted: false, rejection });

/** What members and programs do in a market. */
@Injectable()
export class TradingService {
  constructor(private readonly markets: MarketService) {}

  /** Offers part of a pool of the caller's. */
  async listPool(request: TradeRequest, poolId: PoolId, offer: Offer): Promise<MarketOutcome> {
    const marketId = marketOf(poolId);
    if (marketId === null) return refuse({ code: 'POOL_NOT_FOUND' });
    const listingId = idInMarket<ListingId>(marketId, uuidV7());
    const sellerId = request.caller.organizationId;
    const source = { kind: 'pool' } as const;
    const command = { ...offer, listingId, poolId, sellerId, source };
    return this.markets.execute(marketId, command, contextOf(request));
  }

  /** Offers part of a reservation of the caller's. */
  async resell(
    request: TradeRequest,
    reservationId: ReservationId,
    offer: Offer,
  ): Promise<MarketOutcome> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return refuse({ code: 'RESERVATION_NOT_FOUND' });
    const poolId = await this.markets.read(
      marketId,
      ({ reservations }) => reservations.get(reservationId)?.poolId,
    );
    if (poolId === undefined) {
      // Over by now, and maybe not yet when this key was new.
      const before = await this.markets.recall(contextOf(request));
      return before ?? refuse({ code: 'RESERVATION_NOT_FOUND' });
    }
    const listingId = idInMarket<ListingId>(marketId, uuidV7());
    const sellerId = request.caller.organizationId;
    const source = { kind: 'reservation', reservationId } as const;
    const command = { ...offer, listingId, poolId, sellerId, source };
    return this.markets.execute(marketId, command, contextOf(request));
  }

  async withdraw(request: TradeRequest, listingId: ListingId): Promise<MarketOutcome> {
    const marketId = marketOf(listingId);
    if (marketId === null) return refuse({ code: 'LISTING_NOT_FOUND' });
    const sellerId = request.caller.organizationId;
    const command = { type: 'WithdrawListing', listingId, sellerId } as const;
    return this.markets.execute(marketId, command, contextOf(request));
  }

  /** Sets title aside for the caller until it pays. */
  async reserve(
    request: TradeRequest,
    listingId: ListingId,
    asked: { readonly window: Window; readonly quantity: Quantity },
  ): Promise<MarketOutcome> {
    const marketId = marketOf(listingId);
    if (marketId === null) return refuse({ code: 'LISTING_NOT_FOUND' });
    const reservationId = idInMarket<ReservationId>(marketId, uuidV7());
    const buyerId = request.caller.organizationId;
    const ids = { reservationId, listingId, buyerId };
    const command = { type: 'HoldReservation', ...ids, ...asked, holdFor: HOLD_FOR } as const;
    return this.markets.execute(marketId, command, contextOf(request));
  }

  async release(request: TradeRequest, reservationId: ReservationId): Promise<MarketOutcome> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return refuse({ code: 'RESERVATION_NOT_FOUND' });
    const holderId = request.caller.organizationId;
    const command = { type: 'ReleaseHold', reservationId, holderId } as const;
    return this.markets.execute(marketId, command, contextOf(request));
  }

  async cancel(
    request: TradeRequest,
    reservationId: ReservationId,
    feeAccepted: MicroUsd,
  ): Promise<MarketOutcome> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return refuse({ code: 'RESERVATION_NOT_FOUND' });
    const holderId = request.caller.organizationId;
    const command = { type: 'CancelReservation', reservationId, holderId, feeAccepted } as const;
    return this.markets.execute(marketId, command, contextOf(request));
  }

  /** What cancelling would cost now; null when there is nothing of the caller's to cancel. */
  async quoteCancellation(
    { organizationId }: AuthenticatedPrincipal,
    reservationId: ReservationId,
  ): Promise<CancellationQuote | null> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return null;
    return this.markets.read(marketId, (state, now) => {
      const holderId = organizationId;
      const command = { type: 'CancelReservation', reservationId, holderId, now, seed: NO_SEED } as const;
      const decision = cancelReservation({ ...command, feeAccepted: MICRO_USD_MAX }, state);
      const events = decision.accepted ? decision.events : [];
      return events.find((event) => event.type === 'ReservationCancelled') ?? null;
    });
  }
}

/** The key is the caller's own, for everything they said. */
export function contextOf({ caller, mutation, idempotencyKey, input }: TradeRequest): ReturnType<typeof commandOf> {
  return commandOf(caller, mutation, idempotencyKey, input);
}
