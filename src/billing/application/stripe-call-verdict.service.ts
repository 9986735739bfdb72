import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { StripeCall } from '../../platform/prisma/generated/client.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { putJob } from '../../platform/queue/put-job.js';
import type { StripeCallState } from '../model/stripe-call.js';
import { refuseAgainst, refuseVerdict, type Evidence, type JudgedCall, type Verdict, type VerdictRejection } from '../model/stripe-call.verdict.js';
import { codeOf, isFinal, NEVER_MADE } from './stripe-answer.js';
import { plannedOf, StripeCallService, type CallAnswer, type CallHandler } from './stripe-call.service.js';

export interface SpokenVerdict {
  readonly callId: string;
  readonly verdict: Verdict;
  /** With `made`. */
  readonly stripeId: string | null;
  readonly note: string;
}

export type VerdictOutcome =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'refused'; readonly rejection: VerdictRejection }
  | { readonly kind: 'judged'; readonly call: StripeCall };

/** What follows from it that a call was given up: again until it is done. */
const releaseCallJob = jobType('billing', 'release-stripe-call', z.object({ callId: z.string() }));

const NOT_ENDED = 'not_ended';

/** Somebody who runs the exchange looked at Stripe, and says what became of a call. */
@Injectable()
export class StripeCallVerdictService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(releaseCallJob, ({ callId }) => this.release(callId));
  }

  /** What Stripe has is booked whatever was said; only what it does not have is made again, or given up. */
  async judge(caller: AuthenticatedPrincipal, spoken: SpokenVerdict, key: string): Promise<VerdictOutcome> {
    const { callId } = spoken;
    const found = await this.calls.seek(callId);
    if (found === null) return { kind: 'not-found' };
    const evidence = await this.look(found, spoken);
    const request = { scope: caller.organizationId, key, content: { judgeStripeCall: { ...spoken } } };
    const { answer } = await once(this.database, request, async (transaction) => {
      const now = present(await transaction.stripeCall.findUnique({ where: { callId } }), 'call');
      const rejection = this.refuse(now, spoken) ?? refuseAgainst(evidence);
      if (rejection !== null) return { rejection };
      await this.settle(transaction, now, { verdict: spoken.verdict, evidence });
      await this.audit.recordIn(transaction, {
        ...{ organizationId: now.organizationId as OrganizationId, actor: actorOf(caller), action: 'stripe-call.judged' },
        ...{ subject: callId, details: detailsOf(spoken, now, evidence) },
      });
      return { rejection: null };
    });
    if (answer.rejection !== null) return { kind: 'refused', rejection: answer.rejection };
    await this.release(callId);
    return { kind: 'judged', call: await this.pursued(callId) };
  }

  private refuse(row: StripeCall, { verdict }: SpokenVerdict): VerdictRejection | null {
    return refuseVerdict(judgedOf(row, this.calls.handlerOf(row)), verdict, this.clock.now());
  }

  /** What Stripe says of it; nothing is asked about a call that cannot be judged. */
  private async look(row: StripeCall, spoken: SpokenVerdict): Promise<Evidence> {
    if (this.refuse(row, spoken) !== null) return { kind: 'nothing' };
    const handler = this.calls.handlerOf(row);
    const call = plannedOf(row);
    const { stripeId } = spoken;
    if (stripeId === null) return searchedOf(await handler.recover?.(call), handler);
    const evidence = confirmedOf(await handler.confirm?.(call, stripeId), stripeId);
    if (evidence.kind === 'made') await handler.done?.(call, evidence.stripeId);
    return evidence;
  }

  private async settle(
    transaction: Transaction,
    row: StripeCall,
    { verdict, evidence }: { readonly verdict: Verdict; readonly evidence: Evidence },
  ): Promise<void> {
    const note = (values: { readonly status: StripeCallState; readonly stripeId?: string; readonly failureCode: string | null }): Promise<StripeCall> =>
      transaction.stripeCall.update({ where: { callId: row.callId }, data: { ...values, updatedAt: new Date(this.clock.now()) } });
    if (evidence.kind === 'made') {
      await note({ status: 'succeeded', stripeId: evidence.stripeId, failureCode: null });
    } else if (verdict === 'again') {
      await this.calls.planAgain(transaction, row);
    } else {
      await note({ status: 'failed', failureCode: NEVER_MADE });
      const { callId } = row;
      await putJob(transaction, toMessage(releaseCallJob, { callId }, { runAt: this.clock.now(), dedupeKey: callId }));
    }
  }

  /** What was set aside for a call that was given up is free again; once, however often. */
  private async release(callId: string): Promise<void> {
    const row = present(await this.calls.seek(callId), 'call');
    if (row.status === 'failed') await this.calls.handlerOf(row).refused?.(plannedOf(row), row.failureCode ?? NEVER_MADE);
  }

  /** One that is asked for again is, at once. */
  private async pursued(callId: string): Promise<StripeCall> {
    const row = present(await this.calls.seek(callId), 'call');
    return row.status === 'pending' ? this.calls.pursue(callId) : row;
  }
}

function judgedOf({ status, updatedAt }: StripeCall, { isRenewed }: CallHandler): JudgedCall {
  return { status: status as StripeCallState, updatedAt: updatedAt.getTime() as Instant, isRenewed: isRenewed === true };
}

/** It was looked for by its name; kinds that have none are people's to know. */
function searchedOf(answer: CallAnswer | undefined, { isForPeople }: CallHandler): Evidence {
  if (answer === undefined) return { kind: 'nothing' };
  if (!answer.ok) return isFinal(answer.error) ? { kind: 'nothing' } : { kind: 'silent', failureCode: codeOf(answer.error) };
  if (answer.value !== null) return { kind: 'made', stripeId: answer.value };
  return isForPeople === true ? { kind: 'nothing' } : { kind: 'otherwise', failureCode: NOT_ENDED };
}

/** It was looked at under the id that was given; what moves no money is taken at its word. */
function confirmedOf(answer: CallAnswer | undefined, stripeId: string): Evidence {
  if (answer === undefined) return { kind: 'made', stripeId };
  if (answer.ok) return answer.value === null ? { kind: 'otherwise', failureCode: NOT_ENDED } : { kind: 'made', stripeId: answer.value };
  return { kind: isFinal(answer.error) ? 'otherwise' : 'silent', failureCode: codeOf(answer.error) };
}

function detailsOf({ verdict, note }: SpokenVerdict, { kind, failureCode }: StripeCall, evidence: Evidence): Readonly<Record<string, string>> {
  const stripeId = evidence.kind === 'made' ? { stripeId: evidence.stripeId } : {};
  return { kind, verdict, note, before: failureCode ?? 'none', ...stripeId };
}
