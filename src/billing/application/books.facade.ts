import { Inject, Injectable } from '@nestjs/common';
import type { CommandContext } from '../../eventstore/command-context.js';
import { OrganizationDirectory } from '../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/platform.module.js';
import { Books, type Transfer } from '../contract.js';
import { LedgerService } from './ledger.service.js';
import { PaymentService } from './payment.service.js';

/** The books as cross-domain processes see them. */
@Injectable()
export class BooksFacade extends Books {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PaymentService) private readonly payments: PaymentService,
    @Inject(OrganizationDirectory) private readonly organizations: OrganizationDirectory,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    super();
  }

  async confirmOrRelease(holderId: OrganizationId, reservationId: ReservationId): Promise<void> {
    await this.payments.moveTitle(holderId, reservationId);
  }

  startDelivery(holderId: OrganizationId, reservationId: ReservationId): Promise<void> {
    return this.ledger.startDelivery(holderId, reservationId);
  }

  async cancelEscrow(
    holderId: OrganizationId,
    reservationId: ReservationId,
    fee: MicroUsd,
    context: CommandContext,
  ): Promise<void> {
    await this.ledger.execute(holderId, { type: 'CancelEscrow', reservationId, fee }, context);
  }

  async receive(
    fromId: OrganizationId,
    { transferId, toId, kind, amount }: Transfer,
    reservationId: ReservationId,
    context: CommandContext,
  ): Promise<void> {
    const transfer = { transferId, fromId, kind, reservationId, amount };
    await this.ledger.execute(toId, { type: 'ReceiveTransfer', ...transfer }, context);
  }

  /** Overage is served by the pool beyond what was sold of it: its provider is paid. */
  async chargeOverage(
    { holderId, providerId, ...overage }: Parameters<Books['chargeOverage']>[0],
    context: CommandContext,
  ): Promise<void> {
    const split = {
      sellerId: providerId,
      providerId,
      exchangeId: await this.organizations.platformOrganizationId(),
      royalty: 0 as BasisPoints,
      fee: this.settings.EXCHANGE_FEE_BASIS_POINTS as BasisPoints,
    };
    await this.ledger.execute(holderId, { type: 'ChargeOverage', ...overage, split }, context);
  }
}
