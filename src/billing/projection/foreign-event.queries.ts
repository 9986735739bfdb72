import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DAY_MS, plus } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { Prisma, StripeEvent } from '../../platform/prisma/generated/client.js';

/** Where a page goes on: after an event of that instant and id. */
export interface EventKey {
  readonly receivedAt: Date;
  readonly eventId: string;
}

/** Looked at, and about nothing that is ours. */
const FOREIGN: Prisma.StripeEventWhereInput = { matched: false, processedAt: { not: null } };

/** Webhooks that told of nothing of ours: somebody else's use of the account, or a kind that nobody here follows. */
@Injectable()
export class ForeignEventQueries implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const help = 'Webhooks of the last 24 hours that were about nothing of ours.';
    this.metrics.add(async () => {
      const receivedAt = { gte: new Date(plus(this.clock.now(), -DAY_MS)) };
      const value = await this.database.stripeEvent.count({ where: { ...FOREIGN, receivedAt } });
      return [{ name: 'headroom_stripe_foreign_events', help, values: [{ labels: {}, value }] }];
    });
  }

  /** Newest first; one more than a page has. */
  page({ first, after }: { readonly first: number; readonly after: EventKey | null }): Promise<StripeEvent[]> {
    const older = after && [{ receivedAt: { lt: after.receivedAt } }, { receivedAt: after.receivedAt, eventId: { lt: after.eventId } }];
    return this.database.stripeEvent.findMany({
      where: { ...FOREIGN, ...(older && { OR: older }) },
      orderBy: [{ receivedAt: 'desc' }, { eventId: 'desc' }],
      take: first + 1,
    });
  }
}
