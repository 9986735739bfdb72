import { Module } from '@nestjs/common';
import { MarketService } from './application/market.service.js';

@Module({ providers: [MarketService], exports: [MarketService] })
export class AllocationModule {}
