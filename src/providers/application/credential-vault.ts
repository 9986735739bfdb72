import { Inject, Injectable } from '@nestjs/common';
import type { PoolId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { CLOCK } from '../../platform/platform.module.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';

/** What a provider gave for its endpoint, as it is sealed. */
export interface EndpointCredential {
  /** Of the pool, once it had this endpoint: of two credentials the higher one's is the newer. */
  readonly revision: number;
  /** The only place it may be sent to. */
  readonly url: string;
  /** Null where the endpoint asks for none. */
  readonly credential: string | null;
}

/** Credentials of endpoints, encrypted at rest and bound to their pool and URL. */
@Injectable()
export class CredentialVault {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Keeps what a change of the pool brought in place of what was there, unless that is as new: a
   * request that is repeated late brings nothing back.
   */
  async keep(poolId: PoolId, brought: EndpointCredential): Promise<void> {
    const sealed = new Uint8Array(this.secrets.seal(JSON.stringify(brought), ownerOf(poolId)));
    const values = { sealed, setAt: new Date(this.clock.now()) };
    for (;;) {
      const known = await this.database.poolCredential.findUnique({ where: { poolId } });
      if (known !== null && this.open(poolId, known.sealed).revision >= brought.revision) return;
      const { count } =
        known === null
          ? await this.database.poolCredential.createMany({
              data: [{ poolId, ...values }],
              skipDuplicates: true,
            })
          : await this.database.poolCredential.updateMany({
              where: { poolId, sealed: known.sealed },
              data: values,
            });
      // None: somebody else was first, maybe with something newer.
      if (count > 0) return;
    }
  }

  /** For the URL that the pool has now; null when it was given none for exactly that one. */
  async find(poolId: PoolId, url: string): Promise<string | null> {
    const row = await this.database.poolCredential.findUnique({ where: { poolId } });
    if (row === null) return null;
    const kept = this.open(poolId, row.sealed);
    return kept.url === url ? kept.credential : null;
  }

  private open(poolId: PoolId, sealed: Uint8Array): EndpointCredential {
    return JSON.parse(this.secrets.open(Buffer.from(sealed), ownerOf(poolId))) as EndpointCredential;
  }
}

const ownerOf = (poolId: PoolId): string => `pool-credential:${poolId}`;
