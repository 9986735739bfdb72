import { Global, Module } from '@nestjs/common';
import { UsageResolver } from './api/usage.resolver.js';
import { UsageRoute } from './api/usage.route.js';
import { EntitlementWatch } from './application/entitlement-watch.js';
import { RollUpService } from './application/roll-up.service.js';
import { ServiceLevelService } from './application/service-level.service.js';
import { UsageAccess } from './application/usage-access.js';
import { UsageHistoryService } from './application/usage-history.service.js';
import { UsageIngest } from './application/usage-ingest.service.js';
import { UsageHistory } from './contract.js';

@Global()
@Module({
  providers: [
    ...[EntitlementWatch, RollUpService, ServiceLevelService, UsageAccess, UsageHistoryService, UsageIngest],
    ...[UsageResolver, UsageRoute],
    { provide: UsageHistory, useExisting: UsageHistoryService },
  ],
  exports: [UsageHistory],
})
export class MeteringModule {}
