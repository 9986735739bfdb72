import { Global, Module } from '@nestjs/common';
import { PlatformResolver } from './api/platform.resolver.js';
import { PoolResolver } from './api/pool.resolver.js';
import { CredentialVault } from './application/credential-vault.js';
import { PoolService } from './application/pool.service.js';
import { ServingService } from './application/serving.service.js';
import { PoolDirectory, ServingDirectory } from './contract.js';

@Global()
@Module({
  providers: [
    CredentialVault,
    PlatformResolver,
    PoolResolver,
    PoolService,
    ServingService,
    { provide: PoolDirectory, useExisting: PoolService },
    { provide: ServingDirectory, useExisting: ServingService },
  ],
  exports: [PoolDirectory, ServingDirectory],
})
export class ProvidersModule {}
