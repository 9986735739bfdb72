import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { LogFollower } from '../../eventstore/log-follower.js';
import { toSubscription } from '../../eventstore/projection.js';
import type { MarketId, OrganizationId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER, POOL } from '../../platform/platform.module.js';
import { PubSub } from '../../platform/pubsub/pubsub.js';
import { saleTermsSchema } from '../../providers/contract.js';
import { Holdings, type Holding } from '../contract.js';
import { MOVES_TITLE } from '../model/entitlement.changes.js';
import { marketProjection } from '../projection/market.projection.js';
import { marketDefinition } from './market.definition.js';
import { readSegments } from './market.facade.js';

/** What organizations hold, from the read model, for those that route traffic by it. */
@Injectable()
export class HoldingsService extends Holdings {
  constructor(
    private readonly database: Database,
    private readonly pubsub: PubSub,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  heldBy(holderId: OrganizationId): Promise<readonly Holding[]> {
    return this.held({ holderId });
  }

  heldOf(poolId: PoolId): Promise<readonly Holding[]> {
    return this.held({ poolId });
  }

  private async held(
    whose: { readonly holderId: OrganizationId } | { readonly poolId: PoolId },
  ): Promise<readonly Holding[]> {
    const rows = await this.database.reservation.findMany({
      where: { ...whose, paidAt: { not: null }, windowEnd: { gt: new Date(this.clock.now()) } },
      orderBy: { reservationId: 'asc' },
    });
    const held = rows.filter(({ entitlement }) => (entitlement as readonly unknown[]).length > 0);
    if (held.length === 0) return [];
    const versions = held.map(({ poolId, termsVersion: version }) => ({ poolId, version }));
    const terms = await this.database.poolTerms.findMany({ where: { OR: versions } });
    const usages = new Map(
      terms.map((row) => [`${row.poolId} ${row.version}`, saleTermsSchema.parse(row.terms).usage]),
    );
    return held.flatMap((row) => {
      const usage = usages.get(`${row.poolId} ${row.termsVersion}`);
      if (usage === undefined) return [];
      return [
        {
          reservationId: row.reservationId as ReservationId,
          marketId: row.marketId as MarketId,
          poolId: row.poolId as PoolId,
          window: {
            start: row.windowStart.getTime() as Instant,
            end: row.windowEnd.getTime() as Instant,
          },
          quantity: readSegments(row.entitlement),
          unitPrice: row.unitPrice as UnitPrice,
          usage,
        },
      ];
    });
  }

  async follow(changed: (marketId: MarketId) => void): Promise<() => Promise<void>> {
    const { category } = marketDefinition;
    const follower = new LogFollower(this.pool, this.pubsub, {
      subscription: toSubscription(marketProjection).name,
      category,
      types: MOVES_TITLE,
      changed: ({ stream }) => changed(stream.slice(category.length + 1) as MarketId),
      warn: (message, details) => this.logger.warn(details, message),
    });
    await follower.start();
    return () => follower.stop();
  }
}
