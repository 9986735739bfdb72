import type { Prisma } from '../prisma/generated/client.js';
import type { JobMessage } from './job.js';

/** Writes a job into the outbox, in the transaction of what calls for it. */
export async function putJob(
  transaction: Pick<Prisma.TransactionClient, '$executeRaw'>,
  { queue, job, dedupeKey, payload, runAt }: JobMessage,
): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO eventstore.outbox (queue, job, dedupe_key, payload, run_at)
    VALUES (${queue}, ${job}, ${dedupeKey}, ${payload}, ${new Date(runAt)})
    ON CONFLICT (queue, dedupe_key) DO NOTHING`;
}
