import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { systemContext } from '../../eventstore/command-context.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import type { MicroUsd } from '../../kernel/money.js';
import { err, ok } from '../../kernel/result.js';
import { Database } from '../../platform/database/prisma.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import type { StripeCall } from '../../platform/prisma/generated/client.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import type { RefundFacts } from '../adapter/stripe/payment-gateway.js';
import { returnOf } from '../model/reconciliation/stripe-movement.js';
import { checkRefund, MICRO_USD_PER_CENT } from '../model/top-up.js';
import { sendRefundJob } from './ledger.definition.js';
import { LedgerService, type LedgerOutcome } from './ledger.service.js';
import { PaymentProvider } from './payment-provider.js';
import { answered, NEVER_MADE, NOT_THIS, refusal } from './stripe-answer.js';
import { callIdOf, StripeCallService, type CallAnswer, type PlannedCall } from './stripe-call.service.js';
import { StripeEventService } from './stripe-event.service.js';
import { TopUpService } from './top-up.service.js';

export interface RefundRequest {
  readonly topUpId: string;
  readonly amount: MicroUsd;
}

type RejectedLedger = Extract<LedgerOutcome, { readonly accepted: false }>['rejection'];

export type RefundOutcome =
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] }
  | { readonly kind: 'refused'; readonly rejection: RejectedLedger }
  | { readonly kind: 'taken'; readonly refundId: string; readonly call: StripeCall };

const paramsSchema = z.object({ topUpId: z.string(), amount: z.string() });

