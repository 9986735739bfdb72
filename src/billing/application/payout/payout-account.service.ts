import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext } from '../../../eventstore/command-context.js';
import type { AuthenticatedPrincipal } from '../../../identity/contract.js';
import { assert, present } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { once } from '../../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../../platform/ids/name-uuid.js';
import type { PayoutAccount } from '../../../platform/prisma/generated/client.js';
import { CLOCK } from '../../../platform/platform.module.js';
import { toMessage, type JobMessage } from '../../../platform/queue/job.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import { putJob } from '../../../platform/queue/put-job.js';
import type { ConnectAccount, OnboardingLink } from '../../adapter/stripe/payout-gateway.js';
import { payoutAccountState } from '../../model/payout/payout-account.js';
import { LedgerService } from '../ledger.service.js';
import { PaymentProvider } from '../payment-provider.js';
import { createAccountJob, refreshAccountJob } from './payout.jobs.js';
import { SellerDirectory } from './seller-directory.js';
import { ATTEMPTS_MAX, codeOf, isFinal, KEY_LIFE_MS, nextAttempt } from './stripe-call.js';

export type OnboardingOutcome =
  | { readonly kind: 'not-a-seller' }
  /** Without a link while Stripe has not made the account, or does not answer. */
  | { readonly kind: 'started'; readonly account: PayoutAccount; readonly link: OnboardingLink | null };

/**
 * Sellers' accounts at Stripe. The wish is a row, with the idempotency key that Stripe is given; what
 * Stripe says of an account later is asked for each time, so that the order of its webhooks does not matter.
 */
