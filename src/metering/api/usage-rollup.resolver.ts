import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { Pool } from 'pg';
import { AllowMembers, AllowPlatformAdmins } from '../../api/graphql/access.js';
import {
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { lagMsOf, readLag, readRollups } from '../application/usage-rollups.js';
import {
  UsageRollupArguments,
  UsageRollupConnection,
  UsageRollUpLagType,
  type UsageRollupType,
} from './usage-rollup.types.js';

@Resolver()
export class UsageRollupResolver {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query(() => UsageRollupConnection, {
    description:
      'What was used minute by minute, hour by hour or day by day, by model, oldest first, corrections included. What came in within the last seconds may not be in it yet.',
  })
  @AllowMembers(ROLES, 'market:read')
  async usageRollups(
    @Args() { grain, reservationId = null, side, window = null, ...pageArguments }: UsageRollupArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<UsageRollupType>> {
    const page = readPage(pageArguments, 2);
    const [start, model] = page.after ?? [];
    const isFirst = start === undefined || model === undefined;
    const after = isFirst ? null : { start: readInstantKey(start), model };
    const where = { organizationId, reservationId, side, grain, window };
    const rows = await readRollups(this.pool, where, { after, take: page.first + 1 });
    return toConnection(rows, page, (row) => row, (row) => [row.start.toISOString(), row.model]);
  }

  @Query(() => UsageRollUpLagType, {
    description: 'How far rating and rollups are behind what was reported.',
  })
  @AllowPlatformAdmins()
  async usageRollUpLag(): Promise<UsageRollUpLagType> {
    const lag = await readLag(this.pool);
    return { waitingEvents: lag.events, waitingSince: lag.oldest, lagMs: lagMsOf(lag, this.clock.now()) };
  }
}
