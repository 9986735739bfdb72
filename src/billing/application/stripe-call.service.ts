import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { ok, type Result } from '../../kernel/result.js';
import { HOUR_MS, plus } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import type { Transaction } from '../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../platform/platform.module.js';
import type { StripeCall } from '../../platform/prisma/generated/client.js';
import { jobType, toMessage, type JobMessage } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { putJob } from '../../platform/queue/put-job.js';
import type { PaymentFailure } from '../adapter/stripe/payment-gateway.js';
import { isLastLook, OPEN_CALL_STATES, pauseBefore, type StripeCallKind, type StripeCallState } from '../model/stripe-call.js';
import { codeOf, isFinal } from './stripe-answer.js';

/** A call as it is written down. */
export interface WantedCall {
  /** By default what {@link callIdOf} makes of the rest; one that has a name already keeps it. */
  readonly callId?: string;
  readonly organizationId: OrganizationId;
  /** What it is about; with its kind it names the call. */
  readonly subject: string;
  readonly params: unknown;
}

/** A call as it is made: the same every time, under one key. */
export interface PlannedCall extends Required<WantedCall> {
  readonly idempotencyKey: string;
  /** Since when it is asked for under that key. */
  readonly keyedAt: Date;
}

/** The id of Stripe's object; null while Stripe has it and has not said the end. */
export type CallAnswer = Result<string | null, PaymentFailure>;

/** What the calls of one kind do. Each part may run again with the same call. */
export interface CallHandler {
  /** Asks Stripe, under the call's key. */
  readonly send: (call: PlannedCall) => Promise<CallAnswer>;
  /** What follows once it has worked, before it is noted. */
  readonly done?: (call: PlannedCall, stripeId: string) => Promise<void>;
  /** What follows once Stripe has refused it for good, before it is noted. */
  readonly refused?: (call: PlannedCall, failureCode: string) => Promise<void>;
  /** What follows once a person must look, before it is noted. */
  readonly forsaken?: (call: PlannedCall) => Promise<void>;
  /**
   * Finds out what became of it once Stripe has forgotten the key: asking again could do it again.
   * Without this, or when it answers null, a person must look.
   */
  readonly recover?: (call: PlannedCall) => Promise<CallAnswer>;
  /** Looks at what a person says it was made as, and books it; without this, a person is believed. */
  readonly confirm?: (call: PlannedCall, stripeId: string) => Promise<CallAnswer>;
  /** Where {@link recover} answers null nothing names it: people know whether it was made. */
  readonly isForPeople?: true;
  /** Whether Stripe has it and its end takes days, as with banks: no reason yet for a person to look. */
  readonly isOnItsWay?: (call: PlannedCall) => Promise<boolean>;
  /**
   * Made twice it does no harm, and never made it helps nobody: asked for under another key once
   * Stripe has forgotten the first, or when somebody wants it again after Stripe refused it.
   */
  readonly isRenewed?: true;
}

const makeCallJob = jobType(
  'billing',
  'make-stripe-call',
  z.object({ callId: z.string(), attempt: z.number().int() }),
);

/** Stripe forgets an idempotency key after a day. Measured from before the key was first used. */
const KEY_LIFE_MS = 23 * HOUR_MS;
const UNKNOWN: CallAnswer = ok(null);

interface CallNote {
  readonly status?: StripeCallState;
  readonly stripeId?: string;
  readonly failureCode?: string | null;
  readonly idempotencyKey?: string;
  readonly keyedAt?: Date;
  readonly attempts?: { readonly increment: number };
}

