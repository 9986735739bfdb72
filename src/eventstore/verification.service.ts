import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { z } from 'zod';
import { DAY_MS } from '../kernel/time.js';
import type { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/prisma.js';
import { once } from '../platform/idempotency/idempotency.js';
import { nameUuid } from '../platform/ids/name-uuid.js';
import { CLOCK, POOL } from '../platform/platform.module.js';
import type { Verification } from '../platform/prisma/generated/client.js';
import { JobRegistry } from '../platform/queue/job-registry.js';
import { jobType, toMessage } from '../platform/queue/job.js';
import { putJob } from '../platform/queue/put-job.js';
import { DefinitionRegistry } from './definition-registry.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { SubscriptionRegistry } from './subscription-registry.js';
import { verifyEverything } from './verify.js';
import { VerificationError } from './verify-stream.js';

export type VerificationStatus = 'queued' | 'running' | 'holds' | 'broken';

export type VerificationOutcome =
  | { readonly kind: 'accepted'; readonly verificationId: string }
  | { readonly kind: 'open'; readonly state: string };

const verifyLogJob = jobType('platform', 'verify-log', z.object({ verificationId: z.string() }));

/** What `npm run verify` does, in the background of a running product. One at a time: it reads everything. */
@Injectable()
export class VerificationService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly store: PostgresEventStore,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly jobs: JobRegistry,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(verifyLogJob, ({ verificationId }) => this.run(verificationId));
  }

  async request(
    { actor, scope }: { readonly actor: string; readonly scope: string },
    key: string,
  ): Promise<VerificationOutcome> {
    const request = { scope, key, content: { startVerification: true } };
    const { answer } = await once<VerificationOutcome>(this.database, request, async (transaction) => {
      // Two who ask at once are one after the other.
      await transaction.$executeRaw`LOCK TABLE verification IN SHARE ROW EXCLUSIVE MODE`;
      // One that never came to an end is in nobody's way for longer than a day.
      const requestedAt = { gt: new Date(this.clock.now() - DAY_MS) };
      const status = { in: ['queued', 'running'] };
      const open = await transaction.verification.findFirst({ where: { status, requestedAt } });
      if (open !== null) return { kind: 'open', state: open.status };
      const verificationId = nameUuid('verification', scope, key);
      await transaction.verification.create({
        data: {
          ...{ verificationId, status: 'queued', requestedBy: actor },
          requestedAt: new Date(this.clock.now()),
        },
      });
      const when = { runAt: this.clock.now(), dedupeKey: verificationId };
      await putJob(transaction, toMessage(verifyLogJob, { verificationId }, when));
      return { kind: 'accepted', verificationId };
    });
    return answer;
  }

  find(verificationId: string): Promise<Verification | null> {
    return this.database.verification.findUnique({ where: { verificationId } });
  }

  /** Newest first. */
  list(
    before: { readonly at: Date; readonly verificationId: string } | null,
    limit: number,
  ): Promise<readonly Verification[]> {
    const older = before && [
      { requestedAt: { lt: before.at } },
      { requestedAt: before.at, verificationId: { lt: before.verificationId } },
    ];
    return this.database.verification.findMany({
      ...(older && { where: { OR: older } }),
      orderBy: [{ requestedAt: 'desc' }, { verificationId: 'desc' }],
      take: limit,
    });
  }

  /** May run twice: the log says the same both times. An error leaves it running, and the job is tried again. */
  private async run(verificationId: string): Promise<void> {
    await this.note(verificationId, { status: 'running' });
    const { pool, store, definitions, subscriptions } = this;
    try {
      const found = await verifyEverything({ pool, store, definitions, subscriptions });
      await this.note(verificationId, { status: 'holds', ...found });
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      await this.note(verificationId, { status: 'broken', lie: error.message });
    }
  }

  private async note(
    verificationId: string,
    data: { readonly status: VerificationStatus; readonly lie?: string },
  ): Promise<void> {
    const isOver = data.status === 'holds' || data.status === 'broken';
    const finishedAt = isOver ? new Date(this.clock.now()) : null;
    await this.database.verification.update({ where: { verificationId }, data: { ...data, finishedAt } });
  }
}
