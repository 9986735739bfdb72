import { Global, Module } from '@nestjs/common';
import { DisputeResolver } from './api/dispute.resolver.js';
import { ServiceLevelResolver } from './api/service-level.resolver.js';
import { UsageResolver } from './api/usage.resolver.js';
import { UsageRoute } from './api/usage.route.js';
import { EntitlementWatch } from './application/entitlement-watch.js';
import { GatewayUsageService } from './application/gateway-usage.service.js';
import { PilotUsageService } from './application/pilot-usage.service.js';
import { RollUpService } from './application/roll-up.service.js';
import { ServiceLevelService } from './application/service-level.service.js';
import { ServiceLevels } from './projection/service-level.queries.js';
import { UsageAccess } from './application/usage-access.js';
import { UsageHistoryService } from './application/usage-history.service.js';
import { UsageIngest } from './application/usage-ingest.service.js';
import { GatewayUsage, PilotUsage, UsageHistory } from './contract.js';

@Global()
@Module({
  providers: [
    ...[EntitlementWatch, GatewayUsageService, PilotUsageService, RollUpService, ServiceLevelService],
    ...[UsageAccess, UsageHistoryService, UsageIngest, UsageResolver, UsageRoute],
    ...[DisputeResolver, ServiceLevelResolver, ServiceLevels],
    { provide: GatewayUsage, useExisting: GatewayUsageService },
    { provide: PilotUsage, useExisting: PilotUsageService },
    { provide: UsageHistory, useExisting: UsageHistoryService },
  ],
  exports: [GatewayUsage, PilotUsage, UsageHistory],
})
export class MeteringModule {}
