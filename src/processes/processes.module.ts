import { Module, type OnModuleInit } from '@nestjs/common';
import { Handovers, Market } from '../allocation/contract.js';
import { Books } from '../billing/contract.js';
import { SubscriptionRegistry } from '../eventstore/subscription-registry.js';
import { PoolProbes, UsageHistory } from '../metering/contract.js';
import { JobRegistry } from '../platform/queue/job-registry.js';
import { PoolDirectory } from '../providers/contract.js';
import { automaticTopUps } from './auto-top-up.process.js';
import { serviceCredits } from './credit.process.js';
import { curtailments } from './curtailment.process.js';
import { evidenceLevels } from './evidence.process.js';
import { deliveries } from './delivery.process.js';
import { idleCapacity } from './idle-capacity.process.js';
import { moneyFlow, refunds } from './money.process.js';
import { orderMoney } from './order-money.process.js';
import { overageCharging } from './overage.process.js';
import { poolOpening } from './pool-opening.process.js';
import { poolProbing } from './pool-probing.process.js';

@Module({})
export class ProcessesModule implements OnModuleInit {
  constructor(
    private readonly subscriptions: SubscriptionRegistry,
    private readonly pools: PoolDirectory,
    private readonly market: Market,
    private readonly handovers: Handovers,
    private readonly books: Books,
    private readonly usage: UsageHistory,
    private readonly probes: PoolProbes,
    private readonly jobs: JobRegistry,
  ) {}

  onModuleInit(): void {
    this.subscriptions.add(poolOpening(this.pools, this.market));
    this.subscriptions.add(evidenceLevels(this.market));
    this.subscriptions.add(poolProbing(this.probes));
    this.subscriptions.add(moneyFlow(this.books));
    this.subscriptions.add(automaticTopUps(this.books));
    this.subscriptions.add(orderMoney(this.books));
    this.subscriptions.add(refunds(this.books));
    this.subscriptions.add(curtailments(this.market, this.books));
    this.subscriptions.add(deliveries(this.market, this.books));
    this.subscriptions.add(overageCharging(this.handovers, this.books));
    this.subscriptions.add(serviceCredits(this.market, this.books));
    idleCapacity(this.jobs, this.usage, this.market);
  }
}