/** Money back to the card it came from: set aside in the books first, then Stripe is asked. */
@Injectable()
export class RefundService implements OnModuleInit {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(StripeEventService) private readonly events: StripeEventService,
    @Inject(TopUpService) private readonly topUps: TopUpService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(Database) private readonly database: Database,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
  ) {}

  onModuleInit(): void {
    this.jobs.register(sendRefundJob, async ({ organizationId, ...refund }) => {
      await this.pursue(organizationId as OrganizationId, refund);
    });
    this.events.on('refund', ({ refund }) => this.look(refund.stripeRefundId));
    this.calls.handle('refund_top_up', {
      send: (call) => this.send(call),
      recover: (call) => this.search(call),
      confirm: (call, stripeRefundId) => this.confirm(call, stripeRefundId),
      refused: ({ organizationId, subject }) => this.settle(organizationId, subject, 'failed'),
    });
  }

  async start(
    caller: AuthenticatedPrincipal,
    request: RefundRequest,
    idempotencyKey: string,
  ): Promise<RefundOutcome> {
    const issues = checkRefund(request.amount);
    if (issues.length > 0) return { kind: 'invalid', issues };
    const { organizationId } = caller;
    const refundId = nameUuid('refund', organizationId, idempotencyKey);
    const context = commandOf(caller, 'refundTopUp', idempotencyKey, request);
    const reserved = await this.ledger.execute(
      organizationId,
      { type: 'ReserveRefund', refundId, ...request },
      context,
    );
    if (!reserved.accepted) return { kind: 'refused', rejection: reserved.rejection };
    const { topUpId, amount } = request;
    const call = await this.pursue(organizationId, { refundId, topUpId, amount: amount.toString() });
    return { kind: 'taken', refundId, call };
  }

  /** The job does the same when whoever asked is gone. */
  private async pursue(
    organizationId: OrganizationId,
    { refundId, ...params }: { readonly refundId: string; readonly topUpId: string; readonly amount: string },
  ): Promise<StripeCall> {
    const callId = await this.calls.planNow('refund_top_up', { organizationId, subject: refundId, params });
    return this.calls.pursue(callId);
  }

  private async send({ idempotencyKey, organizationId, subject: refundId, params }: PlannedCall): Promise<CallAnswer> {
    const { topUpId, amount } = paramsSchema.parse(params);
    const paymentIntentId = await this.paymentOf(topUpId);
    const answer = await this.provider.gateway.buyers.createRefund({
      ...{ organizationId, refundId, idempotencyKey, paymentIntentId },
      amountCents: BigInt(amount) / MICRO_USD_PER_CENT,
    });
    if (!answer.ok) return answer;
    await this.follow(answer.value);
    return ok(answer.value.stripeRefundId);
  }

  /** The key is too old to ask with: the card could get it twice. What was made is found by its name. */
  private async search({ subject: refundId, params }: PlannedCall): Promise<CallAnswer> {
    const paymentIntentId = await this.paymentOf(paramsSchema.parse(params).topUpId);
    const answer = await this.provider.gateway.buyers.findRefund(paymentIntentId, refundId);
    if (!answer.ok) return answer;
    if (answer.value === null) return err(refusal(NEVER_MADE));
    await this.follow(answer.value);
    return ok(answer.value.stripeRefundId);
  }

  /** A person names the refund: it is looked at, and must be this one. */
  private async confirm({ subject: refundId }: PlannedCall, stripeRefundId: string): Promise<CallAnswer> {
    const answer = await this.provider.gateway.buyers.retrieveRefund(stripeRefundId);
    if (!answer.ok) return answer;
    if (answer.value.refundId !== refundId) return err(refusal(NOT_THIS));
    await this.follow(answer.value);
    return ok(stripeRefundId);
  }

  private async paymentOf(topUpId: string): Promise<string> {
    const topUp = present(await this.database.topUp.findUnique({ where: { topUpId } }), 'top-up');
    return present(topUp.paymentIntentId, 'the payment of a top-up that was credited');
  }

  /** Stripe spoke of a refund: what it is now counts, not what was told. */
  private async look(stripeRefundId: string): Promise<boolean> {
    const facts = answered(await this.provider.gateway.buyers.retrieveRefund(stripeRefundId));
    return facts !== null && this.follow(facts);
  }

  private async follow(facts: RefundFacts): Promise<boolean> {
    const { paymentIntentId, refundId, currency, status } = facts;
    if (paymentIntentId === null || currency !== 'usd') return false;
    const topUp = await this.topUps.credited(paymentIntentId);
    if (topUp === null) return false;
    const owner = topUp.organizationId as OrganizationId;
    const isOurs = refundId !== null && (await this.ledger.read(owner, ({ refunds }) => refunds.has(refundId)));
    if (isOurs) {
      await this.settle(owner, refundId, status);
      await this.calls.end(callIdOf('refund_top_up', owner, refundId), facts.stripeRefundId);
    } else await this.followOther(owner, topUp.topUpId, facts);
    return true;
  }

  /** Once for each outcome: a refund that was paid may still come back. */
  private async settle(owner: OrganizationId, refundId: string, status: RefundFacts['status']): Promise<void> {
    if (status === 'pending' || status === 'requires_action') return;
    const outcome = status === 'succeeded' ? 'paid' : 'returned';
    const context = systemContext('settle-refund', `${refundId} ${outcome}`);
    await this.ledger.execute(owner, { type: 'SettleRefund', refundId, outcome }, context);
  }

  /** Made in Stripe's dashboard: the money has left. One that failed has left and come back, in whatever order it is told. */
  private async followOther(owner: OrganizationId, topUpId: string, facts: RefundFacts): Promise<void> {
    const { stripeRefundId: reference, amountCents, status } = facts;
    if (status === 'pending' || status === 'requires_action' || amountCents === 0n) return;
    const amount = (amountCents * MICRO_USD_PER_CENT) as MicroUsd;
    const movement = { reference, topUpId, cause: 'refund', amount } as const;
    const out = systemContext('withdraw-funds', reference);
    await this.ledger.execute(owner, { type: 'WithdrawFunds', movementId: reference, ...movement }, out);
    if (status === 'succeeded') return;
    const back = systemContext('reinstate-funds', reference);
    const movementId = returnOf(reference);
    await this.ledger.execute(owner, { type: 'ReinstateFunds', movementId, ...movement }, back);
  }
}
