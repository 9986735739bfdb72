import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext } from '../../eventstore/command-context.js';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { Issue } from '../../kernel/issue.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { err, ok } from '../../kernel/result.js';
import { DAY_MS, HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../platform/platform.module.js';
import type { TopUp } from '../../platform/prisma/generated/client.js';
import type { TopUpPayment } from '../adapter/stripe/payment-gateway.js';
import { checkTopUp, MICRO_USD_PER_CENT, OPEN_TOP_UP_STATES as OPEN, TOP_UP_STATES, type TopUpOrigin, type TopUpState } from '../model/top-up.js';
import { CustomerService } from './customer.service.js';
import { LedgerService } from './ledger.service.js';
import { PaymentMethodService } from './payment-method.service.js';
import { PaymentProvider } from './payment-provider.js';
import { answered, codeOf, NEVER_MADE, NOT_THIS, refusal } from './stripe-answer.js';
import { StripeCallService, type CallAnswer, type PlannedCall } from './stripe-call.service.js';
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

const TOP_UP_ID = /^[0-9a-f-]{36}$/;
const DECLINED = 'declined';

/**
 * Money into a wallet. The wish and its call are written down before Stripe is asked, both under the
 * top-up's id: whatever crashes between the two, asking again charges once.
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
    private readonly calls: StripeCallService,
    private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.events.on('top-up', ({ payment }) => this.settle(payment));
    this.calls.handle('charge_top_up', {
      send: (call) => this.send(call),
      recover: (call) => this.recover(call),
      confirm: (call, paymentIntentId) => this.confirm(call, paymentIntentId),
      refused: ({ callId }, failureCode) => this.note(callId, OPEN, { status: 'failed', failureCode }),
      forsaken: ({ callId }) => this.note(callId, OPEN, { status: 'needs_review' }),
      isOnItsWay: async ({ callId }) => (await this.find(callId)).status === 'processing',
    });
  }

  async start(
    caller: AuthenticatedPrincipal,
    { amount, paymentMethod }: TopUpRequest,
    idempotencyKey: string,
  ): Promise<TopUpOutcome> {
    const issues = checkTopUp(amount, paymentMethod);
    if (issues.length > 0) return { kind: 'invalid', issues };
    const { organizationId } = caller;
    const topUpId = nameUuid('top-up', organizationId, idempotencyKey);
    const content = { topUpWallet: { amount, paymentMethod } };
    const request = { scope: organizationId, key: idempotencyKey, content };
    const customerId = await this.customerOf(organizationId, paymentMethod);
    const planned = { topUpId, organizationId, amount, paymentMethod, customerId, origin: 'member' as const };
    await once(this.database, request, async (transaction) => {
      await this.plan(transaction, planned);
      await this.audit.recordIn(transaction, {
        ...{ organizationId, actor: actorOf(caller), action: 'wallet.topped-up', subject: topUpId },
        details: { amount: amount.toString(), paymentMethod },
      });
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
    const { topUpId, organizationId } = planned;
    const wanted = { callId: topUpId, organizationId: organizationId as OrganizationId, subject: topUpId, params: {} };
    await this.calls.plan(transaction, 'charge_top_up', wanted);
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
    const hasCome = payment.status === 'succeeded';
    if (hasCome) {
      const context = systemContext('credit-top-up', topUpId);
      const credit = { topUpId, amount: amount as MicroUsd, paymentReference: paymentIntentId };
      const owner = row.organizationId as OrganizationId;
      await this.ledger.execute(owner, { type: 'CreditTopUp', ...credit }, context);
    }
    await this.noteEnd(topUpId, payment);
    if (hasCome) await this.calls.end(topUpId, paymentIntentId);
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
        const failureCode = payment.failure.declineCode ?? payment.failure.code;
        return this.note(topUpId, OPEN, { status: 'failed', paymentIntentId, failureCode });
      }
      case 'processing':
        return this.note(topUpId, OPEN, { status: 'processing', paymentIntentId });
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
    await this.calls.pursue(topUpId);
    return this.find(topUpId);
  }

  /** The same request to Stripe, however often; a payment that Stripe has named is only looked at. */
  private async send({ callId: topUpId, idempotencyKey }: PlannedCall): Promise<CallAnswer> {
    const row = await this.find(topUpId);
    const known = endOf(row);
    if (known !== null) return known;
    if (row.paymentIntentId !== null) return this.retrieve(row, row.paymentIntentId);
    const { organizationId, amount, paymentMethod, customerId, origin } = row;
    const answer = await this.provider.gateway.createTopUp({
      ...{ organizationId, topUpId, paymentMethod, customerId, currency: 'usd', idempotencyKey },
      amountCents: amount / MICRO_USD_PER_CENT,
      isOffSession: origin === 'automatic',
    });
    if (answer.ok) return this.book(answer.value);
    const { error } = answer;
    if (error.kind === 'declined') {
      const { paymentIntentId } = error;
      await this.note(topUpId, OPEN, { status: 'failed', paymentIntentId, failureCode: codeOf(error) });
    }
    return answer;
  }

  /** Under a key that Stripe has forgotten it could charge again: what was made is found by its name. */
  private async recover({ callId, keyedAt }: PlannedCall): Promise<CallAnswer> {
    const row = await this.find(callId);
    const known = endOf(row);
    if (known !== null) return known;
    if (row.paymentIntentId !== null) return this.retrieve(row, row.paymentIntentId);
    const from = keyedAt.getTime() as Instant;
    // Our clock may be before Stripe's, or behind it.
    const made = { start: plus(from, -HOUR_MS), end: plus(from, DAY_MS + HOUR_MS) };
    const answer = await this.provider.gateway.findTopUp(row, made);
    if (!answer.ok) return answer;
    return answer.value === null ? err(refusal(NEVER_MADE)) : this.book(answer.value);
  }

  /** A person names the payment: it is looked at, and must be for this top-up. */
  private async confirm({ callId }: PlannedCall, paymentIntentId: string): Promise<CallAnswer> {
    const answer = await this.provider.gateway.retrieveTopUp(paymentIntentId);
    if (!answer.ok) return answer;
    const row = await this.match(answer.value);
    return row?.topUpId === callId ? this.book(answer.value) : err(refusal(NOT_THIS));
  }

  /** No answer changes nothing, whatever it says: the payment is there. */
  private async retrieve({ topUpId }: TopUp, paymentIntentId: string): Promise<CallAnswer> {
    const answer = await this.provider.gateway.retrieveTopUp(paymentIntentId);
    if (answer.ok) return this.book(answer.value);
    this.logger.warn({ topUpId, code: codeOf(answer.error) }, 'Stripe does not say what became of a payment');
    return ok(null);
  }

  private async book(payment: TopUpPayment): Promise<CallAnswer> {
    await this.settle(payment);
    switch (payment.status) {
      case 'succeeded':
        return ok(payment.paymentIntentId);
      case 'failed':
        return err(refusal(payment.failure.declineCode ?? payment.failure.code));
      case 'processing':
      case 'requires_action':
        return ok(null);
    }
  }

  /** Messages come in any order: what is noted depends on what is known. */
  private async note(
    topUpId: string,
    from: readonly TopUpState[],
    values: Partial<TopUp>,
  ): Promise<void> {
    await this.database.topUp.updateMany({
      where: { topUpId, status: { in: [...from] } },
      data: { ...values, updatedAt: new Date(this.clock.now()) },
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

/** What is known already of the end of it; null while it is open. */
function endOf({ status, paymentIntentId, failureCode }: TopUp): CallAnswer | null {
  if (status === 'succeeded') return ok(present(paymentIntentId, 'payment of a top-up that was credited'));
  return status === 'failed' ? err(refusal(failureCode ?? DECLINED)) : null;
}
