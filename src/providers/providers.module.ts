import { Global, Module } from '@nestjs/common';
import { PlatformResolver } from './api/platform.resolver.js';
import { PoolResolver } from './api/pool.resolver.js';
import { CredentialVault } from './application/credential-vault.js';
import { PoolService } from './application/pool.service.js';
import { PoolDirectory } from './contract.js';

@Global()
@Module({
  providers: [
    CredentialVault,
    PlatformResolver,
    PoolResolver,
    PoolService,
    { provide: PoolDirectory, useExisting: PoolService },
  ],
  exports: [PoolDirectory],
})
export class ProvidersModule {}
