import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { z } from 'zod';
import { Market, type Entitlement } from '../../allocation/contract.js';
import { systemContext, toExecuteRequest, type CommandContext } from '../../eventstore/command-context.js';
import { OutboxRelay } from '../../eventstore/outbox-relay.js';
import type { Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { InvariantError } from '../../kernel/assert.js';
import { marketOf, type ReservationId } from '../../kernel/ids.js';
import { formatInstant, HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import type {
  ConcedeCounts,
  ConcessionRejection,
  CountDisputeCommand,
} from '../model/count-dispute.commands.js';
import { readCountEvidence } from './count-evidence.js';
import { lookAt } from './service.definition.js';
import { lapseDisputeJob, usageDefinition, type RatingAnswer } from './usage.definition.js';

/** Compares both counts of one hour of a reservation. `look` is why, as in `judge-hour`. */
export const compareCountsJob = jobType(
  'metering',
  'compare-counts',
  z.object({ reservationId: z.string(), hour: z.number().int(), look: z.string() }),
);

const DIFFERS = `SELECT EXISTS (SELECT FROM usage_report
  WHERE reservation_id = $1 AND served_at >= $2 AND served_at < $3 AND evidence = 'gateway'
    AND (own_output_tokens <> output_tokens OR claimed_output_tokens <> output_tokens
      OR claimed_input_tokens <> input_tokens)) AS differs`;

/** Gathers what our gateway and an upstream count differently, one dispute to an hour. */
@Injectable()
export class CountDisputeService implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly jobs: JobRegistry,
    private readonly outbox: OutboxRelay,
    private readonly market: Market,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(compareCountsJob, ({ reservationId, hour, look }) =>
      this.compare(reservationId as ReservationId, hour as Instant, look),
    );
    this.jobs.register(lapseDisputeJob, ({ reservationId, hour, at }) =>
      this.lapse(reservationId as ReservationId, hour as Instant, at as Instant),
    );
  }

  /** Has the counts of some hours compared once they are over. May be repeated: a job that is there stays the one. */
  async follow({ reservationId }: Entitlement, hours: readonly Instant[], cycle: number): Promise<void> {
    for (const hour of hours) {
      if (!(await this.differs(reservationId, hour))) continue;
      const { look, runAt } = lookAt(hour, { cycle, now: this.clock.now() });
      const when = { runAt, dedupeKey: `${reservationId} ${hour} ${look}` };
      await this.outbox.put(toMessage(compareCountsJob, { reservationId, hour, look }, when));
    }
  }

  /** One side agrees to the other's count. */
  async concede(
    context: CommandContext,
    command: Omit<ConcedeCounts, 'now' | 'type'>,
  ): Promise<Outcome<RatingAnswer, ConcessionRejection>> {
    // An id that no reservation can have has no stream to be looked into.
    if (marketOf(command.reservationId) === null) {
      return { accepted: false, rejection: { code: 'DISPUTE_NOT_FOUND' } };
    }
    const now = this.clock.now();
    const timed: ConcedeCounts = { type: 'ConcedeCounts', ...command, now };
    const request = toExecuteRequest(context, timed, now);
    return this.streams.execute(usageDefinition, command.reservationId, request);
  }

  private async differs(reservationId: ReservationId, hour: Instant): Promise<boolean> {
    const window = [formatInstant(hour), formatInstant(plus(hour, HOUR_MS))];
    const { rows } = await this.pool.query<{ differs: boolean }>(DIFFERS, [reservationId, ...window]);
    return rows[0]?.differs === true;
  }

  private async compare(reservationId: ReservationId, hour: Instant, look: string): Promise<void> {
    const entitlement = await this.market.entitlement(reservationId);
    if (entitlement === null) throw new Error(`no entitlement of ${reservationId} to be read yet`);
    const evidence = await readCountEvidence(this.pool, reservationId, hour);
    if (evidence === null) return;
    const { holderId, sellerId, providerId } = entitlement;
    const parties = { holderId, sellerId, providerId };
    const facts = { reservationId, hour, ...parties, evidence };
    const command = { type: 'CompareCounts', ...facts, now: this.clock.now() } as const;
    await this.send('compare-counts', `${reservationId} ${hour} ${look}`, command);
  }

  private async lapse(reservationId: ReservationId, hour: Instant, at: Instant): Promise<void> {
    const now = this.clock.now();
    // An answer given too early would be given again: the job is tried again instead.
    if (now < at) throw new Error(`it is not yet ${at} by this process's clock`);
    const command = { type: 'LapseCountDispute', reservationId, hour, now } as const;
    await this.send('lapse-count-dispute', `${reservationId} ${hour}`, command);
  }

  private async send(process: string, key: string, command: CountDisputeCommand): Promise<void> {
    const { reservationId, now } = command;
    const request = toExecuteRequest(systemContext(process, key), command, now);
    const outcome = await this.streams.execute(usageDefinition, reservationId, request);
    if (outcome.accepted) return;
    throw new InvariantError(`counts that cannot be disputed: ${JSON.stringify(outcome.rejection)}`);
  }
}
