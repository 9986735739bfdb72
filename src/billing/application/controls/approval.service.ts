import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { OrderResult } from '../../../allocation/contract.js';
import { systemContext } from '../../../eventstore/command-context.js';
import type { JsonOf } from '../../../eventstore/stream-definition.js';
import { actorOf, commandOf, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../../kernel/ids.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import type { DecidedApproval } from '../../model/controls/controls.state.js';
import type { Purchase } from '../../model/controls/purchase.js';
import type { LedgerRejection } from '../../model/ledger.commands.js';
import { expireApprovalJob } from '../ledger.definition.js';
import { LedgerService } from '../ledger.service.js';
import { OrderFundsService } from '../order-funds.service.js';
import { PaymentService } from '../payment.service.js';
import { QuotePaymentService } from '../quote-payment.service.js';
import { PurchaseRenewal, type Renewed } from './purchase-renewal.js';

export type Member = Extract<AuthenticatedPrincipal, { readonly kind: 'member' }>;

export interface Approved {
  readonly accepted: true;
  readonly wallet: string;
  readonly reservationIds: readonly ReservationId[];
  /** Of an order: what the market said. */
  readonly order: OrderResult | null;
  /** Title did not move: what was paid came back. */
  readonly lapsed: string | null;
}

export type ApprovalOutcome =
  | Approved
  | { readonly accepted: false; readonly rejection: JsonOf<LedgerRejection> }
  /** What it was for is to be had no more: the market's word for why. */
  | { readonly accepted: false; readonly rejection: { readonly code: 'NO_LONGER_OFFERED'; readonly reason: string } };

const UNKNOWN = { accepted: false, rejection: { code: 'APPROVAL_NOT_FOUND' } } as const;

/**
 * Approves and refuses purchases. What is approved is paid for in the same commit; what follows from a
 * payment is done as after any other, by whoever comes first.
 */
@Injectable()
export class ApprovalService implements OnModuleInit {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PurchaseRenewal) private readonly renewal: PurchaseRenewal,
    @Inject(OrderFundsService) private readonly orders: OrderFundsService,
    @Inject(PaymentService) private readonly payments: PaymentService,
    @Inject(QuotePaymentService) private readonly quotes: QuotePaymentService,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
  ) {}

  onModuleInit(): void {
    this.jobs.register(expireApprovalJob, async ({ organizationId, approvalId }) => {
      const context = systemContext('expire-approval', approvalId);
      const command = { type: 'ExpireApproval', approvalId } as const;
      await this.ledger.execute(organizationId as OrganizationId, command, context);
    });
  }

  /** @throws IdempotencyMismatchError the key was used with other content */
  async approve(
    caller: Member,
    asked: { readonly approvalId: string; readonly note: string },
    idempotencyKey: string,
  ): Promise<ApprovalOutcome> {
    const { organizationId, memberId } = caller;
    const { approvalId, note } = asked;
    const context = commandOf(caller, 'approvePurchase', idempotencyKey, asked);
    const before = await this.ledger.recall(context);
    if (before !== null) return before.accepted ? this.follow(organizationId, approvalId) : before;
    const request = await this.ledger.read(organizationId, ({ controls }) => controls.requests.get(approvalId) ?? null);
    // Unknown, or decided: the books say which.
    const renewed: Renewed =
      request === null
        ? { isOffered: true, purchase: NO_PURCHASE, made: null }
        : await this.renewal.renew(organizationId, request.purchase, `${approvalId} ${idempotencyKey}`);
    if (!renewed.isOffered) {
      return { accepted: false, rejection: { code: 'NO_LONGER_OFFERED', reason: renewed.reason } };
    }
    const approver = { actor: actorOf(caller), memberId };
    const command = { type: 'ApprovePurchase', approvalId, approver, note, purchase: renewed.purchase } as const;
    const outcome = await this.ledger.execute(organizationId, command, context);
    if (outcome.accepted) return this.follow(organizationId, approvalId);
    if (renewed.made !== null) await this.renewal.giveUp(organizationId, renewed.made);
    return outcome;
  }

  async refuse(
    caller: Member,
    asked: { readonly approvalId: string; readonly note: string },
    idempotencyKey: string,
  ): Promise<{ readonly accepted: true } | { readonly accepted: false; readonly rejection: JsonOf<LedgerRejection> }> {
    const context = commandOf(caller, 'refusePurchase', idempotencyKey, asked);
    const command = { type: 'RefusePurchase', ...asked, actor: actorOf(caller) } as const;
    const outcome = await this.ledger.execute(caller.organizationId, command, context);
    return outcome.accepted ? { accepted: true } : outcome;
  }

  /** What the process does too that follows each payment: under the same keys, so it happens once. */
  private async follow(organizationId: OrganizationId, approvalId: string): Promise<ApprovalOutcome> {
    const found = await this.ledger.read(organizationId, ({ controls, balances }) => ({
      decided: controls.decided.get(approvalId) ?? null,
      wallet: (balances.get('wallet') ?? 0n).toString(),
    }));
    const { decided, wallet } = found;
    if (decided === null) return UNKNOWN;
    const { reservationIds } = decided;
    const nothing = { accepted: true, wallet, reservationIds, order: null, lapsed: null } as const;
    if (decided.order !== null) {
      const { request, amount } = decided.order;
      return { ...nothing, order: await this.orders.sendKept(organizationId, request, amount) };
    }
    return { ...nothing, lapsed: await this.moveTitle(organizationId, decided) };
  }

  private async moveTitle(
    organizationId: OrganizationId,
    { quoteId, reservationIds }: DecidedApproval,
  ): Promise<string | null> {
    if (quoteId !== null) {
      const accepted = await this.quotes.moveTitle(organizationId, quoteId);
      return accepted.accepted ? null : accepted.rejection.code;
    }
    const reasons = await Promise.all(
      reservationIds.map((id) => this.payments.moveTitle(organizationId, id)),
    );
    return reasons.find((reason) => reason !== null) ?? null;
  }
}

const NO_PURCHASE: Purchase = { kind: 'holds', quoteId: null, sales: [] };
