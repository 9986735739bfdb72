import { Injectable } from '@nestjs/common';
import { idInMarket, marketOf, type ReservationId } from '../../kernel/ids.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import type { Rebooking } from '../model/curtailment.state.js';
import type { ExtendReservation } from '../model/market.commands.js';
import { MarketService, type MarketOutcome } from './market.service.js';
import { contextOf, HOLD_FOR, type TradeRequest } from './trading.service.js';

const NONE = { accepted: false, rejection: { code: 'RESERVATION_NOT_FOUND' } } as const;

/** What holders do to keep the capacity they have. */
@Injectable()
export class TenancyService {
  constructor(private readonly markets: MarketService) {}

  async setRebooking(
    request: TradeRequest,
    reservationId: ReservationId,
    rebooking: Rebooking | null,
  ): Promise<MarketOutcome> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return NONE;
    const holderId = request.caller.organizationId;
    const command = { type: 'SetRebooking', reservationId, holderId, rebooking } as const;
    return this.markets.execute(marketId, command, contextOf(request));
  }

  async extend(
    request: TradeRequest,
    reservationId: ReservationId,
    asked: Pick<ExtendReservation, 'until' | 'unitPriceMax'>,
  ): Promise<MarketOutcome> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return NONE;
    const holderId = request.caller.organizationId;
    const extensionId = idInMarket<ReservationId>(marketId, uuidV7());
    const given = { extensionId, reservationId, holderId, ...asked, holdFor: HOLD_FOR };
    return this.markets.execute(marketId, { type: 'ExtendReservation', ...given }, contextOf(request));
  }
}
