import { Injectable } from '@nestjs/common';
import { marketOf, type ReservationId } from '../../kernel/ids.js';
import type { IdleRule } from '../model/idle.state.js';
import { MarketService, type MarketOutcome } from './market.service.js';
import { contextOf, type TradeRequest } from './trading.service.js';

/** What holders want listed by itself. */
@Injectable()
export class IdleService {
  constructor(private readonly markets: MarketService) {}

  async setRule(
    request: TradeRequest,
    reservationId: ReservationId,
    rule: IdleRule | null,
  ): Promise<MarketOutcome> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return { accepted: false, rejection: { code: 'RESERVATION_NOT_FOUND' } };
    const holderId = request.caller.organizationId;
    const command = { type: 'SetIdleRule', reservationId, holderId, rule } as const;
    return this.markets.execute(marketId, command, contextOf(request));
  }
}
