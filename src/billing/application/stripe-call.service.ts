import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Result } from '../../kernel/result.js';
import { HOUR_MS, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import type { Transaction } from '../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../platform/platform.module.js';
import type { StripeCall } from '../../platform/prisma/generated/client.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { putJob } from '../../platform/queue/put-job.js';
import type { PaymentFailure } from '../adapter/stripe/payment-gateway.js';
import { isOurMistake, type StripeCallKind, type StripeCallState } from '../model/stripe-call.js';

/** A call as it is made: the same every time. */
export interface PlannedCall {
  readonly callId: string;
  readonly organizationId: OrganizationId;
  /** What it is about; with its kind it names the call. */
  readonly subject: string;
  readonly params: unknown;
}

/** What the calls of one kind do. Each part may run again with the same call. */
export interface CallHandler {
  /** Asks Stripe, under the call's id as idempotency key; answers with the id of Stripe's object. */
  readonly send: (call: PlannedCall) => Promise<Result<string, PaymentFailure>>;
  /** What follows once it has worked, before it is noted. */
  readonly done?: (call: PlannedCall, stripeId: string) => Promise<void>;
  /** What follows once Stripe has refused it for good, before it is noted. */
  readonly refused?: (call: PlannedCall, failureCode: string) => Promise<void>;
}

const makeCallJob = jobType(
  'billing',
  'make-stripe-call',
  z.object({ callId: z.string(), attempt: z.number().int() }),
);

const FIRST_LOOK_MS = 30_000;
const LOOKS_MAX = 8;
/** Stripe forgets an idempotency key after a day. Measured from before the key was first used. */
const KEY_LIFE_MS = 23 * HOUR_MS;
const OPEN: StripeCallState[] = ['pending', 'needs_review'];

/**
 * Calls to Stripe that are no payments: a row first, then the call under the row's own id, however
 * often, until there is an answer. Who gets none for two hours is for people to look at.
 */
@Injectable()
export class StripeCallService implements OnModuleInit {
  private readonly handlers = new Map<StripeCallKind, CallHandler>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register(makeCallJob, ({ callId, attempt }) => this.look(callId, attempt));
  }

  /** Says what calls of a kind do; once for each kind. */
  handle(kind: StripeCallKind, handler: CallHandler): void {
    this.handlers.set(kind, handler);
  }

  /** Writes a call down, unless it is known, in the transaction of what calls for it. */
  async plan(
    transaction: Transaction,
    kind: StripeCallKind,
    { organizationId, subject, params }: Omit<PlannedCall, 'callId'>,
  ): Promise<string> {
    const callId = callIdOf(kind, organizationId, subject);
    const at = new Date(this.clock.now());
    const row = { callId, organizationId, kind, subject, params: params as object, status: 'pending' };
    await transaction.stripeCall.createMany({
      data: [{ ...row, createdAt: at, updatedAt: at }],
      skipDuplicates: true,
    });
    await putJob(transaction, this.lookLater(callId, 1));
    return callId;
  }

  /** The same where nothing else is to be written. */
  planNow(kind: StripeCallKind, call: Omit<PlannedCall, 'callId'>): Promise<string> {
    return this.database.$transaction((transaction) => this.plan(transaction, kind, call));
  }

  /** Makes a call now, unless it has ended or Stripe may have forgotten its key. */
  async pursue(callId: string): Promise<StripeCall> {
    const row = await this.find(callId);
    if (!isOpen(row)) return row;
    if (this.clock.now() < row.createdAt.getTime() + KEY_LIFE_MS) await this.make(row);
    else await this.note(callId, { status: 'needs_review' });
    return this.find(callId);
  }

  async find(callId: string): Promise<StripeCall> {
    return present(await this.database.stripeCall.findUnique({ where: { callId } }), 'call');
  }

  private async make(row: StripeCall): Promise<void> {
    const handler = present(this.handlers.get(row.kind as StripeCallKind), `calls of ${row.kind}`);
    const { callId, subject, params } = row;
    const call = { callId, organizationId: row.organizationId as OrganizationId, subject, params };
    const answer = await handler.send(call);
    if (answer.ok) {
      await handler.done?.(call, answer.value);
      return this.note(callId, { status: 'succeeded', stripeId: answer.value, failureCode: null });
    }
    const { error } = answer;
    // Whether it was done is open: the job asks again.
    if (error.kind === 'retryable') return this.note(callId, {});
    const failureCode = error.kind === 'declined' ? (error.declineCode ?? error.code) : error.code;
    if (isOurMistake(failureCode)) {
      this.logger.error({ callId, code: failureCode }, 'Stripe refused us, not the call');
      return this.note(callId, { failureCode });
    }
    await handler.refused?.(call, failureCode);
    return this.note(callId, { status: 'failed', failureCode });
  }

  private async look(callId: string, attempt: number): Promise<void> {
    const { status: before } = await this.find(callId);
    if (before !== 'pending') return;
    const { status } = await this.pursue(callId);
    if (status !== 'pending') return;
    if (attempt >= LOOKS_MAX) return this.note(callId, { status: 'needs_review' });
    await putJob(this.database, this.lookLater(callId, attempt + 1));
  }

  private lookLater(callId: string, attempt: number): ReturnType<typeof toMessage> {
    const runAt = (this.clock.now() + FIRST_LOOK_MS * 2 ** (attempt - 1)) as Instant;
    return toMessage(makeCallJob, { callId, attempt }, { runAt, dedupeKey: `${callId} ${attempt}` });
  }

  /** What has ended stays so. */
  private async note(callId: string, values: Partial<StripeCall>): Promise<void> {
    const { params: _params, ...data } = values;
    await this.database.stripeCall.updateMany({
      where: { callId, status: { in: OPEN } },
      data: { ...data, updatedAt: new Date(this.clock.now()), attempts: { increment: 1 } },
    });
  }
}

export function callIdOf(kind: StripeCallKind, organizationId: string, subject: string): string {
  return nameUuid('stripe-call', kind, organizationId, subject);
}

function isOpen({ status }: StripeCall): boolean {
  return status === 'pending' || status === 'needs_review';
}
