import { z } from 'zod';
import { jobType, toMessage, type JobMessage } from '../../../platform/queue/job.js';
import type { Instant } from '../../../kernel/time.js';

/** Asks Stripe how an account stands: a webhook only says that it changed. */
export const refreshAccountJob = jobType(
  'billing',
  'refresh-payout-account',
  z.object({ organizationId: z.string(), cause: z.string() }),
);

/** Pays out what is due, seller by seller, once a day. */
export const startPayoutsJob = jobType('billing', 'start-payouts', z.object({ day: z.number().int() }));

/** Has the call for a payout's transfer made. */
export const sendPayoutJob = jobType(
  'billing',
  'send-payout',
  // Those that were put before there was one mechanism say which attempt they are.
  z.object({ organizationId: z.string(), payoutId: z.string(), attempt: z.number().int().optional() }),
);

/** Asks Stripe what became of a transfer. */
export const refreshTransferJob = jobType(
  'billing',
  'refresh-transfer',
  z.object({ transferId: z.string(), cause: z.string() }),
);

/** In the commit of what starts the payout. */
export function sendPayout(organizationId: string, payoutId: string, runAt: Instant): JobMessage {
  return toMessage(sendPayoutJob, { organizationId, payoutId }, { runAt, dedupeKey: `${payoutId} 1` });
}
