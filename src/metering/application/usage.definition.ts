import { z } from 'zod';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import type { ReservationId } from '../../kernel/ids.js';
import { plus, SECOND_MS, type Duration, type Instant } from '../../kernel/time.js';
import { jobType, toMessage, type JobMessage } from '../../platform/queue/job.js';
import { auditUsage } from '../model/usage.audit.js';
import {
  usageDecider,
  type UsageCommand,
  type UsageRejection,
  type UsageState,
} from '../model/usage.decide.js';
import type { UsageEvent } from '../model/usage.events.js';
import { usageCodec } from './usage.codec.js';

/** Rates what came in for one reservation during one cycle; see `usage-pending.ts`. */
export const rollUpJob = jobType(
  'metering',
  'roll-up',
  z.object({ reservationId: z.string(), cycle: z.number().int() }),
);

/** How long use of one reservation gathers before it is rated, from the first event on. */
export const ROLL_UP_AFTER = (2 * SECOND_MS) as Duration;

export function rollUpMessage(
  reservationId: ReservationId,
  cycle: number,
  now: Instant,
): JobMessage {
  const when = { runAt: plus(now, ROLL_UP_AFTER), dedupeKey: `${reservationId} ${cycle}` };
  return toMessage(rollUpJob, { reservationId, cycle }, when);
}

/** What rating an hour is answered with: null when there was nothing new. */
export interface RatingAnswer {
  readonly revision: number | null;
}

/** Everything the log knows of use: one stream each reservation, `usage-<reservation id>`. */
export const usageDefinition: StreamDefinition<
  UsageState,
  UsageCommand,
  UsageEvent,
  UsageRejection,
  RatingAnswer
> = {
  category: 'usage',
  decider: usageDecider,
  codec: usageCodec,
  answer: (_command, events) => ({ revision: events[0]?.revision ?? null }),
  schedule: () => [],
  snapshot: jsonSnapshot<UsageState>({ schemaVersion: 1, everyEvents: 1_000 }),
  audit: auditUsage,
};
