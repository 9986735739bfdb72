import { z } from 'zod';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import type { ReservationId } from '../../kernel/ids.js';
import { HOUR_MS, MINUTE_MS, plus, SECOND_MS, type Duration, type Instant } from '../../kernel/time.js';
import { jobType, toMessage, type JobMessage } from '../../platform/queue/job.js';
import { auditService } from '../model/service-hour.audit.js';
import type { ServiceCommand, ServiceRejection } from '../model/service-hour.commands.js';
import { serviceDecider } from '../model/service-hour.decide.js';
import type { ServiceEvent } from '../model/service-hour.events.js';
import type { ServiceState } from '../model/service-hour.state.js';
import { serviceCodec } from './service.codec.js';

/** Judges one hour of a reservation. `look` names the reason for it, and keeps it apart from others. */
export const judgeHourJob = jobType(
  'metering',
  'judge-hour',
  z.object({ reservationId: z.string(), hour: z.number().int(), look: z.string() }),
);

/** After an hour, for what is on its way: what comes later leads to a revision. */
export const JUDGE_AFTER = (5 * MINUTE_MS) as Duration;
/** Late events of one hour gather this long before it is judged again. */
const LOOK_AGAIN_GRID = (30 * SECOND_MS) as Duration;
/** Clocks of processes must agree better than this. */
const CLOCK_TOLERANCE = (5 * SECOND_MS) as Duration;

/**
 * The first look at an hour is one job however often it is asked for. Once that may have run, each
 * reason for another look has a job of its own: a used key would be forgotten.
 *
 * @param cycle of the reservation's use, which is never rolled up under the same number again
 */
export function judgeHourMessage(
  reservationId: ReservationId,
  hour: Instant,
  { cycle, now }: { readonly cycle: number; readonly now: Instant },
): JobMessage {
  const { look, runAt } = lookAt(hour, { cycle, now });
  const dedupeKey = `${reservationId} ${hour} ${look}`;
  return toMessage(judgeHourJob, { reservationId, hour, look }, { runAt, dedupeKey });
}

/** When an hour is looked at because of a cycle of its use, and under which name. */
export function lookAt(
  hour: Instant,
  { cycle, now }: { readonly cycle: number; readonly now: Instant },
): { readonly look: string; readonly runAt: Instant } {
  const firstAt = plus(hour, HOUR_MS + JUDGE_AFTER);
  const isFirst = now < plus(firstAt, -CLOCK_TOLERANCE);
  return isFirst
    ? { look: 'first', runAt: firstAt }
    : { look: `${cycle}`, runAt: plus(now, LOOK_AGAIN_GRID) };
}

/** What a command is answered with: the newest revision of its hour, if it made one. */
export interface ServiceAnswer {
  readonly revision: number | null;
}

/** Everything the log knows of service levels: one stream each reservation, `slo-<reservation id>`. */
export const serviceDefinition: StreamDefinition<
  ServiceState,
  ServiceCommand,
  ServiceEvent,
  ServiceRejection,
  ServiceAnswer
> = {
  category: 'slo',
  decider: serviceDecider,
  codec: serviceCodec,
  answer: (_command, events) => {
    const judged = events.find(({ type }) => type === 'ServiceHourJudged');
    return { revision: judged?.type === 'ServiceHourJudged' ? judged.revision : null };
  },
  schedule: () => [],
  snapshot: jsonSnapshot<ServiceState>({ schemaVersion: 2, everyEvents: 500 }),
  audit: auditService,
};
