import { Inject, Injectable } from '@nestjs/common';
import {
  QuoteEntry,
  Quotes,
  type AcceptedQuote,
  type OpenQuote,
  type OrderSubmission,
  type QuoteAcceptance,
  type QuoteFacts,
} from '../../allocation/contract.js';
import type { CommandContext } from '../../eventstore/command-context.js';
import { streamId } from '../../eventstore/event.js';
import { StreamBusyError } from '../../eventstore/stream-errors.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId, QuoteId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import {
  PurchaseDesk,
  spendRefusal,
  type LedgerRefusal,
  type PurchaseOutcome,
} from './controls/purchase-desk.js';
import { LedgerService } from './ledger.service.js';
import { acceptanceOf, PaymentService } from './payment.service.js';

/**
 * Accepts quotes: the money for all of one is set aside at once, then the market is told, and title
 * moves for all of it or the money comes back. A process repeats the second step after a crash, with
 * the same key.
 */
@Injectable()
export class QuotePaymentService extends QuoteEntry {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PurchaseDesk) private readonly desk: PurchaseDesk,
    @Inject(PaymentService) private readonly payments: PaymentService,
    @Inject(Quotes) private readonly quotes: Quotes,
  ) {
    super();
  }

  /** @throws IdempotencyMismatchError the key was used with another quote */
  async accept(
    { caller, idempotencyKey, input }: OrderSubmission,
    quoteId: QuoteId,
  ): Promise<QuoteAcceptance> {
    const context = commandOf(caller, 'acceptQuote', idempotencyKey, input);
    const { organizationId: buyerId } = caller;
    const before = await this.desk.recall(buyerId, context);
    if (before !== null) return this.finish(buyerId, quoteId, before);
    const found = await this.quotes.open(quoteId, buyerId);
    // Another request with this key may be paying: what the books keep under it is the answer.
    const funded = found.isOpen
      ? await this.fund(caller, found.quote, context)
      : await this.desk.refuse(buyerId, found.rejection, context);
    return this.finish(buyerId, quoteId, funded);
  }

  private async fund(
    caller: AuthenticatedPrincipal,
    { quoteId, holds }: QuoteFacts,
    context: CommandContext,
  ): Promise<PurchaseOutcome> {
    const sales = await Promise.all(holds.map((hold) => this.payments.saleOf(hold)));
    const by = { spender: await this.desk.spenderOf(caller), context };
    return this.desk.buy(caller.organizationId, { type: 'FundEscrows', quoteId, sales }, by);
  }

  private async finish(
    buyerId: OrganizationId,
    quoteId: QuoteId,
    funded: PurchaseOutcome,
  ): Promise<QuoteAcceptance> {
    if (!funded.accepted) return this.refused(buyerId, quoteId, funded.rejection);
    const accepted = await this.moveTitle(buyerId, funded.executed?.quoteId ?? quoteId);
    if (!accepted.accepted) return accepted;
    return { ...accepted, wallet: funded.wallet };
  }

  /** Somebody else of the organization has paid for it, under another key: how did that end? */
  private async refused(
    buyerId: OrganizationId,
    quoteId: QuoteId,
    rejection: LedgerRefusal,
  ): Promise<QuoteAcceptance> {
    const spending = spendRefusal(rejection);
    if (spending !== null) return { accepted: false, rejection: spending };
    if (rejection.code === 'REFUSED') {
      type Kept = Extract<OpenQuote, { readonly isOpen: false }>['rejection'];
      return { accepted: false, rejection: JSON.parse(rejection.refusal) as Kept };
    }
    if (rejection.code !== 'PAYMENT_REFUSED') throw new Error(`a quote is not paid: ${rejection.code}`);
    await this.moveTitle(buyerId, quoteId);
    const found = await this.quotes.open(quoteId, buyerId);
    if (found.isOpen) throw new StreamBusyError(streamId('ledger', buyerId));
    return { accepted: false, rejection: found.rejection };
  }

  /**
   * Tells the market that a quote's money is there; gives it back when the market no longer wants it.
   * May run any number of times.
   */
  async moveTitle(buyerId: OrganizationId, quoteId: QuoteId): Promise<AcceptedQuote> {
    const paid = await this.paidFor(buyerId, quoteId);
    const amount = paid.reduce((sum, escrow) => sum + escrow.amount, 0n) as MicroUsd;
    const payment = { quoteId, buyerId, amount };
    const accepted = await this.quotes.accept(payment, acceptanceOf(quoteId));
    if (accepted.accepted) return accepted;
    for (const { reservationId } of paid) {
      await this.payments.giveBack(buyerId, reservationId, accepted.rejection.code);
    }
    return accepted;
  }

  private paidFor(
    buyerId: OrganizationId,
    quoteId: QuoteId,
  ): Promise<readonly { readonly reservationId: ReservationId; readonly amount: MicroUsd }[]> {
    return this.ledger.read(buyerId, ({ escrows }) =>
      [...escrows.values()]
        .filter((escrow) => escrow.quoteId === quoteId)
        .map(({ reservationId, amount }) => ({ reservationId, amount })),
    );
  }
}
