import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { systemContext } from '../../eventstore/command-context.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { Issue } from '../../kernel/issue.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { HOUR_MS } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../platform/platform.module.js';
import { putJob } from '../../platform/queue/put-job.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import type { TopUp } from '../../platform/prisma/generated/client.js';
import type { Decline, PaymentFailure, TopUpPayment } from '../adapter/stripe/payment-gateway.js';
import { isOurMistake } from '../model/stripe-call.js';
import { checkTopUp, MICRO_USD_PER_CENT, TOP_UP_STATES, type TopUpOrigin, type TopUpState } from '../model/top-up.js';
import { CustomerService } from './customer.service.js';
import { LedgerService } from './ledger.service.js';
import { PaymentMethodService } from './payment-method.service.js';
import { PaymentProvider } from './payment-provider.js';
import { answered } from './stripe-answer.js';
import { StripeEventService } from './stripe-event.service.js';

export interface TopUpRequest {
  readonly amount: MicroUsd;
  readonly paymentMethod: string;
}

/** A top-up before anything is known of it. */
export interface PlannedTopUp {
  readonly topUpId: string;
  readonly organizationId: string;
  readonly amount: bigint;
  readonly paymentMethod: string;
  readonly customerId: string | null;
  readonly origin: TopUpOrigin;
}

export type TopUpOutcome =
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] }
  | { readonly kind: 'declined'; readonly topUpId: string; readonly reason: string }
  | { readonly kind: 'taken'; readonly topUp: TopUp };

/** Asks Stripe again for payments that we were not told the end of. */
const completeTopUpJob = jobType(
  'billing',
  'complete-top-up',
  z.object({ topUpId: z.string(), attempt: z.number().int() }),
);

const FIRST_LOOK_MS = 30_000;
const LOOKS_MAX = 8;
/**
 * Stripe forgets an idempotency key after a day, and would then charge again. Measured from when the
 * top-up was asked for, which is before the key was first used.
 */
const KEY_LIFE_MS = 23 * HOUR_MS;
const TOP_UP_ID = /^[0-9a-f-]{36}$/;
const DECLINED = 'declined';
/** States that may still become another. */
const OPEN: readonly TopUpState[] = ['pending', 'needs_review'];

/**
 * Money into a wallet. The wish is written down before Stripe is asked, under a name that Stripe is
 * given as its idempotency key: whatever crashes between the two, asking again charges once.
 */
