import { Global, Module } from '@nestjs/common';
import { ListingResolver } from './api/listing.resolver.js';
import { MarketChangeResolver } from './api/market-change.resolver.js';
import { ReservationResolver } from './api/reservation.resolver.js';
import { TitleResolver } from './api/title.resolver.js';
import { MarketFeed } from './application/market-feed.js';
import { MarketFacade } from './application/market.facade.js';
import { MarketService } from './application/market.service.js';
import { TradingService } from './application/trading.service.js';
import { Market } from './contract.js';
import { ChainQueries } from './projection/chain.queries.js';

@Global()
@Module({
  providers: [
    ChainQueries,
    ListingResolver,
    MarketChangeResolver,
    MarketFacade,
    MarketFeed,
    MarketService,
    ReservationResolver,
    TitleResolver,
    TradingService,
    { provide: Market, useExisting: MarketFacade },
  ],
  exports: [Market],
})
export class AllocationModule {}