/**
 * Everything that Stripe is asked to do: a row first, then the call under the row's key, however often,
 * until there is an answer. Who gets none for two hours is for people to look at.
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
  async plan(transaction: Transaction, kind: StripeCallKind, wanted: WantedCall): Promise<string> {
    const { organizationId, subject, params } = wanted;
    const callId = wanted.callId ?? callIdOf(kind, organizationId, subject);
    const at = new Date(this.clock.now());
    const status: StripeCallState = 'pending';
    const row = { callId, idempotencyKey: callId, keyedAt: at, organizationId, kind, subject, params: params as object };
    await transaction.stripeCall.createMany({
      data: [{ ...row, status, createdAt: at, updatedAt: at }],
      skipDuplicates: true,
    });
    await putJob(transaction, this.lookLater({ callId, idempotencyKey: callId }, 1));
    return callId;
  }

  /** The same where nothing else is to be written. */
  planNow(kind: StripeCallKind, wanted: WantedCall): Promise<string> {
    return this.database.$transaction((transaction) => this.plan(transaction, kind, wanted));
  }

  /** Makes a call now, unless it has ended. */
  async pursue(callId: string): Promise<StripeCall> {
    const row = await this.find(callId);
    if (isOpen(row)) await this.make(row);
    return this.find(callId);
  }

  /** Has the job look after a call, beginning with the first pause. */
  async resume(callId: string): Promise<void> {
    const row = await this.seek(callId);
    if (row?.status === 'pending') await putJob(this.database, this.lookLater(row, 1));
  }

  /** Stripe told the end of it by a message. */
  async end(callId: string, stripeId: string): Promise<void> {
    const updatedAt = new Date(this.clock.now());
    await this.database.stripeCall.updateMany({
      where: { callId, status: { not: 'succeeded' } },
      data: { status: 'succeeded', stripeId, failureCode: null, updatedAt },
    });
  }

  /** Stripe had taken it, and told later that it was not done; before or after the answer is noted. */
  async overturn(callId: string, failureCode: string): Promise<void> {
    const updatedAt = new Date(this.clock.now());
    await this.database.stripeCall.updateMany({
      where: { callId, status: { not: 'failed' } },
      data: { status: 'failed', failureCode, updatedAt },
    });
  }

  /** A person says that it was not made: it is asked for under another key. */
  async planAgain(transaction: Transaction, row: StripeCall): Promise<void> {
    const next = this.nextKey(row);
    const { callId } = row;
    const data = { ...next, status: 'pending', failureCode: null, updatedAt: next.keyedAt };
    await transaction.stripeCall.update({ where: { callId }, data });
    await putJob(transaction, this.lookLater({ callId, idempotencyKey: next.idempotencyKey }, 1));
  }

  seek(callId: string): Promise<StripeCall | null> {
    return this.database.stripeCall.findUnique({ where: { callId } });
  }

  private async find(callId: string): Promise<StripeCall> {
    return present(await this.seek(callId), 'call');
  }

  private async make(found: StripeCall): Promise<void> {
    const handler = this.handlerOf(found);
    const isForgotten = this.clock.now() >= found.keyedAt.getTime() + KEY_LIFE_MS;
    const mustRenew = isForgotten && handler.isRenewed === true;
    const call = plannedOf(mustRenew ? await this.renewed(found) : found);
    // Another key, or an end, since it was read: whoever wrote that goes on with it.
    if (!(await this.note(call, { attempts: { increment: 1 } }))) return;
    if (isForgotten && !mustRenew) return this.recover(handler, call);
    return this.follow(handler, call, await handler.send(call));
  }

  private async recover(handler: CallHandler, call: PlannedCall): Promise<void> {
    const answer = await (handler.recover?.(call) ?? UNKNOWN);
    await this.follow(handler, call, answer);
    const isOpen = answer.ok && answer.value === null;
    if (isOpen && (await handler.isOnItsWay?.(call)) !== true) await this.forsake(handler, call);
  }

  private async follow(handler: CallHandler, call: PlannedCall, answer: CallAnswer): Promise<void> {
    if (!answer.ok) return this.noteFailure(handler, call, answer.error);
    const stripeId = answer.value;
    if (stripeId === null) return;
    await handler.done?.(call, stripeId);
    await this.note(call, { status: 'succeeded', stripeId, failureCode: null });
  }

  private async noteFailure(handler: CallHandler, call: PlannedCall, failure: PaymentFailure): Promise<void> {
    const failureCode = codeOf(failure);
    if (isFinal(failure)) {
      if (handler.isRenewed === true) return this.reviewRefusal(handler, call, failureCode);
      await handler.refused?.(call, failureCode);
      await this.note(call, { status: 'failed', failureCode });
      return;
    }
    // Whether it was done is open: the job asks again.
    const { callId } = call;
    if (failure.kind === 'invalid') this.logger.error({ callId, code: failureCode }, 'Stripe refused us, not the call');
    await this.note(call, { failureCode });
  }

  /** Under the same key Stripe would refuse it again; it did nothing, so that another one does nothing twice. */
  private async reviewRefusal(handler: CallHandler, call: PlannedCall, failureCode: string): Promise<void> {
    await handler.forsaken?.(call);
    await this.note(call, { ...this.nextKey(call), status: 'needs_review', failureCode });
  }

  /** Of several that renew it at once, one does. */
  private async renewed(row: StripeCall): Promise<StripeCall> {
    await this.note(row, { ...this.nextKey(row), status: 'pending' });
    const now = await this.find(row.callId);
    if (now.status === 'pending') await putJob(this.database, this.lookLater(now, 1));
    return now;
  }

  /** From the one before: two in one instant are two. */
  private nextKey({ idempotencyKey }: Pick<PlannedCall, 'idempotencyKey'>): Required<Pick<CallNote, 'idempotencyKey' | 'keyedAt'>> {
    return { idempotencyKey: nameUuid('stripe-call-key', idempotencyKey), keyedAt: new Date(this.clock.now()) };
  }

  private async look(callId: string, attempt: number): Promise<void> {
    const before = await this.find(callId);
    if (before.status !== 'pending') return;
    try {
      await this.pursue(callId);
    } finally {
      // Also when it broke on the way: the job is told, and what breaks every time is for people to look at.
      await this.count(before, attempt);
    }
  }

  private async count(before: StripeCall, attempt: number): Promise<void> {
    const row = await this.find(before.callId);
    if (row.status !== 'pending') return;
    // Under another key another row of pauses has begun.
    if (row.idempotencyKey !== before.idempotencyKey) return;
    const [handler, call] = [this.handlerOf(row), plannedOf(row)];
    if (isLastLook(attempt, (await handler.isOnItsWay?.(call)) === true)) return this.forsake(handler, call);
    await putJob(this.database, this.lookLater(row, attempt + 1));
  }

  private async forsake(handler: CallHandler, call: PlannedCall): Promise<void> {
    await handler.forsaken?.(call);
    await this.note(call, { status: 'needs_review' });
  }

  private lookLater(
    { callId, idempotencyKey }: Pick<PlannedCall, 'callId' | 'idempotencyKey'>,
    attempt: number,
  ): JobMessage {
    const runAt = plus(this.clock.now(), pauseBefore(attempt));
    return toMessage(makeCallJob, { callId, attempt }, { runAt, dedupeKey: `${idempotencyKey} ${attempt}` });
  }

  handlerOf({ kind }: StripeCall): CallHandler {
    return present(this.handlers.get(kind as StripeCallKind), `calls of ${kind}`);
  }

  /** What has ended stays so; what was heard under one key says nothing of another. */
  private async note(
    { callId, idempotencyKey }: Pick<PlannedCall, 'callId' | 'idempotencyKey'>,
    values: CallNote,
  ): Promise<boolean> {
    const { count } = await this.database.stripeCall.updateMany({
      where: { callId, idempotencyKey, status: { in: [...OPEN_CALL_STATES] } },
      data: { ...values, updatedAt: new Date(this.clock.now()) },
    });
    return count > 0;
  }
}

export function callIdOf(kind: StripeCallKind, organizationId: string, subject: string): string {
  return nameUuid('stripe-call', kind, organizationId, subject);
}

export function isOpen({ status }: Pick<StripeCall, 'status'>): boolean {
  return status === 'pending' || status === 'needs_review';
}

export function plannedOf({ callId, organizationId, subject, params, idempotencyKey, keyedAt }: StripeCall): PlannedCall {
  return { callId, organizationId: organizationId as OrganizationId, subject, params, idempotencyKey, keyedAt };
}
