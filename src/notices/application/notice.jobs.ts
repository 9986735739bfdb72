import { z } from 'zod';
import type { Instant } from '../../kernel/time.js';
import { jobType, toMessage, type JobMessage } from '../../platform/queue/job.js';

/** `turn` tells apart jobs for one attempt, of which the earlier ones found the endpoint busy. */
export const deliverJob = jobType(
  'notices',
  'deliver-webhook',
  z.object({ deliveryId: z.string(), attempt: z.number().int(), turn: z.number().int() }),
);

/** Writes a message to each member that a notice is for. */
export const addressMailJob = jobType('notices', 'address-mail', z.object({ noticeId: z.string() }));

export const sendMailJob = jobType(
  'notices',
  'send-mail',
  z.object({ messageId: z.string(), attempt: z.number().int() }),
);

export const forgetNoticesJob = jobType('notices', 'forget-notices', z.object({ day: z.number().int() }));

export function deliverAt(deliveryId: string, attempt: number, runAt: Instant, turn = 0): JobMessage {
  return toMessage(deliverJob, { deliveryId, attempt, turn }, { runAt, dedupeKey: `${deliveryId} ${attempt} ${turn}` });
}

export function addressMailAt(noticeId: string, runAt: Instant): JobMessage {
  return toMessage(addressMailJob, { noticeId }, { runAt, dedupeKey: noticeId });
}

export function sendMailAt(messageId: string, attempt: number, runAt: Instant): JobMessage {
  return toMessage(sendMailJob, { messageId, attempt }, { runAt, dedupeKey: `${messageId} ${attempt}` });
}
