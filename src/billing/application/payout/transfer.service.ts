import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext } from '../../../eventstore/command-context.js';
import { present } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { err, ok } from '../../../kernel/result.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import type { Logger } from '../../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../../platform/platform.module.js';
import { toMessage } from '../../../platform/queue/job.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import { putJob } from '../../../platform/queue/put-job.js';
import type { TransferFacts } from '../../adapter/stripe/payout-gateway.js';
import type { SellerPayout } from '../../model/payout/earnings.state.js';
import { MICRO_USD_PER_CENT } from '../../model/top-up.js';
import { LedgerService } from '../ledger.service.js';
import { PaymentProvider } from '../payment-provider.js';
import { codeOf, NEVER_MADE, NOT_THIS, refusal } from '../stripe-answer.js';
import { StripeCallService, type CallAnswer, type PlannedCall } from '../stripe-call.service.js';
import { refreshTransferJob, sendPayoutJob } from './payout.jobs.js';

/**
 * Has Stripe move the money of payouts, and books what Stripe says became of it. The money left seller
 * payable, and the call is written, before Stripe is asked; the payout's id is the call's and its key.
 */
@Injectable()
export class TransferService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register(sendPayoutJob, ({ organizationId, payoutId }) =>
      this.start(organizationId as OrganizationId, payoutId),
    );
    this.jobs.register(refreshTransferJob, ({ transferId }) => this.refresh(transferId));
    this.calls.handle('create_transfer', {
      send: (call) => this.send(call),
      recover: (call) => this.search(call),
      confirm: (call, transferId) => this.confirm(call, transferId),
      refused: ({ organizationId, callId }, failureCode) => this.fail(organizationId, callId, failureCode),
    });
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

  /** @throws Error when Stripe does not say: the job is tried again */
  async refresh(transferId: string): Promise<void> {
    const answer = await this.provider.gateway.payouts.retrieveTransfer(transferId);
    if (!answer.ok) throw new Error(`Stripe does not say what became of a transfer: ${codeOf(answer.error)}`);
    const { payoutId } = answer.value;
    const isBooked = await this.settle(answer.value);
    if (isBooked && payoutId !== null) await this.calls.end(payoutId, transferId);
  }

  private async start(organizationId: OrganizationId, payoutId: string): Promise<void> {
    const wanted = { callId: payoutId, organizationId, subject: payoutId, params: {} };
    await this.calls.planNow('create_transfer', wanted);
    await this.calls.pursue(payoutId);
  }

  private async send({ organizationId, callId: payoutId, idempotencyKey }: PlannedCall): Promise<CallAnswer> {
    const payout = present(await this.find(organizationId, payoutId), 'payout that is sent');
    const known = endOf(payout);
    if (known !== null) return known;
    const account = await this.database.payoutAccount.findUnique({ where: { organizationId } });
    const accountId = present(account?.accountId, 'account of a seller that is paid');
    const answer = await this.provider.gateway.payouts.createTransfer({
      ...{ payoutId, organizationId, accountId, idempotencyKey },
      amountCents: payout.amount / MICRO_USD_PER_CENT,
    });
    return answer.ok ? this.book(answer.value) : answer;
  }

  /** The key is too old to ask with: it could be paid twice. What was made is found by its name. */
  private async search({ organizationId, callId: payoutId }: PlannedCall): Promise<CallAnswer> {
    const known = endOf(present(await this.find(organizationId, payoutId), 'payout that is sent'));
    if (known !== null) return known;
    const answer = await this.provider.gateway.payouts.findTransfer(payoutId);
    if (!answer.ok) return answer;
    return answer.value === null ? err(refusal(NEVER_MADE)) : this.book(answer.value);
  }

  /** A person names the transfer: it is looked at, and must be of this payout. */
  private async confirm({ callId: payoutId }: PlannedCall, transferId: string): Promise<CallAnswer> {
    const answer = await this.provider.gateway.payouts.retrieveTransfer(transferId);
    if (!answer.ok) return answer;
    return answer.value.payoutId === payoutId ? this.book(answer.value) : err(refusal(NOT_THIS));
  }

  private async book(told: TransferFacts): Promise<CallAnswer> {
    return ok((await this.settle(told)) ? told.transferId : null);
  }

  private async fail(organizationId: OrganizationId, payoutId: string, reason: string): Promise<void> {
    const context = systemContext('fail-payout', payoutId);
    await this.ledger.execute(organizationId, { type: 'FailPayout', payoutId, reason }, context);
  }

  /** What Stripe says of a transfer, by answer or when a webhook made us ask; says whether the books have it. */
  private async settle(told: TransferFacts): Promise<boolean> {
    const { transferId, payoutId, organizationId, amountCents, currency } = told;
    if (payoutId === null || organizationId === null || currency !== 'usd') return false;
    const reversals = told.reversals
      // Stripe tells the newest first.
      .toReversed()
      .map(({ reversalId, amountCents: cents }) => ({ reversalId, amount: amountOf(cents) }));
    const command = { type: 'SettlePayout', payoutId, transferId, amount: amountOf(amountCents), reversals } as const;
    const context = systemContext('settle-payout', `${payoutId} ${transferId} ${reversals.length}`);
    const outcome = await this.ledger.execute(organizationId as OrganizationId, command, context);
    if (outcome.accepted) return true;
    const { code } = outcome.rejection;
    this.logger.error({ payoutId, transferId, code }, 'Stripe tells of a transfer that the books do not have');
    return false;
  }

  private find(organizationId: OrganizationId, payoutId: string): Promise<SellerPayout | null> {
    return this.ledger.read(organizationId, ({ earnings }) => earnings.payouts.get(payoutId) ?? null);
  }
}

/** What the books know already of the end of it; null while it is on its way. */
function endOf({ status, transferId }: SellerPayout): CallAnswer | null {
  if (status === 'in-flight') return null;
  return transferId === null ? err(refusal(status)) : ok(transferId);
}

const amountOf = (cents: bigint): MicroUsd => (cents * MICRO_USD_PER_CENT) as MicroUsd;
