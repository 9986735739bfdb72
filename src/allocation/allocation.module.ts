import { Global, Module } from '@nestjs/common';
import { HIGHS_LIMITS, HighsSolver } from './adapter/highs.solver.js';
import { ListingResolver } from './api/listing.resolver.js';
import { PlanResolver } from './api/plan.resolver.js';
import { ReservationResolver } from './api/reservation.resolver.js';
import { TcoResolver } from './api/tco.resolver.js';
import { TitleResolver } from './api/title.resolver.js';
import { LinearSolver } from './application/linear-solver.js';
import { MarketFacade } from './application/market.facade.js';
import { MarketService } from './application/market.service.js';
import { PlanService } from './application/plan.service.js';
import { TradingService } from './application/trading.service.js';
import { Market } from './contract.js';
import { ChainQueries } from './projection/chain.queries.js';

@Global()
@Module({
  providers: [
    ChainQueries,
    ListingResolver,
    MarketFacade,
    MarketService,
    PlanResolver,
    PlanService,
    ReservationResolver,
    TcoResolver,
    TitleResolver,
    TradingService,
    { provide: LinearSolver, useFactory: () => new HighsSolver(HIGHS_LIMITS) },
    { provide: Market, useExisting: MarketFacade },
  ],
  exports: [Market],
})
export class AllocationModule {}
