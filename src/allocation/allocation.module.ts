import { HIGHS_LIMITS, HighsSolver } from './adapter/highs.solver.js';
import { AuctionResolver } from './api/auction.resolver.js';
import { ListingResolver } from './api/listing.resolver.js';
import { MarketChangeResolver } from './api/market-change.resolver.js';
import { MarketDataExportController } from './api/market-data.export.controller.js';
import { MarketDataResolver } from './api/market-data.resolver.js';
import { MarketLiveResolver } from './api/market-live.resolver.js';
import { OrderResolver } from './api/order.resolver.js';
import { PlanResolver } from './api/plan.resolver.js';
import { ReservationResolver } from './api/reservation.resolver.js';
import { TcoResolver } from './api/tco.resolver.js';
import { TitleResolver } from './api/title.resolver.js';
import { WaitlistResolver } from './api/waitlist.resolver.js';
import { LinearSolver } from './application/linear-solver.js';
import { MarketDataService } from './application/market-data.service.js';
import { MarketFeed } from './application/market-feed.js';
import { MarketFacade } from './application/market.facade.js';
import { MarketService } from './application/market.service.js';
import { PlanService } from './application/plan.service.js';
import { TradingService } from './application/trading.service.js';
import { WaitlistService } from './application/waitlist.service.js';
import { Market } from './contract.js';
import { ChainQueries } from './projection/chain.queries.js';
import { TradeQueries } from './projection/trade.queries.js';
import { WaitlistQueries } from './projection/waitlist.queries.js';
import { Global, Module } from '@nestjs/common';

@Global()
@Module({
  controllers: [MarketDataExportController],
  providers: [
    AuctionResolver,
    ChainQueries,
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
    PlanService,
    ReservationResolver,
    TcoResolver,
    TitleResolver,
    TradeQueries,
    TradingService,
    WaitlistQueries,
    WaitlistResolver,
    WaitlistService,
    { provide: LinearSolver, useFactory: () => new HighsSolver(HIGHS_LIMITS) },
    { provide: Market, useExisting: MarketFacade },
  ],
  exports: [Market],
})
export class AllocationModule {}
