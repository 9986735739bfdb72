import { z } from 'zod';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import { SECOND_MS, type Duration } from '../../kernel/time.js';
import { jobType, toMessage, type JobMessage } from '../../platform/queue/job.js';
import type { CountsDisputed } from '../model/count-dispute.events.js';
import { auditUsage } from '../model/usage.audit.js';
import { usageDecider, type UsageCommand, type UsageRejection } from '../model/usage.decide.js';
import type { UsageEvent } from '../model/usage.events.js';
import type { UsageState } from '../model/usage.state.js';
import { usageCodec } from './usage.codec.js';

/**
 * Rates what came in for one reservation during one cycle. Named `<reservation> <cycle>`, and put by the
 * statement that knows which cycle is open: see `usage-pending.ts`.
 */
export const rollUpJob = jobType(
  'metering',
  'roll-up',
  z.object({ reservationId: z.string(), cycle: z.number().int() }),
);

/** How long use of one reservation gathers before it is rated, from the first event on. */
export const ROLL_UP_AFTER = (2 * SECOND_MS) as Duration;

/** Ends a dispute about an hour's counts that nobody conceded in time. */
export const lapseDisputeJob = jobType(
  'metering',
  'lapse-count-dispute',
  z.object({ reservationId: z.string(), hour: z.number().int(), at: z.number().int() }),
);

/** What a command is answered with: the newest revision of its hour, if it made one. */
export interface RatingAnswer {
  readonly revision: number | null;
}

/** One for each dispute, however often its evidence is renewed. */
function lapseMessage({ reservationId, hour, until }: CountsDisputed): JobMessage {
  const when = { runAt: until, dedupeKey: `${reservationId} ${hour}` };
  return toMessage(lapseDisputeJob, { reservationId, hour, at: until }, when);
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
  answer: (_command, events) => {
    const rated = events.find(({ type }) => type === 'UsageHourRated');
    return { revision: rated?.type === 'UsageHourRated' ? rated.revision : null };
  },
  schedule: (event) => (event.type === 'CountsDisputed' ? [lapseMessage(event)] : []),
  snapshot: jsonSnapshot<UsageState>({ schemaVersion: 3, everyEvents: 1_000 }),
  audit: auditUsage,
};
