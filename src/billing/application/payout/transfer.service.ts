import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext } from '../../../eventstore/command-context.js';
import type { AuthenticatedPrincipal } from '../../../identity/contract.js';
import { present } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { once } from '../../../platform/idempotency/idempotency.js';
import type { Logger } from '../../../platform/logging/logger.js';
import type { PayoutCall } from '../../../platform/prisma/generated/client.js';
import { CLOCK, LOGGER } from '../../../platform/platform.module.js';
import { toMessage } from '../../../platform/queue/job.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import { putJob } from '../../../platform/queue/put-job.js';
import type { PaymentFailure } from '../../adapter/stripe/payment-gateway.js';
import type { TransferFacts } from '../../adapter/stripe/payout-gateway.js';
import type { SellerPayout } from '../../model/payout/earnings.state.js';
import { MICRO_USD_PER_CENT } from '../../model/top-up.js';
import { LedgerService } from '../ledger.service.js';
import { PaymentProvider } from '../payment-provider.js';
import { refreshTransferJob, sendPayout, sendPayoutJob } from './payout.jobs.js';
import { ATTEMPTS_MAX, codeOf, isFinal, KEY_LIFE_MS, nextAttempt } from './stripe-call.js';

export type CallStatus = 'pending' | 'done' | 'needs_review';

const DONE: { readonly status: CallStatus } = { status: 'done' };
/** Stripe has no transfer for the payout, and has forgotten the key that it could have been made with. */
const NEVER_MADE = 'never_made';

/**
 * Has Stripe move the money of payouts, and books what Stripe says became of it. The money left seller
 * payable, and the row is written, before Stripe is asked; the payout's id is the key that Stripe is given.
 */
