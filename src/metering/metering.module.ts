import { Module } from '@nestjs/common';
import { UsageResolver } from './api/usage.resolver.js';
import { UsageRoute } from './api/usage.route.js';
import { EntitlementWatch } from './application/entitlement-watch.js';
import { RollUpService } from './application/roll-up.service.js';
import { UsageAccess } from './application/usage-access.js';
import { UsageIngest } from './application/usage-ingest.service.js';

@Module({
  providers: [EntitlementWatch, RollUpService, UsageAccess, UsageIngest, UsageResolver, UsageRoute],
})
export class MeteringModule {}