@Injectable()
export class PayoutAccountService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(SellerDirectory) private readonly sellers: SellerDirectory,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(createAccountJob, ({ organizationId, attempt }) => this.look(organizationId, attempt));
    this.jobs.register(refreshAccountJob, ({ organizationId }) => this.refresh(organizationId));
  }

  find(organizationId: string): Promise<PayoutAccount | null> {
    return this.database.payoutAccount.findUnique({ where: { organizationId } });
  }

  /** The account is asked for once; a link each time, because it is good for minutes only. */
  async start(
    { organizationId }: AuthenticatedPrincipal,
    returnPath: string,
    idempotencyKey: string,
  ): Promise<OnboardingOutcome> {
    if (!(await this.sellers.isSeller(organizationId))) return { kind: 'not-a-seller' };
    const request = { scope: organizationId, key: idempotencyKey, content: { startPayoutOnboarding: { returnPath } } };
    await once(this.database, request, async (transaction) => {
      const at = new Date(this.clock.now());
      const requestId = requestOf(organizationId, at);
      const data = { organizationId, requestId, requestedAt: at, createdAt: at };
      const { count } = await transaction.payoutAccount.createMany({ data: [data], skipDuplicates: true });
      if (count > 0) await putJob(transaction, this.lookLater(organizationId, requestId, 1));
      return {};
    });
    const account = await this.pursue(organizationId);
    return { kind: 'started', account, link: await this.linkFor(account, returnPath) };
  }

  /** Whether the account is one of ours; how it stands is asked for by a job. */
  async noteChange(accountId: string, eventId: string): Promise<boolean> {
    const row = await this.database.payoutAccount.findUnique({ where: { accountId } });
    if (row === null) return false;
    const { organizationId } = row;
    const when = { runAt: this.clock.now(), dedupeKey: eventId };
    await putJob(this.database, toMessage(refreshAccountJob, { organizationId, cause: eventId }, when));
    return true;
  }

  /**
   * The seller's bank sent money back to the seller's account at Stripe: it is the seller's there, so
   * nothing is posted, and paying it again would pay it twice. Null: its bank took what came later.
   */
  async noteBank(accountId: string, bankFailureCode: string | null): Promise<boolean> {
    const bankFailedAt = bankFailureCode === null ? null : new Date(this.clock.now());
    const failed = { bankFailureCode, bankFailedAt };
    const { count } = await this.database.payoutAccount.updateMany({ where: { accountId }, data: failed });
    return count > 0;
  }

  /** Again, and again, until Stripe has made the account: its key is in the row. */
  private async pursue(organizationId: string): Promise<PayoutAccount> {
    const row = await this.renewed(present(await this.find(organizationId), 'payout account'));
    if (row.accountId !== null) return row;
    const { requestId: idempotencyKey } = row;
    const answer = await this.provider.gateway.payouts.createAccount({ organizationId, idempotencyKey });
    if (answer.ok) await this.learn(organizationId, answer.value, row.requestedAt);
    else {
      const needsReview = isFinal(answer.error) || undefined;
      const data = { lastError: codeOf(answer.error), attempts: { increment: 1 }, ...(needsReview && { needsReview }) };
      await this.database.payoutAccount.updateMany({ where: { organizationId, accountId: null }, data });
    }
    return present(await this.find(organizationId), 'payout account');
  }

  /**
   * Stripe has forgotten the key: the account is asked for under another one. What was made under the
   * first and never heard of holds no money.
   */
  private async renewed(row: PayoutAccount): Promise<PayoutAccount> {
    const { organizationId, requestId, requestedAt, accountId } = row;
    const now = this.clock.now();
    if (accountId !== null || now < requestedAt.getTime() + KEY_LIFE_MS) return row;
    const at = new Date(now);
    const data = { requestId: requestOf(organizationId, at), requestedAt: at, needsReview: false };
    await this.database.payoutAccount.updateMany({ where: { organizationId, requestId, accountId: null }, data });
    return present(await this.find(organizationId), 'payout account');
  }

  private async look(organizationId: string, attempt: number): Promise<void> {
    const before = await this.find(organizationId);
    if (before === null || before.accountId !== null || before.needsReview) return;
    const { accountId, requestId } = await this.pursue(organizationId);
    if (accountId !== null) return;
    if (attempt < ATTEMPTS_MAX) return putJob(this.database, this.lookLater(organizationId, requestId, attempt + 1));
    const where = { organizationId, accountId: null };
    await this.database.payoutAccount.updateMany({ where, data: { needsReview: true } });
  }

  private lookLater(organizationId: string, requestId: string, attempt: number): JobMessage {
    const when = { runAt: nextAttempt(this.clock.now(), attempt), dedupeKey: `${requestId} ${attempt}` };
    return toMessage(createAccountJob, { organizationId, attempt }, when);
  }

  /** @throws Error when Stripe does not say: the job is tried again */
  private async refresh(organizationId: string): Promise<void> {
    const row = await this.find(organizationId);
    if (row === null || row.accountId === null) return;
    const askedAt = new Date(this.clock.now());
    const answer = await this.provider.gateway.payouts.retrieveAccount(row.accountId);
    if (!answer.ok) throw new Error(`Stripe does not say how an account stands: ${codeOf(answer.error)}`);
    await this.learn(organizationId, answer.value, askedAt);
  }

  /** Of two answers the one that was asked for later counts. */
  private async learn(organizationId: string, told: ConnectAccount, askedAt: Date): Promise<void> {
    assert(told.organizationId === organizationId, 'Stripe tells of another organization’s account');
    const { accountId, isSubmitted, isPayable, needs, disabledReason } = told;
    const known = { accountId, isSubmitted, isPayable, needs: [...needs], disabledReason };
    await this.database.payoutAccount.updateMany({
      where: { organizationId, OR: [{ askedAt: null }, { askedAt: { lte: askedAt } }] },
      data: { ...known, askedAt, needsReview: false, lastError: null },
    });
    const state = payoutAccountState({ ...known, needsReview: false });
    if (state !== 'payable') return;
    const context = systemContext('open-payouts', organizationId);
    await this.ledger.execute(organizationId as OrganizationId, { type: 'OpenPayouts' }, context);
  }

  private async linkFor({ accountId }: PayoutAccount, returnPath: string): Promise<OnboardingLink | null> {
    if (accountId === null) return null;
    const back = new URL(returnPath, this.provider.publicUrl).href;
    const answer = await this.provider.gateway.payouts.createLink(accountId, { back, again: back });
    return answer.ok ? answer.value : null;
  }
}

const requestOf = (organizationId: string, at: Date): string =>
  nameUuid('payout-account', organizationId, at.toISOString());