@Injectable()
export class TransferService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register(sendPayoutJob, ({ organizationId, payoutId, attempt }) =>
      this.look(organizationId as OrganizationId, payoutId, attempt),
    );
    this.jobs.register(refreshTransferJob, ({ transferId }) => this.refresh(transferId));
  }

  /** Whether the transfer is one of ours; what became of it is asked for by a job. */
  async noteChange(
    told: Pick<TransferFacts, 'transferId' | 'payoutId' | 'organizationId'>,
    eventId: string,
  ): Promise<boolean> {
    const { transferId, payoutId, organizationId } = told;
    if (payoutId === null || organizationId === null) return false;
    const payout = await this.find(organizationId as OrganizationId, payoutId);
    if (payout === null) return false;
    const when = { runAt: this.clock.now(), dedupeKey: eventId };
    await putJob(this.database, toMessage(refreshTransferJob, { transferId, cause: eventId }, when));
    return true;
  }

  /** A person wants to know now; the answer is what the asking has come to, null when there was none. */
  async resolve(
    { organizationId: scope }: AuthenticatedPrincipal,
    payoutId: string,
    key: string,
  ): Promise<PayoutCall | null> {
    // Asking changes nothing by itself: the key is only held to one payout.
    const content = { resolvePayout: { payoutId } };
    await once(this.database, { scope, key, content }, async () => ({}));
    const call = await this.database.payoutCall.findUnique({ where: { payoutId } });
    if (call === null) return null;
    if (call.status !== 'done') await this.pursue(call.organizationId as OrganizationId, payoutId);
    return this.database.payoutCall.findUnique({ where: { payoutId } });
  }

  /** @throws Error when Stripe does not say: the job is tried again */
  async refresh(transferId: string): Promise<void> {
    const answer = await this.provider.gateway.payouts.retrieveTransfer(transferId);
    if (!answer.ok) throw new Error(`Stripe does not say what became of a transfer: ${codeOf(answer.error)}`);
    await this.settle(answer.value);
  }

  private async look(organizationId: OrganizationId, payoutId: string, attempt: number): Promise<void> {
    const call = await this.pursue(organizationId, payoutId);
    if (call.status !== 'pending') return;
    if (attempt >= ATTEMPTS_MAX) return this.note(payoutId, { status: 'needs_review' });
    const runAt = nextAttempt(this.clock.now(), attempt);
    await putJob(this.database, sendPayout(organizationId, payoutId, { attempt: attempt + 1, runAt }));
  }

  private async pursue(organizationId: OrganizationId, payoutId: string): Promise<PayoutCall> {
    const call = await this.open(organizationId, payoutId);
    const payout = present(await this.find(organizationId, payoutId), 'payout that is sent');
    if (payout.status === 'in-flight') await this.ask(call, payout);
    else await this.note(payoutId, DONE);
    return present(await this.database.payoutCall.findUnique({ where: { payoutId } }), 'asking for a payout');
  }

  /** The row comes before the first request, and is the same for all that follow. */
  private async open(organizationId: string, payoutId: string): Promise<PayoutCall> {
    const at = new Date(this.clock.now());
    const status: CallStatus = 'pending';
    const data = { payoutId, organizationId, status, attempts: 0, createdAt: at, updatedAt: at };
    await this.database.payoutCall.createMany({ data: [data], skipDuplicates: true });
    return present(await this.database.payoutCall.findUnique({ where: { payoutId } }), 'asking for a payout');
  }

  private async ask({ payoutId, organizationId, createdAt }: PayoutCall, payout: SellerPayout): Promise<void> {
    await this.note(payoutId, { attempts: { increment: 1 } });
    if (this.clock.now() >= createdAt.getTime() + KEY_LIFE_MS) return this.search(organizationId, payoutId);
    const account = await this.database.payoutAccount.findUnique({ where: { organizationId } });
    const accountId = present(account?.accountId, 'account of a seller that is paid');
    const answer = await this.provider.gateway.payouts.createTransfer({
      ...{ payoutId, organizationId, accountId, idempotencyKey: payoutId },
      amountCents: payout.amount / MICRO_USD_PER_CENT,
    });
    if (answer.ok) await this.settle(answer.value);
    else await this.noteFailure(organizationId, payoutId, answer.error);
  }

  /** The key is too old to ask with: it could be paid twice. What was made is found by its name. */
  private async search(organizationId: string, payoutId: string): Promise<void> {
    const answer = await this.provider.gateway.payouts.findTransfer(payoutId);
    if (!answer.ok) return this.note(payoutId, { lastError: codeOf(answer.error) });
    if (answer.value !== null) await this.settle(answer.value);
    else await this.fail(organizationId, payoutId, NEVER_MADE);
  }

  private async noteFailure(organizationId: string, payoutId: string, failure: PaymentFailure): Promise<void> {
    const code = codeOf(failure);
    if (isFinal(failure)) return this.fail(organizationId, payoutId, code);
    // Whether money moved is open: the job asks again.
    if (failure.kind === 'invalid') this.logger.error({ payoutId, code }, 'Stripe refused us, not the payout');
    await this.note(payoutId, { lastError: code });
  }

  private async fail(organizationId: string, payoutId: string, reason: string): Promise<void> {
    const context = systemContext('fail-payout', payoutId);
    const command = { type: 'FailPayout', payoutId, reason } as const;
    await this.ledger.execute(organizationId as OrganizationId, command, context);
    await this.note(payoutId, { ...DONE, lastError: reason });
  }

  /** What Stripe says of a transfer, by answer or when a webhook made us ask. */
  async settle(told: TransferFacts): Promise<void> {
    const { transferId, payoutId, organizationId, amountCents, currency } = told;
    if (payoutId === null || organizationId === null || currency !== 'usd') return;
    const reversals = told.reversals
      // Stripe tells the newest first.
      .toReversed()
      .map(({ reversalId, amountCents: cents }) => ({ reversalId, amount: amountOf(cents) }));
    const command = { type: 'SettlePayout', payoutId, transferId, amount: amountOf(amountCents), reversals } as const;
    const context = systemContext('settle-payout', `${payoutId} ${transferId} ${reversals.length}`);
    const outcome = await this.ledger.execute(organizationId as OrganizationId, command, context);
    if (outcome.accepted) return this.note(payoutId, DONE);
    const { code } = outcome.rejection;
    this.logger.error({ payoutId, transferId, code }, 'Stripe tells of a transfer that the books do not have');
  }

  private find(organizationId: OrganizationId, payoutId: string): Promise<SellerPayout | null> {
    return this.ledger.read(organizationId, ({ earnings }) => earnings.payouts.get(payoutId) ?? null);
  }

  private async note(
    payoutId: string,
    values: { status?: CallStatus; lastError?: string; attempts?: { increment: number } },
  ): Promise<void> {
    const data = { ...values, updatedAt: new Date(this.clock.now()) };
    await this.database.payoutCall.updateMany({ where: { payoutId, status: { not: 'done' } }, data });
  }
}

const amountOf = (cents: bigint): MicroUsd => (cents * MICRO_USD_PER_CENT) as MicroUsd;
