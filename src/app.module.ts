import { Module, type DynamicModule } from '@nestjs/common';
import { EventStoreModule } from './eventstore/eventstore.module.js';
import { PlatformModule, type Environment } from './platform/platform.module.js';

/** The only file that knows every module. */
@Module({})
export class AppModule {
  static forEnvironment(environment: Environment): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule.forEnvironment(environment), EventStoreModule],
    };
  }
}
