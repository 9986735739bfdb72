import { Injectable } from '@nestjs/common';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { marketOf, type OrganizationId } from '../../kernel/ids.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { viewCurtailment, viewLosses, type CurtailmentView, type HolderLoss } from '../model/curtailment.answer.js';
import { curtailPool } from '../model/curtailment.decide.js';
import type { CurtailPool } from '../model/market.commands.js';
import type { MarketRejection } from '../model/market.rejections.js';
import { asKept, MarketService, type MarketOutcome } from './market.service.js';
import { contextOf, type TradeRequest } from './trading.service.js';
import { NO_SEED } from '../model/sent.js';

export type Curtailment = Pick<CurtailPool, 'poolId' | 'window' | 'quantity' | 'cause'>;

export type CurtailmentPreview =
  | { readonly accepted: true; readonly totals: CurtailmentView; readonly losses: readonly HolderLoss[] }
  | { readonly accepted: false; readonly rejection: JsonOf<MarketRejection> };

const NO_POOL = { accepted: false, rejection: { code: 'POOL_NOT_FOUND' } } as const;

/** What providers do with capacity that they cannot, or do not want to, serve. */
@Injectable()
export class CurtailmentService {
  constructor(private readonly markets: MarketService) {}

  async curtail(request: TradeRequest, asked: Curtailment): Promise<MarketOutcome> {
    const marketId = marketOf(asked.poolId);
    if (marketId === null) return NO_POOL;
    const providerId = request.caller.organizationId;
    const given = { curtailmentId: uuidV7(), providerId, ...asked };
    return this.markets.execute(marketId, { type: 'CurtailPool', ...given }, contextOf(request));
  }

  /** What it would come to at this instant. */
  async preview(providerId: OrganizationId, asked: Curtailment): Promise<CurtailmentPreview> {
    const marketId = marketOf(asked.poolId);
    if (marketId === null) return NO_POOL;
    return this.markets.read(marketId, (state, now) => {
      const given = { curtailmentId: 'preview', providerId, ...asked, now, seed: NO_SEED };
      const decision = curtailPool({ type: 'CurtailPool', ...given }, state);
      if (!decision.accepted) return { accepted: false, rejection: asKept(decision.rejection) };
      const { events } = decision;
      return { accepted: true, totals: viewCurtailment(events), losses: viewLosses(events) };
    });
  }
}
