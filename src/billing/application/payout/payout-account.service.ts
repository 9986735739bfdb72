import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext } from '../../../eventstore/command-context.js';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import { assert, present } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { ok } from '../../../kernel/result.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { once } from '../../../platform/idempotency/idempotency.js';
import type { PayoutAccount } from '../../../platform/prisma/generated/client.js';
import { CLOCK } from '../../../platform/platform.module.js';
import { toMessage } from '../../../platform/queue/job.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import { putJob } from '../../../platform/queue/put-job.js';
import type { ConnectAccount, OnboardingLink } from '../../adapter/stripe/payout-gateway.js';
import { payoutAccountState } from '../../model/payout/payout-account.js';
import { LedgerService } from '../ledger.service.js';
import { PaymentProvider } from '../payment-provider.js';
import { codeOf } from '../stripe-answer.js';
import { callIdOf, StripeCallService, type CallAnswer, type PlannedCall } from '../stripe-call.service.js';
import { refreshAccountJob } from './payout.jobs.js';
import { SellerDirectory } from './seller-directory.js';

export type OnboardingOutcome =
  | { readonly kind: 'not-a-seller' }
  /** Without a link while Stripe has not made the account, or does not answer. */
  | { readonly kind: 'started'; readonly account: PayoutAccount; readonly link: OnboardingLink | null };

/** There is one of each seller. */
const SUBJECT = 'account';

/**
 * Sellers' accounts at Stripe. The asking for one is a call; what Stripe says of an account later is
 * asked for each time, so that the order of its webhooks does not matter.
 */
@Injectable()
export class PayoutAccountService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(SellerDirectory) private readonly sellers: SellerDirectory,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(refreshAccountJob, ({ organizationId }) => this.refresh(organizationId));
    this.calls.handle('create_payout_account', {
      send: (call) => this.send(call),
      forsaken: ({ organizationId }) => this.noteForsaken(organizationId),
      // What was made under another key and never heard of holds no money.
      isRenewed: true,
    });
  }

  find(organizationId: string): Promise<PayoutAccount | null> {
    return this.database.payoutAccount.findUnique({ where: { organizationId } });
  }

  /** The account is asked for once; a link each time, because it is good for minutes only. */
  async start(
    caller: AuthenticatedPrincipal,
    returnPath: string,
    idempotencyKey: string,
  ): Promise<OnboardingOutcome> {
    const { organizationId } = caller;
    if (!(await this.sellers.isSeller(organizationId))) return { kind: 'not-a-seller' };
    const request = { scope: organizationId, key: idempotencyKey, content: { startPayoutOnboarding: { returnPath } } };
    await once(this.database, request, async (transaction) => {
      const createdAt = new Date(this.clock.now());
      const requestId = callIdOf('create_payout_account', organizationId, SUBJECT);
      const data = { organizationId, requestId, createdAt };
      const { count } = await transaction.payoutAccount.createMany({ data: [data], skipDuplicates: true });
      const wanted = { callId: requestId, organizationId, subject: SUBJECT, params: {} };
      if (count > 0) await this.calls.plan(transaction, 'create_payout_account', wanted);
      await this.audit.recordIn(transaction, {
        ...{ organizationId, actor: actorOf(caller), action: 'payout-account.onboarding' },
        ...{ subject: organizationId, details: { account: count > 0 ? 'asked for' : 'known' } },
      });
      return {};
    });
    const { requestId } = await this.known(organizationId);
    await this.calls.pursue(requestId);
    const account = await this.known(organizationId);
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

  private async send({ organizationId, idempotencyKey, keyedAt }: PlannedCall): Promise<CallAnswer> {
    const { accountId } = await this.known(organizationId);
    if (accountId !== null) return ok(accountId);
    const answer = await this.provider.gateway.payouts.createAccount({ organizationId, idempotencyKey });
    if (!answer.ok) return answer;
    await this.learn(organizationId, answer.value, keyedAt);
    return ok(answer.value.accountId);
  }

  private async noteForsaken(organizationId: string): Promise<void> {
    const where = { organizationId, accountId: null };
    await this.database.payoutAccount.updateMany({ where, data: { needsReview: true } });
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
      data: { ...known, askedAt, needsReview: false },
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

  private async known(organizationId: string): Promise<PayoutAccount> {
    return present(await this.find(organizationId), 'payout account');
  }
}
