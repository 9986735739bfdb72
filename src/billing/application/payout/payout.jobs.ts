import { z } from 'zod';
import { jobType, toMessage, type JobMessage } from '../../../platform/queue/job.js';
import type { Instant } from '../../../kernel/time.js';

/** Has Stripe make an account for a seller. */
export const createAccountJob = jobType(
  'billing',
  'create-payout-account',
  z.object({ organizationId: z.string(), attempt: z.number().int() }),
);

/** Asks Stripe how an account stands: a webhook only says that it changed. */
export const refreshAccountJob = jobType(
  'billing',
  'refresh-payout-account',
  z.object({ organizationId: z.string(), cause: z.string() }),
);

/** Pays out what is due, seller by seller, once a day. */
export const startPayoutsJob = jobType('billing', 'start-payouts', z.object({ day: z.number().int() }));

/** Asks Stripe for a payout's transfer, or what became of it. */
export const sendPayoutJob = jobType(
  'billing',
  'send-payout',
  z.object({ organizationId: z.string(), payoutId: z.string(), attempt: z.number().int() }),
);

/** Asks Stripe what became of a transfer. */
export const refreshTransferJob = jobType(
  'billing',
  'refresh-transfer',
  z.object({ transferId: z.string(), cause: z.string() }),
);

/** Takes money back from a transfer. */
export const reverseTransferJob = jobType(
  'billing',
  'reverse-transfer',
  z.object({ reversalId: z.string(), attempt: z.number().int() }),
);

export function sendPayout(
  organizationId: string,
  payoutId: string,
  { attempt, runAt }: { readonly attempt: number; readonly runAt: Instant },
): JobMessage {
  const when = { runAt, dedupeKey: `${payoutId} ${attempt}` };
  return toMessage(sendPayoutJob, { organizationId, payoutId, attempt }, when);
}
