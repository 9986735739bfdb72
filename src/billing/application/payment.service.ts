import { Inject, Injectable } from '@nestjs/common';
import { Market, type ReservationFacts, type SpendRefusal } from '../../allocation/contract.js';
import { systemContext, type CommandContext } from '../../eventstore/command-context.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId, QuoteId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { Sale } from '../model/ledger.commands.js';
import {
  PurchaseDesk,
  spendRefusal,
  type LedgerRefusal,
  type PurchaseOutcome,
} from './controls/purchase-desk.js';
import { LedgerService } from './ledger.service.js';
import { SaleSplits } from './sale-splits.js';

export type PaymentOutcome =
  | { readonly kind: 'paid'; readonly reservationId: ReservationId; readonly wallet: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'wrong-state'; readonly state: string }
  | { readonly kind: 'quoted'; readonly quoteId: QuoteId }
  | { readonly kind: 'expired' }
  | { readonly kind: 'not-allowed'; readonly refusal: SpendRefusal };

/** Why a hold cannot be paid. */
export type PaymentRefusal = Exclude<PaymentOutcome, { readonly kind: 'paid' | 'not-allowed' }>;

const EXPIRED: PaymentRefusal = { kind: 'expired' };

/**
 * Pays for a hold: the money is set aside first, then title moves. A process repeats the second step
 * after a crash, with the same key, so both happen once or the money comes back.
 */
@Injectable()
export class PaymentService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly desk: PurchaseDesk,
    private readonly market: Market,
    private readonly splits: SaleSplits,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async pay(
    caller: AuthenticatedPrincipal,
    reservationId: ReservationId,
    idempotencyKey: string,
  ): Promise<PaymentOutcome> {
    const context = commandOf(caller, 'payReservation', idempotencyKey, { reservationId });
    const { organizationId } = caller;
    const before = await this.desk.recall(organizationId, context);
    if (before !== null) return this.finish(organizationId, reservationId, before);
    const facts = await this.market.reservation(reservationId);
    const payable = payableBy(organizationId, facts, this.clock.now());
    // Another request with this key may be paying: what the books keep under it is the answer.
    const funded =
      'kind' in payable
        ? await this.desk.refuse(organizationId, payable, context)
        : await this.fund(caller, payable, context);
    return this.finish(organizationId, reservationId, funded);
  }

  private async fund(
    caller: AuthenticatedPrincipal,
    facts: ReservationFacts,
    context: CommandContext,
  ): Promise<PurchaseOutcome> {
    const sale = await this.saleOf(facts);
    const by = { spender: await this.desk.spenderOf(caller), context };
    return this.desk.buy(facts.holderId, { type: 'FundEscrow', ...sale }, by);
  }

  /** What is paid for a hold, and whose it will be. */
  async saleOf(facts: ReservationFacts): Promise<Sale> {
    const { reservationId, window, grid, amount } = facts;
    return { reservationId, split: await this.splits.of(facts), window, grid, amount };
  }

  private async finish(
    organizationId: OrganizationId,
    asked: ReservationId,
    funded: PurchaseOutcome,
  ): Promise<PaymentOutcome> {
    if (!funded.accepted) return refusalOf(funded.rejection);
    const { wallet, executed } = funded;
    const reservationId = executed?.reservationIds[0] ?? asked;
    const reason = await this.moveTitle(organizationId, reservationId);
    if (reason === null) return { kind: 'paid', reservationId, wallet };
    return EXPIRED;
  }

  /**
   * Tells the market that a reservation's money is there; gives it back when the market no longer
   * wants it. Null when title moved, else why not. May run any number of times.
   */
  async moveTitle(
    organizationId: OrganizationId,
    reservationId: ReservationId,
  ): Promise<string | null> {
    const amount = await this.ledger.read(
      organizationId,
      ({ escrows }) => escrows.get(reservationId)?.amount ?? (0n as MicroUsd),
    );
    const confirmation = confirmationOf(reservationId);
    const confirmed = await this.market.confirmPayment(reservationId, amount, confirmation);
    if (confirmed.accepted) return null;
    const { code: reason } = confirmed.rejection;
    await this.giveBack(organizationId, reservationId, reason);
    return reason;
  }

  /** The market did not take the payment. May run any number of times. */
  async giveBack(
    organizationId: OrganizationId,
    reservationId: ReservationId,
    reason: string,
  ): Promise<void> {
    const release = systemContext('release-escrow', reservationId);
    const command = { type: 'ReleaseEscrow', reservationId, reason } as const;
    await this.ledger.execute(organizationId, command, release);
  }
}

/** A hold that its holder can pay now by itself, or why not. */
export function payableBy(
  holderId: OrganizationId,
  facts: ReservationFacts | null,
  now: Instant,
): ReservationFacts | PaymentRefusal {
  if (facts?.holderId !== holderId) return { kind: 'not-found' };
  const { status, expiresAt, quoteId } = facts;
  if (status !== 'held') return { kind: 'wrong-state', state: status };
  if (quoteId !== null) return { kind: 'quoted', quoteId };
  return expiresAt !== null && expiresAt <= now ? EXPIRED : facts;
}

/** The same for all of a quote, under one key for each. */
export function acceptanceOf(quoteId: QuoteId): CommandContext {
  return systemContext('accept-quote', quoteId);
}

/** The market is told of a payment under one key for each reservation. */
export function confirmationOf(reservationId: ReservationId): CommandContext {
  return systemContext('confirm-payment', reservationId);
}

function refusalOf(rejection: LedgerRefusal): PaymentOutcome {
  const spending = spendRefusal(rejection);
  if (spending !== null) return { kind: 'not-allowed', refusal: spending };
  switch (rejection.code) {
    case 'REFUSED':
      return JSON.parse(rejection.refusal) as PaymentOutcome;
    case 'WINDOW_OVER':
      return EXPIRED;
    case 'ALREADY_FUNDED':
    case 'PAYMENT_REFUSED':
    case 'ALREADY_DELIVERED':
    case 'ORDER_CLOSED':
    case 'ESCROW_NOT_FOUND':
    // Of payouts, which nobody pays for.
    case 'PAYOUTS_NOT_OPEN':
    case 'NOTHING_DUE':
    case 'PAYOUT_NOT_FOUND':
    case 'PAYOUT_FAILED':
    case 'PAYOUT_SENT':
    case 'TRANSFER_MISMATCH':
    case 'NOT_EARNED':
    case 'TOP_UP_NOT_FOUND':
    case 'TOP_UP_DISPUTED':
    case 'REFUND_TOO_HIGH':
      return { kind: 'wrong-state', state: 'paid' };
    default:
      throw new Error(`a hold is not paid: ${rejection.code}`);
  }
}
