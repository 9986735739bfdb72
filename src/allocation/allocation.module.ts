import { HIGHS_LIMITS, HighsSolver } from './adapter/highs.solver.js';
import { BuyerRoomResolver } from './api/buyer-room.resolver.js';
import { CurtailmentResolver } from './api/curtailment.resolver.js';
import { AuctionResolver } from './api/auction.resolver.js';
import { ListingResolver } from './api/listing.resolver.js';
import { MarketChangeResolver } from './api/market-change.resolver.js';
import { MarketDataExportController } from './api/market-data.export.controller.js';
import { MarketDataResolver } from './api/market-data.resolver.js';
import { MarketLiveResolver } from './api/market-live.resolver.js';
import { OrderResolver } from './api/order.resolver.js';
import { PlanResolver } from './api/plan.resolver.js';
import { QuoteResolver } from './api/quote.resolver.js';
import { RebookingResolver } from './api/rebooking.resolver.js';
import { ReservationResolver } from './api/reservation.resolver.js';
import { TcoResolver } from './api/tco.resolver.js';
import { TitleResolver } from './api/title.resolver.js';
import { IdleResolver } from './api/idle.resolver.js';
import { TransferResolver } from './api/transfer.resolver.js';
import { WaitlistResolver } from './api/waitlist.resolver.js';
import { CurtailmentService } from './application/curtailment.service.js';
import { HandoverService } from './application/handover.service.js';
import { HoldingsService } from './application/holdings.service.js';
import { LinearSolver } from './application/linear-solver.js';
import { MarketDataService } from './application/market-data.service.js';
import { MarketFeed } from './application/market-feed.js';
import { MarketFacade } from './application/market.facade.js';
import { MarketService } from './application/market.service.js';
import { PLAN_LIMITER, PLAN_LIMITS, PlanService } from './application/plan.service.js';
import { QuoteService } from './application/quote.service.js';
import { TenancyService } from './application/tenancy.service.js';
import { TradingService } from './application/trading.service.js';
import { IdleService } from './application/idle.service.js';
import { TransferService } from './application/transfer.service.js';
import { WaitlistService } from './application/waitlist.service.js';
import { Handovers, Holdings, Market, Purchases, Quotes } from './contract.js';
import { CurtailmentQueries } from './projection/curtailment.queries.js';
import { ChainQueries } from './projection/chain.queries.js';
import { ListingQueries } from './projection/listing.queries.js';
import { PurchaseQueries } from './projection/purchase.queries.js';
import { TradeQueries } from './projection/trade.queries.js';
import { WaitlistQueries } from './projection/waitlist.queries.js';
import { AttemptLimiters } from '../platform/rate-limit/attempt-limiters.js';
import { Global, Module } from '@nestjs/common';

@Global()
@Module({
  controllers: [MarketDataExportController],
  providers: [
    AuctionResolver,
    BuyerRoomResolver,
    ChainQueries,
    CurtailmentQueries,
    CurtailmentResolver,
    CurtailmentService,
    HandoverService,
    HoldingsService,
    ListingResolver,
    MarketDataResolver,
    MarketDataService,
    MarketChangeResolver,
    MarketFacade,
    MarketFeed,
    MarketLiveResolver,
    MarketService,
    OrderResolver,
    PlanResolver,
    ListingQueries,
    PurchaseQueries,
    PlanService,
    QuoteResolver,
    QuoteService,
    RebookingResolver,
    TenancyService,
    ReservationResolver,
    TcoResolver,
    TitleResolver,
    TradeQueries,
    TradingService,
    IdleResolver,
    IdleService,
    TransferResolver,
    TransferService,
    WaitlistQueries,
    WaitlistResolver,
    WaitlistService,
    {
      provide: PLAN_LIMITER,
      useFactory: (limiters: AttemptLimiters) => limiters.open('plan', PLAN_LIMITS),
      inject: [AttemptLimiters],
    },
    { provide: LinearSolver, useFactory: () => new HighsSolver(HIGHS_LIMITS) },
    { provide: Handovers, useExisting: HandoverService },
    { provide: Holdings, useExisting: HoldingsService },
    { provide: Market, useExisting: MarketFacade },
    { provide: Purchases, useExisting: PurchaseQueries },
    { provide: Quotes, useExisting: QuoteService },
  ],
  exports: [Handovers, Holdings, Market, Purchases, Quotes],
})
export class AllocationModule {}
