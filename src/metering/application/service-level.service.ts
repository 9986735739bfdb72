import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { Market, type Entitlement } from '../../allocation/contract.js';
import { systemContext, toExecuteRequest, type CommandContext } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import { OutboxRelay } from '../../eventstore/outbox-relay.js';
import type { Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { InvariantError } from '../../kernel/assert.js';
import { marketOf, type ReservationId } from '../../kernel/ids.js';
import { integralOver } from '../../kernel/step-function.js';
import { formatInstant, HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { PoolDirectory, type SaleTerms, type ServiceLevelTerms } from '../../providers/contract.js';
import { entitledIn } from '../model/rating.js';
import type {
  DisputeCredit,
  JudgeHour,
  ResolveDispute,
  ServiceCommand,
  ServiceRejection,
} from '../model/service-hour.commands.js';
import { hourOf, splitAtLimit } from '../model/service-hour.measure.js';
import { serviceProjection } from '../projection/service.projection.js';
import { readMinutes, rollUpMinutes, type RolledMinute } from './service-minutes.js';
import { digestOf, figuresOf, mergeAll, type Sketches } from './service-sketches.js';
import {
  judgeHourJob,
  judgeHourMessage,
  serviceDefinition,
  type ServiceAnswer,
} from './service.definition.js';
import { inTransaction } from '../../platform/database/transaction.js';
import { lockRating } from './usage-locks.js';

/** An entitlement whose sale promised something. */
type Promised = Entitlement & { readonly terms: SaleTerms & { readonly serviceLevel: ServiceLevelTerms } };

type Untimed<Command> = Command extends unknown ? Omit<Command, 'now'> : never;

interface Hour {
  readonly reservationId: ReservationId;
  readonly hour: Instant;
}

const KEEP_SKETCHES = `
  INSERT INTO service_sketch (reservation_id, hour, pool_id, profile_version, records, sketches)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (reservation_id, hour) DO UPDATE SET profile_version = EXCLUDED.profile_version,
    records = EXCLUDED.records, sketches = EXCLUDED.sketches
  WHERE service_sketch.records <= EXCLUDED.records`;

/** Judges what was promised, hour by hour. */
@Injectable()
export class ServiceLevelService implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly jobs: JobRegistry,
    private readonly outbox: OutboxRelay,
    private readonly market: Market,
    private readonly pools: PoolDirectory,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.definitions.add(serviceDefinition);
    this.subscriptions.addProjection(serviceProjection);
    this.jobs.register(judgeHourJob, ({ reservationId, hour, look }) =>
      this.judge({ reservationId: reservationId as ReservationId, hour: hour as Instant }, look),
    );
  }

  /**
   * Measures what has come into some hours and has them judged. May be repeated: minutes are made of
   * all that is stored, and a job that is there stays the one.
   */
  async follow(
    entitlement: Entitlement,
    hours: readonly Instant[],
    cycle: number,
  ): Promise<void> {
    if (!isPromised(entitlement)) return;
    const { reservationId } = entitlement;
    for (const hour of hours) {
      await rollUpMinutes(this.pool, { reservationId, hour }, entitlement.terms);
      const minutes = await readMinutes(this.pool, reservationId, hour);
      if (minutes.length === 0) continue;
      const now = this.clock.now();
      await this.outbox.put(judgeHourMessage(reservationId, hour, { cycle, now }));
    }
  }

  /** One look at an hour, one at a time: an older look at its title never has the last word. */
  private async judge(at: Hour, look: string): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await lockRating(client, [at.reservationId]);
      const entitlement = await this.market.entitlement(at.reservationId);
      if (entitlement === null) throw new Error(`no entitlement of ${at.reservationId} to be read yet`);
      if (!isPromised(entitlement)) return;
      await rollUpMinutes(this.pool, at, entitlement.terms);
      const minutes = await readMinutes(this.pool, at.reservationId, at.hour);
      if (minutes.length > 0) await this.judgeBy(minutes, { ...at, look }, entitlement);
    });
  }

  private async judgeBy(
    minutes: readonly RolledMinute[],
    { look, ...at }: Hour & { readonly look: string },
    entitlement: Promised,
  ): Promise<void> {
    const { reservationId, hour } = at;
    const split = splitAtLimit(minutes, entitledIn(entitlement.quantity, hour), entitlement.terms.serviceLevel);
    const sketches = mergeAll(split.within.map((minute) => minute.sketches));
    const { holderId, sellerId, providerId, poolId, title, terms, termsVersion } = entitlement;
    const window = { start: hour, end: plus(hour, HOUR_MS) };
    const profileVersion = await this.pools.profileVersionOver(poolId, window);
    const records = minutes.reduce((sum, minute) => sum + minute.records, 0);
    const evidence = {
      ...{ records, measured: hourOf(split, terms.serviceLevel) },
      ...{ figures: figuresOf(sketches), sketchDigest: digestOf(sketches) },
    };
    const basis = { terms: terms.serviceLevel, termsVersion, profileVersion };
    const facts = { ...at, holderId, sellerId, providerId, evidence, ...basis };
    const area = integralOver(title, window);
    await this.send({ type: 'JudgeHour', ...facts, area, now: this.clock.now() }, look);
    const kept = [reservationId, formatInstant(hour), poolId, profileVersion, records];
    await this.pool.query(KEEP_SKETCHES, [...kept, textOf(sketches)]);
  }

  /** A dispute is opened or resolved by a member. */
  async settle(
    context: CommandContext,
    command: Untimed<DisputeCredit | ResolveDispute>,
  ): Promise<Outcome<ServiceAnswer, ServiceRejection>> {
    const now = this.clock.now();
    const { reservationId } = command;
    // An id that no reservation can have has no stream to be looked into.
    if (marketOf(reservationId) === null) return { accepted: false, rejection: { code: 'HOUR_NOT_FOUND' } };
    const timed = { ...command, now } as ServiceCommand;
    return this.streams.execute(serviceDefinition, reservationId, toExecuteRequest(context, timed, now));
  }

  private async send(command: JudgeHour, look: string): Promise<void> {
    const { reservationId, hour, now } = command;
    const context = systemContext('judge-hour', `${reservationId} ${hour} ${look}`);
    const request = toExecuteRequest(context, command, now);
    const outcome = await this.streams.execute(serviceDefinition, reservationId, request);
    if (outcome.accepted) return;
    throw new InvariantError(`an hour that cannot be judged: ${JSON.stringify(outcome.rejection)}`);
  }
}

const textOf = (sketches: Sketches): string => JSON.stringify(sketches);

function isPromised(entitlement: Entitlement): entitlement is Promised {
  return entitlement.terms.serviceLevel !== null;
}
