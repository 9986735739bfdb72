import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import { present } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { once } from '../../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../../platform/ids/name-uuid.js';
import type { TransferReversal } from '../../../platform/prisma/generated/client.js';
import { CLOCK } from '../../../platform/platform.module.js';
import { toMessage, type JobMessage } from '../../../platform/queue/job.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import { putJob } from '../../../platform/queue/put-job.js';
import { returnedOf } from '../../model/payout/earnings.state.js';
import { MICRO_USD_PER_CENT } from '../../model/top-up.js';
import { LedgerService } from '../ledger.service.js';
import { PaymentProvider } from '../payment-provider.js';
import { reverseTransferJob } from './payout.jobs.js';
import { ATTEMPTS_MAX, codeOf, isFinal, KEY_LIFE_MS, nextAttempt } from './stripe-call.js';
import { TransferService } from './transfer.service.js';

export type ReversalStatus = 'pending' | 'done' | 'failed' | 'needs_review';

export interface ReversalRequest {
  readonly payoutId: string;
  readonly amount: MicroUsd;
  readonly note: string;
}

export type ReversalOutcome =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-sent'; readonly state: string }
  | { readonly kind: 'too-much'; readonly left: MicroUsd }
  | { readonly kind: 'asked'; readonly reversal: TransferReversal };

/**
 * Takes money back from a seller's account, only because an administrator says so. The wish is a row
 * first; what is booked is what Stripe then says of the transfer.
 */
@Injectable()
export class ReversalService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(TransferService) private readonly transfers: TransferService,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(reverseTransferJob, ({ reversalId, attempt }) => this.look(reversalId, attempt));
  }

  async reverse(
    caller: AuthenticatedPrincipal,
    request: ReversalRequest,
    idempotencyKey: string,
  ): Promise<ReversalOutcome> {
    const { payoutId, amount, note } = request;
    const reversalId = nameUuid('reversal', caller.organizationId, idempotencyKey);
    const known = await this.find(reversalId);
    const checked = known === null ? await this.check(request) : known;
    if ('kind' in checked) return checked;
    const { organizationId, transferId } = checked;
    const askedBy = actorOf(caller);
    const content = { reverseTransfer: { payoutId, amount, note } };
    await once(this.database, { scope: caller.organizationId, key: idempotencyKey, content }, async (transaction) => {
      const at = new Date(this.clock.now());
      const status: ReversalStatus = 'pending';
      const given = { reversalId, payoutId, organizationId, transferId, amount, note, askedBy };
      await transaction.transferReversal.create({ data: { ...given, status, attempts: 0, createdAt: at, updatedAt: at } });
      await putJob(transaction, this.lookLater(reversalId, 1));
      return {};
    });
    if (known === null) await this.tell(organizationId, askedBy, request);
    return { kind: 'asked', reversal: await this.pursue(reversalId) };
  }

  /** What can be taken back is what was sent and did not come back yet, and is not being asked for. */
  private async check({
    payoutId,
    amount,
  }: ReversalRequest): Promise<
    ReversalOutcome | { readonly organizationId: string; readonly transferId: string }
  > {
    const row = await this.database.payout.findUnique({ where: { payoutId } });
    if (row === null) return { kind: 'not-found' };
    const { organizationId } = row;
    const payout = await this.ledger.read(
      organizationId as OrganizationId,
      ({ earnings }) => earnings.payouts.get(payoutId) ?? null,
    );
    if (payout === null) return { kind: 'not-sent', state: 'forgotten' };
    if (payout.transferId === null) return { kind: 'not-sent', state: payout.status };
    const open = await this.database.transferReversal.aggregate({
      where: { payoutId, status: { in: ['pending', 'needs_review'] } },
      _sum: { amount: true },
    });
    const left = payout.amount - returnedOf(payout) - (open._sum.amount ?? 0n);
    if (amount > left) return { kind: 'too-much', left: left as MicroUsd };
    return { organizationId, transferId: payout.transferId };
  }

  private tell(organizationId: string, actor: string, { payoutId, amount, note }: ReversalRequest): Promise<void> {
    return this.audit.record({
      ...{ organizationId: organizationId as OrganizationId, actor, action: 'transfer.reversed', subject: payoutId },
      details: { amount: amount.toString(), note },
    });
  }

  private async look(reversalId: string, attempt: number): Promise<void> {
    const { status } = await this.pursue(reversalId);
    if (status !== 'pending') return;
    if (attempt >= ATTEMPTS_MAX) return this.note(reversalId, { status: 'needs_review' });
    await putJob(this.database, this.lookLater(reversalId, attempt + 1));
  }

  /** A key that Stripe has forgotten is not used again: whether it was done is told by the transfer. */
  private async pursue(reversalId: string): Promise<TransferReversal> {
    const row = present(await this.find(reversalId), 'reversal');
    if (row.status !== 'pending') return row;
    if (this.clock.now() >= row.createdAt.getTime() + KEY_LIFE_MS) {
      await this.note(reversalId, { status: 'needs_review' });
    } else await this.ask(row);
    return present(await this.find(reversalId), 'reversal');
  }

  private async ask({ reversalId, transferId, amount }: TransferReversal): Promise<void> {
    await this.note(reversalId, { attempts: { increment: 1 } });
    const answer = await this.provider.gateway.payouts.reverseTransfer({
      ...{ transferId, amountCents: amount / MICRO_USD_PER_CENT, idempotencyKey: reversalId },
    });
    if (answer.ok) {
      // The books first: a crash in between asks again, under the same key.
      await this.transfers.refresh(transferId);
      await this.note(reversalId, { status: 'done', stripeReversalId: answer.value.reversalId });
      return;
    }
    const lastError = codeOf(answer.error);
    await this.note(reversalId, isFinal(answer.error) ? { status: 'failed', lastError } : { lastError });
  }

  private find(reversalId: string): Promise<TransferReversal | null> {
    return this.database.transferReversal.findUnique({ where: { reversalId } });
  }

  private lookLater(reversalId: string, attempt: number): JobMessage {
    const when = { runAt: nextAttempt(this.clock.now(), attempt), dedupeKey: `${reversalId} ${attempt}` };
    return toMessage(reverseTransferJob, { reversalId, attempt }, when);
  }

  private async note(
    reversalId: string,
    values: {
      status?: ReversalStatus;
      stripeReversalId?: string;
      lastError?: string;
      attempts?: { increment: number };
    },
  ): Promise<void> {
    const data = { ...values, updatedAt: new Date(this.clock.now()) };
    await this.database.transferReversal.updateMany({ where: { reversalId, status: 'pending' }, data });
  }
}
