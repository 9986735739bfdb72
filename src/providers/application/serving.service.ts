import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { LogFollower } from '../../eventstore/log-follower.js';
import { toSubscription } from '../../eventstore/projection.js';
import { Streams } from '../../eventstore/streams.js';
import type { PoolId } from '../../kernel/ids.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER, POOL } from '../../platform/platform.module.js';
import { PubSub } from '../../platform/pubsub/pubsub.js';
import { ServingDirectory, type Serving } from '../contract.js';
import { poolProjection } from '../projection/pool.projection.js';
import { CredentialVault } from './credential-vault.js';
import { poolDefinition } from './pool.definition.js';

/** An event comes before its credential is kept, by some milliseconds: how long it is looked for again. */
const LOOKED_FOR_AGAIN_MS = [10, 20, 40, 80, 160];

const CHANGES_SERVING = ['PoolRegistered', 'EndpointChanged', 'ServingProfileChanged'] as const;

/** How pools are reached: what the log says of them, and the credential that is kept apart. */
@Injectable()
export class ServingService extends ServingDirectory {
  constructor(
    private readonly streams: Streams,
    private readonly vault: CredentialVault,
    private readonly pubsub: PubSub,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async find(poolId: PoolId): Promise<Serving | null> {
    const pool = await this.streams.read(poolDefinition, poolId, (state) => state);
    if (pool === null) return null;
    const { endpoint, platform, profile, serviceLevel } = pool;
    const credential = endpoint.hasCredential ? await this.credentialOf(poolId, endpoint.url) : null;
    // Without it nothing is to be sent.
    if (endpoint.hasCredential && credential === null) return null;
    const { contextLength, tier, runtime } = profile;
    const { ttftP95, streamTokensPerSecondMin: tokensPerSecondMin } = serviceLevel;
    const promised = { ttftP95, tokensPerSecondMin };
    return { url: endpoint.url, credential, contextLength, tier, platform, runtime, ...promised };
  }

  /** Who asks between an event and its credential is not told that there is no such pool. */
  private async credentialOf(poolId: PoolId, url: string): Promise<string | null> {
    for (const pauseMs of LOOKED_FOR_AGAIN_MS) {
      const found = await this.vault.find(poolId, url);
      if (found !== null) return found;
      await pause(pauseMs);
    }
    return this.vault.find(poolId, url);
  }

  async follow(changed: (poolId: PoolId) => void): Promise<() => Promise<void>> {
    const { category } = poolDefinition;
    const follower = new LogFollower(this.pool, this.pubsub, {
      subscription: toSubscription(poolProjection).name,
      category,
      types: CHANGES_SERVING,
      changed: ({ stream }) => changed(stream.slice(category.length + 1) as PoolId),
      warn: (message, details) => this.logger.warn(details, message),
    });
    await follower.start();
    return () => follower.stop();
  }
}