@Injectable()
export class TopUpService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
    private readonly provider: PaymentProvider,
    private readonly events: StripeEventService,
    private readonly methods: PaymentMethodService,
    private readonly customers: CustomerService,
    private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.events.on('top-up', ({ payment }) => this.settle(payment));
    this.jobs.register(completeTopUpJob, ({ topUpId, attempt }) => this.look(topUpId, attempt));
  }

  async start(
    { organizationId }: AuthenticatedPrincipal,
    { amount, paymentMethod }: TopUpRequest,
    idempotencyKey: string,
  ): Promise<TopUpOutcome> {
    const issues = checkTopUp(amount, paymentMethod);
    if (issues.length > 0) return { kind: 'invalid', issues };
    const topUpId = nameUuid('top-up', organizationId, idempotencyKey);
    const content = { topUpWallet: { amount, paymentMethod } };
    const request = { scope: organizationId, key: idempotencyKey, content };
    const customerId = await this.customerOf(organizationId, paymentMethod);
    const planned = { topUpId, organizationId, amount, paymentMethod, customerId, origin: 'member' as const };
    await once(this.database, request, async (transaction) => {
      await this.plan(transaction, planned);
      return { topUpId };
    });
    return this.outcomeOf(await this.pursue(topUpId));
  }

  /** Writes a top-up down, unless it is known; says whether it was not. */
  async plan(transaction: Transaction, planned: PlannedTopUp): Promise<boolean> {
    const at = new Date(this.clock.now());
    const status: TopUpState = 'pending';
    const row = { ...planned, status, createdAt: at, updatedAt: at };
    const { count } = await transaction.topUp.createMany({ data: [row], skipDuplicates: true });
    await putJob(transaction, this.lookLater(planned.topUpId, 1));
    return count > 0;
  }

  /** A payment that is in a wallet, with what we know of it; null for any other of Stripe's. */
  async credited(paymentIntentId: string): Promise<TopUp | null> {
    const where = { paymentIntentId, status: 'succeeded' };
    const known = await this.database.topUp.findFirst({ where });
    if (known !== null) return known;
    const payment = answered(await this.provider.gateway.retrieveTopUp(paymentIntentId));
    if (payment === null) return null;
    await this.settle(payment);
    return this.database.topUp.findFirst({ where });
  }

  /** A saved method is charged as its customer's. */
  private async customerOf(organizationId: OrganizationId, paymentMethod: string): Promise<string | null> {
    const saved = await this.methods.active(organizationId, paymentMethod);
    return saved === null ? null : ((await this.customers.find(organizationId))?.customerId ?? null);
  }

  /** What Stripe says about a payment, by answer or by webhook; says whether it is one of ours. */
  async settle(payment: TopUpPayment): Promise<boolean> {
    const row = await this.match(payment);
    if (row === null) return false;
    const { topUpId, amount } = row;
    const { paymentIntentId } = payment;
    if (payment.status === 'succeeded') {
      const context = systemContext('credit-top-up', topUpId);
      const credit = { topUpId, amount: amount as MicroUsd, paymentReference: paymentIntentId };
      const owner = row.organizationId as OrganizationId;
      await this.ledger.execute(owner, { type: 'CreditTopUp', ...credit }, context);
    }
    await this.noteEnd(topUpId, payment);
    return true;
  }

  /** Money that came is for good; what is declined stays declined unless money comes after all. */
  private noteEnd(topUpId: string, payment: TopUpPayment): Promise<void> {
    const { paymentIntentId } = payment;
    switch (payment.status) {
      case 'succeeded':
        return this.note(topUpId, TOP_UP_STATES, {
          status: 'succeeded',
          paymentIntentId,
          failureCode: null,
        });
      case 'failed': {
        const failureCode = codeOf(payment.failure);
        return this.note(topUpId, OPEN, { status: 'failed', paymentIntentId, failureCode });
      }
      case 'processing':
      case 'requires_action':
        return this.note(topUpId, OPEN, { paymentIntentId });
    }
  }

  /** The top-up that a payment is for: ours, of that organization, of exactly that amount. */
  private async match(payment: TopUpPayment): Promise<TopUp | null> {
    const { topUpId, organizationId, amountCents, currency } = payment;
    if (organizationId === null || currency !== 'usd') return null;
    // Anybody with an account at Stripe can name anything there.
    if (topUpId === null || !TOP_UP_ID.test(topUpId)) return null;
    const row = await this.database.topUp.findUnique({ where: { topUpId } });
    const isSame =
      row?.organizationId === organizationId && row.amount === amountCents * MICRO_USD_PER_CENT;
    return isSame ? row : null;
  }

  /** Finds out what became of a payment, by asking for it where that cannot charge twice. */
  async pursue(topUpId: string): Promise<TopUp> {
    const row = await this.find(topUpId);
    if (row.status === 'succeeded' || row.status === 'failed') return row;
    if (row.paymentIntentId !== null) await this.retrieve(row.paymentIntentId);
    else if (this.clock.now() < row.createdAt.getTime() + KEY_LIFE_MS) await this.charge(row);
    else await this.note(topUpId, ['pending'], { status: 'needs_review' });
    return this.find(topUpId);
  }

  /** The same request to Stripe, however often: its key is the top-up's id. */
  private async charge({ topUpId, organizationId, amount, paymentMethod, ...how }: TopUp): Promise<void> {
    const answer = await this.provider.gateway.createTopUp({
      ...{ organizationId, topUpId, paymentMethod, currency: 'usd', idempotencyKey: topUpId },
      amountCents: amount / MICRO_USD_PER_CENT,
      customerId: how.customerId,
      isOffSession: how.origin === 'automatic',
    });
    if (answer.ok) await this.settle(answer.value);
    else await this.noteFailure(topUpId, answer.error);
  }

  /** The end of a payment that Stripe has named. No answer changes nothing. */
  private async retrieve(paymentIntentId: string): Promise<void> {
    const answer = await this.provider.gateway.retrieveTopUp(paymentIntentId);
    if (answer.ok) await this.settle(answer.value);
  }

  private async noteFailure(topUpId: string, failure: PaymentFailure): Promise<void> {
    switch (failure.kind) {
      case 'declined': {
        const { paymentIntentId } = failure;
        const failureCode = codeOf(failure);
        return this.note(topUpId, OPEN, { status: 'failed', paymentIntentId, failureCode });
      }
      case 'invalid': {
        const { code: failureCode } = failure;
        if (!isOurMistake(failureCode)) {
          return this.note(topUpId, OPEN, { status: 'failed', failureCode });
        }
        this.logger.error({ topUpId, code: failureCode }, 'Stripe refused us, not the payment');
        return undefined;
      }
      case 'retryable':
        // Whether money moved is open: the job asks again.
        return undefined;
    }
  }

  private async look(topUpId: string, attempt: number): Promise<void> {
    const { status: before } = await this.find(topUpId);
    if (before !== 'pending') return;
    const { status } = await this.pursue(topUpId);
    if (status !== 'pending') return;
    if (attempt >= LOOKS_MAX) return this.note(topUpId, ['pending'], { status: 'needs_review' });
    await putJob(this.database, this.lookLater(topUpId, attempt + 1));
  }

  private lookLater(topUpId: string, attempt: number): ReturnType<typeof toMessage> {
    const runAt = (this.clock.now() + FIRST_LOOK_MS * 2 ** (attempt - 1)) as ReturnType<Clock['now']>;
    const when = { runAt, dedupeKey: `${topUpId} ${attempt}` };
    return toMessage(completeTopUpJob, { topUpId, attempt }, when);
  }

  /** Messages come in any order: what is noted depends on what is known. */
  private async note(
    topUpId: string,
    from: readonly TopUpState[],
    values: Partial<TopUp>,
  ): Promise<void> {
    await this.database.topUp.updateMany({
      where: { topUpId, status: { in: [...from] } },
      data: { ...values, updatedAt: new Date(this.clock.now()), attempts: { increment: 1 } },
    });
  }

  private async find(topUpId: string): Promise<TopUp> {
    return present(await this.database.topUp.findUnique({ where: { topUpId } }), 'top-up');
  }

  private outcomeOf(topUp: TopUp): TopUpOutcome {
    if (topUp.status !== 'failed') return { kind: 'taken', topUp };
    const { topUpId, failureCode } = topUp;
    return { kind: 'declined', topUpId, reason: failureCode ?? DECLINED };
  }
}

const codeOf = ({ code, declineCode }: Decline): string => declineCode ?? code;
