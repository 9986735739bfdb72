import { Global, Module } from '@nestjs/common';
import { CountDisputeResolver } from './api/count-dispute.resolver.js';
import { DisputeResolver } from './api/dispute.resolver.js';
import { ListingEvidenceResolver } from './api/listing-evidence.resolver.js';
import { ServiceLevelResolver } from './api/service-level.resolver.js';
import { ServiceRecordResolver } from './api/service-record.resolver.js';
import { UsageRecordResolver } from './api/usage-record.resolver.js';
import { UsageRollupResolver } from './api/usage-rollup.resolver.js';
import { UsageResolver } from './api/usage.resolver.js';
import { UsageRoute } from './api/usage.route.js';
import { CountDisputeService } from './application/count-dispute.service.js';
import { EntitlementWatch } from './application/entitlement-watch.js';
import { GatewayUsageService } from './application/gateway-usage.service.js';
import { PilotUsageService } from './application/pilot-usage.service.js';
import { PoolEvidenceService } from './application/pool-evidence.service.js';
import { RetentionService } from './application/retention.service.js';
import { RollUpService } from './application/roll-up.service.js';
import { ServiceLevelService } from './application/service-level.service.js';
import { CountDisputes } from './projection/count-dispute.queries.js';
import { RecentServiceQueries } from './projection/recent-service.queries.js';
import { RatedHours } from './projection/rated-hour.queries.js';
import { ServiceHours } from './projection/service-hour.lists.js';
import { ServiceLevels } from './projection/service-level.queries.js';
import { UsageRecords } from './projection/usage-record.queries.js';
import { UsageAccess } from './application/usage-access.js';
import { UsageHistoryService } from './application/usage-history.service.js';
import { UsageIngest } from './application/usage-ingest.service.js';
import { GatewayUsage, PilotUsage, PoolProbes, RatedUsage, RecentService, UsageHistory } from './contract.js';

@Global()
@Module({
  providers: [
    ...[EntitlementWatch, GatewayUsageService, PilotUsageService, PoolEvidenceService],
    ...[RollUpService, ServiceLevelService],
    ...[UsageAccess, UsageHistoryService, UsageIngest, UsageResolver, UsageRoute],
    ...[CountDisputeResolver, CountDisputes, CountDisputeService],
    ...[RetentionService, UsageRecordResolver, UsageRecords, UsageRollupResolver],
    ...[DisputeResolver, ListingEvidenceResolver, RatedHours, RecentServiceQueries, ServiceHours, ServiceLevelResolver, ServiceLevels],
    ...[ServiceRecordResolver],
    { provide: GatewayUsage, useExisting: GatewayUsageService },
    { provide: PilotUsage, useExisting: PilotUsageService },
    { provide: PoolProbes, useExisting: PoolEvidenceService },
    { provide: RatedUsage, useExisting: RatedHours },
    { provide: RecentService, useExisting: RecentServiceQueries },
    { provide: UsageHistory, useExisting: UsageHistoryService },
  ],
  exports: [GatewayUsage, PilotUsage, PoolProbes, RatedUsage, RecentService, UsageHistory],
})
export class MeteringModule {}
