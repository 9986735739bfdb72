import { Inject, Injectable } from '@nestjs/common';
import type { PoolId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { CLOCK } from '../../platform/platform.module.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';

/** Credentials of endpoints, encrypted at rest and bound to their pool. */
@Injectable()
export class CredentialVault {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async put(poolId: PoolId, credential: string): Promise<void> {
    const sealed = new Uint8Array(this.secrets.seal(credential, ownerOf(poolId)));
    const setAt = new Date(this.clock.now());
    await this.database.poolCredential.upsert({
      where: { poolId },
      create: { poolId, sealed, setAt },
      update: { sealed, setAt },
    });
  }

  /** Null when the pool's endpoint asks for none. */
  async find(poolId: PoolId): Promise<string | null> {
    const row = await this.database.poolCredential.findUnique({ where: { poolId } });
    return row === null ? null : this.secrets.open(Buffer.from(row.sealed), ownerOf(poolId));
  }

  async forget(poolId: PoolId): Promise<void> {
    await this.database.poolCredential.deleteMany({ where: { poolId } });
  }
}

const ownerOf = (poolId: PoolId): string => `pool-credential:${poolId}`;
