import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { err, ok } from '../../../kernel/result.js';
import { Database } from '../../../platform/database/prisma.js';
import { once } from '../../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../../platform/ids/name-uuid.js';
import type { StripeCall } from '../../../platform/prisma/generated/client.js';
import { returnedOf } from '../../model/payout/earnings.state.js';
import { findReversal } from '../../model/payout/reversal-search.js';
import { OPEN_CALL_STATES } from '../../model/stripe-call.js';
import { MICRO_USD_PER_CENT } from '../../model/top-up.js';
import { LedgerService } from '../ledger.service.js';
import { PaymentProvider } from '../payment-provider.js';
import { NEVER_MADE, NOT_THIS, refusal } from '../stripe-answer.js';
import { StripeCallService, type CallAnswer, type PlannedCall } from '../stripe-call.service.js';
import { TransferService } from './transfer.service.js';

export interface ReversalRequest {
  readonly payoutId: string;
  readonly amount: MicroUsd;
  readonly note: string;
}

/** What is taken back, as its call has it. */
export interface TransferReversal extends ReversalRequest {
  readonly reversalId: string;
  readonly status: string;
  readonly lastError: string | null;
  readonly createdAt: Date;
}

export type ReversalOutcome =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-sent'; readonly state: string }
  | { readonly kind: 'too-much'; readonly left: MicroUsd }
  | { readonly kind: 'asked'; readonly reversal: TransferReversal };

interface Source {
  readonly organizationId: string;
  readonly transferId: string;
}

const paramsSchema = z.object({
  payoutId: z.string(),
  transferId: z.string(),
  amount: z.string().transform((text) => BigInt(text) as MicroUsd),
  note: z.string(),
});

/**
 * Takes money back from a seller's account, only because an administrator says so. The wish is a call
 * first; what is booked is what Stripe then says of the transfer.
 */
@Injectable()
export class ReversalService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(TransferService) private readonly transfers: TransferService,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.calls.handle('reverse_transfer', {
      send: (call) => this.send(call),
      recover: (call) => this.search(call),
      confirm: (call, reversalId) => this.confirm(call, reversalId),
      isForPeople: true,
    });
  }

  async reverse(
    caller: AuthenticatedPrincipal,
    request: ReversalRequest,
    idempotencyKey: string,
  ): Promise<ReversalOutcome> {
    const { payoutId, amount, note } = request;
    const reversalId = nameUuid('reversal', caller.organizationId, idempotencyKey);
    const known = await this.calls.seek(reversalId);
    const checked = known === null ? await this.check(request) : sourceOf(known);
    if ('kind' in checked) return checked;
    const { organizationId, transferId } = checked;
    const askedBy = actorOf(caller);
    const content = { reverseTransfer: { payoutId, amount, note } };
    await once(this.database, { scope: caller.organizationId, key: idempotencyKey, content }, async (transaction) => {
      const params = { payoutId, transferId, amount: amount.toString(), note, askedBy };
      const named = { callId: reversalId, subject: reversalId, organizationId: organizationId as OrganizationId };
      await this.calls.plan(transaction, 'reverse_transfer', { ...named, params });
      await this.audit.recordIn(transaction, {
        ...{ organizationId: organizationId as OrganizationId, actor: askedBy, action: 'transfer.reversed' },
        ...{ subject: payoutId, details: { amount: amount.toString(), note } },
      });
      return {};
    });
    return { kind: 'asked', reversal: reversalOf(await this.calls.pursue(reversalId)) };
  }

  /** What can be taken back is what was sent and did not come back yet, and is not being asked for. */
  private async check({ payoutId, amount }: ReversalRequest): Promise<ReversalOutcome | Source> {
    const row = await this.database.payout.findUnique({ where: { payoutId } });
    if (row === null) return { kind: 'not-found' };
    const { organizationId } = row;
    const payout = await this.ledger.read(
      organizationId as OrganizationId,
      ({ earnings }) => earnings.payouts.get(payoutId) ?? null,
    );
    if (payout === null) return { kind: 'not-sent', state: 'forgotten' };
    if (payout.transferId === null) return { kind: 'not-sent', state: payout.status };
    const left = payout.amount - returnedOf(payout) - (await this.askedFor(organizationId, payoutId));
    if (amount > left) return { kind: 'too-much', left: left as MicroUsd };
    return { organizationId, transferId: payout.transferId };
  }

  private async askedFor(organizationId: string, payoutId: string): Promise<bigint> {
    const open = await this.database.stripeCall.findMany({
      where: {
        ...{ organizationId, kind: 'reverse_transfer', status: { in: [...OPEN_CALL_STATES] } },
        params: { path: ['payoutId'], equals: payoutId },
      },
      select: { params: true },
    });
    return open.reduce((sum, { params }) => sum + paramsSchema.parse(params).amount, 0n);
  }

  private async send({ callId: askedAs, params, idempotencyKey }: PlannedCall): Promise<CallAnswer> {
    const { transferId, amount } = paramsSchema.parse(params);
    const request = { transferId, askedAs, amountCents: amount / MICRO_USD_PER_CENT, idempotencyKey };
    const answer = await this.provider.gateway.payouts.reverseTransfer(request);
    if (!answer.ok) return answer;
    // The books first: a crash in between asks again, under the same key.
    await this.transfers.refresh(transferId);
    return ok(answer.value.reversalId);
  }

  /** The key is too old to ask with: it could be taken twice. What was made is found by its name. */
  private async search({ callId: askedAs, params }: PlannedCall): Promise<CallAnswer> {
    const { transferId, amount } = paramsSchema.parse(params);
    const answer = await this.provider.gateway.payouts.retrieveTransfer(transferId);
    if (!answer.ok) return answer;
    const amountCents = amount / MICRO_USD_PER_CENT;
    const found = findReversal(answer.value.reversals, { askedAs, amountCents });
    if (found.kind === 'never-made') return err(refusal(NEVER_MADE));
    if (found.kind === 'unclear') return ok(null);
    await this.transfers.refresh(transferId);
    return ok(found.reversalId);
  }

  /** A person names the reversal: one of that transfer and amount, and of no other call. */
  private async confirm({ callId: askedAs, params }: PlannedCall, reversalId: string): Promise<CallAnswer> {
    const { transferId, amount } = paramsSchema.parse(params);
    const answer = await this.provider.gateway.payouts.retrieveTransfer(transferId);
    if (!answer.ok) return answer;
    const named = answer.value.reversals.find((one) => one.reversalId === reversalId);
    const isOurs = named?.askedAs === null || named?.askedAs === askedAs;
    if (!isOurs || named?.amountCents !== amount / MICRO_USD_PER_CENT) return err(refusal(NOT_THIS));
    await this.transfers.refresh(transferId);
    return ok(reversalId);
  }
}

function sourceOf({ organizationId, params }: StripeCall): Source {
  return { organizationId, transferId: paramsSchema.parse(params).transferId };
}

function reversalOf({ callId: reversalId, status, failureCode: lastError, createdAt, params }: StripeCall): TransferReversal {
  const { payoutId, amount, note } = paramsSchema.parse(params);
  return { reversalId, payoutId, amount, note, status, lastError, createdAt };
}
