import { Injectable } from '@nestjs/common';
import { commandOf, TeamDirectory } from '../../identity/contract.js';
import { idInMarket, marketOf, type ReservationId, type TeamId } from '../../kernel/ids.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Window } from '../../kernel/window.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { MarketService, type MarketOutcome } from './market.service.js';
import type { TradeRequest } from './trading.service.js';

export interface Handover {
  readonly sourceId: ReservationId;
  /** Null: to the organization as a whole. */
  readonly teamId: TeamId | null;
  readonly window: Window;
  readonly quantity: Quantity;
}

/** What an organization hands from one of its teams to another. */
@Injectable()
export class TransferService {
  constructor(
    private readonly markets: MarketService,
    private readonly teams: TeamDirectory,
  ) {}

  async transfer(request: TradeRequest, handover: Handover): Promise<MarketOutcome> {
    const { caller, mutation, idempotencyKey, input } = request;
    const { sourceId, teamId } = handover;
    const holderId = caller.organizationId;
    const marketId = marketOf(sourceId);
    if (marketId === null) return { accepted: false, rejection: { code: 'RESERVATION_NOT_FOUND' } };
    if (teamId !== null && !(await this.teams.has(holderId, teamId))) {
      return { accepted: false, rejection: { code: 'TEAM_NOT_FOUND' } };
    }
    const reservationId = idInMarket<ReservationId>(marketId, uuidV7());
    const command = { type: 'TransferReservation', reservationId, holderId, ...handover } as const;
    const context = commandOf(caller, mutation, idempotencyKey, input);
    return this.markets.execute(marketId, command, context);
  }

  async giveBack(request: TradeRequest, reservationId: ReservationId): Promise<MarketOutcome> {
    const { caller, mutation, idempotencyKey, input } = request;
    const holderId = caller.organizationId;
    const marketId = marketOf(reservationId);
    if (marketId === null) return { accepted: false, rejection: { code: 'RESERVATION_NOT_FOUND' } };
    const command = { type: 'ReturnTransfer', reservationId, holderId } as const;
    const context = commandOf(caller, mutation, idempotencyKey, input);
    return this.markets.execute(marketId, command, context);
  }
}
