import type { z } from 'zod';
import type { Instant } from '../../kernel/time.js';

/** The queues, one for each domain that has work of its own. */
export const QUEUES = ['allocation', 'billing', 'metering', 'notices', 'platform'] as const;
export type QueueName = (typeof QUEUES)[number];

/** A kind of job: where it runs and what it carries. Start-up fails unless it has one handler. */
export interface JobType<Payload> {
  readonly queue: QueueName;
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
}

/** Runs at least once for each message, perhaps twice at once: it must be idempotent. */
export type JobHandler<Payload> = (payload: Payload) => Promise<void>;

export function jobType<Payload>(
  queue: QueueName,
  name: string,
  payload: z.ZodType<Payload>,
): JobType<Payload> {
  return { queue, name, payload };
}

/** A job as the outbox keeps it; `payload` is JSON text. */
export interface JobMessage {
  readonly queue: QueueName;
  readonly job: string;
  readonly dedupeKey: string;
  readonly payload: string;
  readonly runAt: Instant;
}

/** An outbox message for a job; of messages with one dedupe key only the first is kept. */
export function toMessage<Payload>(
  job: JobType<Payload>,
  payload: Payload,
  when: { readonly runAt: Instant; readonly dedupeKey: string },
): JobMessage {
  return {
    queue: job.queue,
    job: job.name,
    dedupeKey: `${job.name} ${when.dedupeKey}`,
    payload: JSON.stringify(payload),
    runAt: when.runAt,
  };
}
