import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { entitlementsAfter, MOVES_TITLE, marketCodec } from '../../allocation/contract.js';
import { decodeShared } from '../../eventstore/event-codec.js';
import { categoryOf, streamId, type RecordedEvent } from '../../eventstore/event.js';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import { Streams } from '../../eventstore/streams.js';
import { hasReached, type Subscription } from '../../eventstore/subscription.js';
import type { ReservationId } from '../../kernel/ids.js';
import { fromSegments, type StepFunction } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { entitledIn } from '../model/rating.js';
import { NO_USAGE } from '../model/token-counts.js';
import { keepCyclesOpen, lockRating } from './usage-locks.js';
import { putPending } from './usage-pending.js';
import { modelOf } from './usage-sums.js';
import { usageDefinition } from './usage.definition.js';

/** Moves the rows that `Market.entitlement` reads. */
const MARKET_ROWS = 'projection:market';
const WAIT_STEP_MS = 20;
const WAIT_STEPS = 250;
const CHANGING = new Set<string>(MOVES_TITLE);

/**
 * Title of an hour may move after use in it was rated: the hour that is running can be resold, and
 * what was resold can come back. Such hours are put up to be rated again.
 */
@Injectable()
export class EntitlementWatch {
  readonly subscription: Subscription = {
    name: 'metering:entitlements',
    kind: 'rows',
    concerns: (events) => events.some(mayChange),
    handle: (events, client) => this.handle(events, client),
  };

  constructor(
    private readonly streams: Streams,
    private readonly store: PostgresEventStore,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  private async handle(events: readonly RecordedEvent[], client: PoolClient): Promise<void> {
    const changes = changesOf(events);
    const last = events.at(-1);
    if (changes.size === 0 || last === undefined) return;
    await this.awaitRows(last);
    // Rating under way may have looked before; it is over before its hours are looked at.
    await lockRating(client, [...changes.keys()]);
    const uses = [];
    for (const [reservationId, quantity] of changes) {
      const hours = await this.staleHours(reservationId, quantity);
      const model = modelOf(reservationId);
      uses.push(...hours.map((minute) => ({ reservationId, minute, model, tier: null, sum: NO_USAGE })));
    }
    if (uses.length === 0) return;
    await keepCyclesOpen(client, [...changes.keys()]);
    await putPending(client, uses, this.clock.now());
  }

  /** A job that ran on older rows would rate as before. */
  private async awaitRows(place: RecordedEvent): Promise<void> {
    for (let step = 0; step < WAIT_STEPS; step += 1) {
      if (await hasReached(this.pool, MARKET_ROWS, place)) return;
      await pause(WAIT_STEP_MS);
    }
    throw new Error(`${MARKET_ROWS} is behind; entitlements are looked at again later`);
  }

  private async staleHours(
    reservationId: ReservationId,
    quantity: StepFunction,
  ): Promise<readonly Instant[]> {
    // Most reservations that are resold were never used: no stream is made known for those.
    const stream = streamId(usageDefinition.category, reservationId);
    const { version } = await this.store.readHead(stream);
    if (version === 0) return [];
    return this.streams.read(usageDefinition, reservationId, ({ hours }) =>
      [...hours.values()]
        .filter(({ hour, entitled }) => entitledIn(quantity, hour) !== entitled)
        .map(({ hour }) => hour),
    );
  }
}

function mayChange({ stream, type }: RecordedEvent): boolean {
  return categoryOf(stream) === 'market' && CHANGING.has(type);
}

/** What each reservation holds after the events, where they say so. */
function changesOf(events: readonly RecordedEvent[]): ReadonlyMap<ReservationId, StepFunction> {
  const changes = new Map<ReservationId, StepFunction>();
  for (const recorded of events) {
    if (!mayChange(recorded)) continue;
    const after = entitlementsAfter(decodeShared(marketCodec, recorded));
    for (const { reservationId, entitlement } of after) {
      changes.set(reservationId, fromSegments(entitlement));
    }
  }
  return changes;
}
