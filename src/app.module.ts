import { Module, type DynamicModule } from '@nestjs/common';
import { AllocationModule } from './allocation/allocation.module.js';
import { ApiModule } from './api/api.module.js';
import { BillingModule } from './billing/billing.module.js';
import { EventStoreModule } from './eventstore/eventstore.module.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { MeteringModule } from './metering/metering.module.js';
import { NoticesModule } from './notices/notices.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { ProcessesModule } from './processes/processes.module.js';
import { PlatformModule, type Environment } from './platform/platform.module.js';

/** The only file that knows every module. */
@Module({})
export class AppModule {
  static forEnvironment(environment: Environment): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forEnvironment(environment),
        EventStoreModule,
        IdentityModule,
        ProvidersModule,
        AllocationModule,
        MeteringModule,
        BillingModule,
        NoticesModule,
        GatewayModule,
        ProcessesModule,
        ApiModule,
      ],
    };
  }
}
