import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { Market, type Entitlement } from '../../allocation/contract.js';
import { systemContext, toExecuteRequest } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { InvariantError } from '../../kernel/assert.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import type { RateHour } from '../model/usage.decide.js';
import { usageProjection, usageRevisions } from '../projection/usage.projection.js';
import { CountDisputeService } from './count-dispute.service.js';
import { EntitlementWatch } from './entitlement-watch.js';
import { ServiceLevelService } from './service-level.service.js';
import { inTransaction } from '../../platform/database/transaction.js';
import { lockRating } from './usage-locks.js';
import { closeCycle, readCycle, waitingCycles, type HourUse } from './usage-pending.js';
import { finishCycle } from './usage-rollups.js';
import { rollUpJob, usageDefinition } from './usage.definition.js';

/** Rates use, hour by hour. */
@Injectable()
export class RollUpService implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly jobs: JobRegistry,
    private readonly market: Market,
    private readonly watch: EntitlementWatch,
    private readonly levels: ServiceLevelService,
    private readonly disputes: CountDisputeService,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.definitions.add(usageDefinition);
    this.subscriptions.addProjection(usageProjection);
    this.subscriptions.addProjection(usageRevisions);
    this.subscriptions.add(this.watch.subscription);
    this.jobs.register(rollUpJob, ({ reservationId, cycle }) =>
      this.rollUp(reservationId as ReservationId, cycle),
    );
  }

  /**
   * Rates everything up to one cycle. May run twice, also at once: a closed cycle never changes, and
   * each of its hours is a command with a key of its own, which the log answers once.
   */
  async rollUp(reservationId: ReservationId, cycle: number): Promise<void> {
    await closeCycle(this.pool, { reservationId, cycle }, this.clock.now());
    for (const waiting of await waitingCycles(this.pool, reservationId, cycle)) {
      await this.rollUpCycle(reservationId, waiting);
    }
  }

  private async rollUpCycle(reservationId: ReservationId, cycle: number): Promise<void> {
    const uses = await readCycle(this.pool, reservationId, cycle);
    if (uses.length === 0) return;
    const entitlement = await inTransaction(this.pool, async (client) => {
      await lockRating(client, [reservationId]);
      return this.rate(reservationId, cycle, uses);
    });
    const hours = uses.map(({ hour }) => hour);
    await this.levels.follow(entitlement, hours, cycle);
    await this.disputes.follow(entitlement, hours, cycle);
    await finishCycle(this.pool, { reservationId, cycle }, entitlement);
  }

  private async rate(
    reservationId: ReservationId,
    cycle: number,
    uses: readonly HourUse[],
  ): Promise<Entitlement> {
    const entitlement = await this.market.entitlement(reservationId);
    // The job is tried again; its use waits.
    if (entitlement === null) throw new Error(`no entitlement of ${reservationId} to be read yet`);
    const { holderId, sellerId, providerId, quantity, terms } = entitlement;
    const whose = { reservationId, holderId, sellerId, providerId };
    const basis = { ...whose, quantity, terms: terms.usage };
    const now = this.clock.now();
    const rated = uses.map(async ({ hour, sum: added, tiers: addedByTier }) => {
      const command: RateHour = { type: 'RateHour', ...basis, hour, added, addedByTier };
      const context = systemContext('roll-up', `${reservationId} ${hour} ${cycle}`);
      const request = toExecuteRequest(context, command, now);
      const outcome = await this.streams.execute(usageDefinition, reservationId, request);
      if (outcome.accepted) return;
      throw new InvariantError(`use that cannot be rated: ${JSON.stringify(outcome.rejection)}`);
    });
    await Promise.all(rated);
    return entitlement;
  }
}
