import { Inject, Injectable } from '@nestjs/common';
import { systemContext, type CommandContext } from '../../eventstore/command-context.js';
import type { OrganizationId, QuoteId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/platform.module.js';
import {
  Books,
  type CreditClaim,
  type HourCredit,
  type OrderFill,
  type PenaltyFacts,
  type RebookingOrder,
  type Transfer,
} from '../contract.js';
import { AutoTopUpService } from './auto-top-up.service.js';
import { ConcededCountService } from './conceded-count.service.js';
import { CreditService } from './credit.service.js';
import { LedgerService } from './ledger.service.js';
import { OrderFundsService } from './order-funds.service.js';
import { PaymentService } from './payment.service.js';
import { QuotePaymentService } from './quote-payment.service.js';
import { SaleSplits } from './sale-splits.js';

/** The books as cross-domain processes see them. */
@Injectable()
export class BooksFacade extends Books {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PaymentService) private readonly payments: PaymentService,
    @Inject(QuotePaymentService) private readonly quotes: QuotePaymentService,
    @Inject(OrderFundsService) private readonly orders: OrderFundsService,
    @Inject(SaleSplits) private readonly splits: SaleSplits,
    @Inject(CreditService) private readonly credits: CreditService,
    @Inject(ConcededCountService) private readonly concessions: ConcededCountService,
    @Inject(AutoTopUpService) private readonly autoTopUps: AutoTopUpService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async confirmOrRelease(holderId: OrganizationId, reservationId: ReservationId): Promise<void> {
    await this.payments.moveTitle(holderId, reservationId);
  }

  async acceptOrRelease(buyerId: OrganizationId, quoteId: QuoteId): Promise<void> {
    await this.quotes.moveTitle(buyerId, quoteId);
  }

  async sendOrder(buyerId: OrganizationId, request: string, raised: MicroUsd): Promise<void> {
    await this.orders.sendKept(buyerId, request, raised);
  }

  captureFill(holderId: OrganizationId, fill: OrderFill): Promise<void> {
    return this.orders.capture(holderId, fill);
  }

  releaseFunds(
    buyerId: OrganizationId,
    rest: Parameters<Books['releaseFunds']>[1],
    context: CommandContext,
  ): Promise<void> {
    return this.orders.release(buyerId, rest, context);
  }

  async startDelivery(holderId: OrganizationId, reservationId: ReservationId): Promise<void> {
    await this.orders.mustBeBooked(holderId, reservationId);
    await this.ledger.startDelivery(holderId, reservationId);
  }

  async cancelEscrow(
    holderId: OrganizationId,
    reservationId: ReservationId,
    fee: MicroUsd,
    context: CommandContext,
  ): Promise<void> {
    await this.orders.mustBeBooked(holderId, reservationId);
    // What was curtailed before then is refunded as that, however late the books are told of it.
    await this.ledger.followLosses(holderId, reservationId);
    await this.ledger.execute(holderId, { type: 'CancelEscrow', reservationId, fee }, context);
  }

  async curtailEscrow(
    holderId: OrganizationId,
    reservationId: ReservationId,
    loss: Parameters<Books['curtailEscrow']>[2],
  ): Promise<void> {
    await this.orders.mustBeBooked(holderId, reservationId);
    await this.ledger.followLosses(holderId, reservationId);
    await this.ledger.curtailEscrow(holderId, reservationId, loss);
  }

  async chargePenalty(providerId: OrganizationId, penalty: PenaltyFacts): Promise<void> {
    const { curtailmentId, reservationId } = penalty;
    const context = systemContext('charge-penalty', `${curtailmentId} ${reservationId}`);
    await this.ledger.execute(providerId, { type: 'ChargePenalty', ...penalty }, context);
  }

  creditHour(credit: HourCredit): Promise<void> {
    return this.credits.credit(credit);
  }

  claimCredit(fromId: OrganizationId, claim: CreditClaim): Promise<void> {
    return this.credits.claim(fromId, claim);
  }

  rebook(buyerId: OrganizationId, order: RebookingOrder): Promise<string | null> {
    return this.orders.rebook(buyerId, order);
  }

  async receive(
    fromId: OrganizationId,
    { transferId, toId, kind, amount, evidence, parts }: Transfer,
    reservationId: ReservationId,
    context: CommandContext,
  ): Promise<void> {
    const transfer = { transferId, fromId, kind, reservationId, amount, evidence, parts };
    await this.ledger.execute(toId, { type: 'ReceiveTransfer', ...transfer }, context);
  }

  topUpIfLow(organizationIds: readonly OrganizationId[]): Promise<void> {
    return this.autoTopUps.checkAll(organizationIds);
  }

  /** Overage is served by the pool beyond what was sold of it: its provider is paid. */
  async chargeOverage(
    { holderId, providerId, isConceded, ...overage }: Parameters<Books['chargeOverage']>[0],
    context: CommandContext,
  ): Promise<void> {
    const royalty = 0 as BasisPoints;
    const { reservationId, hour, total } = overage;
    const invoiced = isConceded ? await this.concessions.invoicedOf({ organizationId: holderId, reservationId, hour }) : null;
    const split = await this.splits.of({ sellerId: providerId, providerId, royalty });
    const outcome = await this.ledger.execute(holderId, { type: 'ChargeOverage', ...overage, split, invoiced }, context);
    if (outcome.accepted) return;
    const told = { holderId, reservationId, hour, total: String(total), rejection: outcome.rejection.code };
    this.logger.error(told, 'use above a reservation was rated too late to be charged or given back');
  }
}
