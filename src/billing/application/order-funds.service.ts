import { Inject, Injectable } from '@nestjs/common';
import { systemContext, type CommandContext } from '../../eventstore/command-context.js';
import type { OrderId, OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { OrderFill, ReserveOutcome } from '../contract.js';
import { LedgerService } from './ledger.service.js';
import { confirmationOf } from './payment.service.js';
import { SaleSplits } from './sale-splits.js';

/** Money behind orders: set aside before they enter the book, moved by fills, given back. */
@Injectable()
export class OrderFundsService {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(SaleSplits) private readonly splits: SaleSplits,
  ) {}

  async reserve(
    buyerId: OrganizationId,
    order: { readonly orderId: OrderId; readonly total: MicroUsd },
    context: CommandContext,
  ): Promise<ReserveOutcome> {
    const command = { type: 'ReserveFunds', ...order } as const;
    const outcome = await this.ledger.execute(buyerId, command, context);
    if (outcome.accepted) return { accepted: true };
    const { rejection } = outcome;
    switch (rejection.code) {
      case 'ORDER_CLOSED':
        return { accepted: false, code: 'ORDER_CLOSED' };
      case 'INSUFFICIENT_FUNDS': {
        const { code, balance, due } = rejection;
        const [held, missing] = [BigInt(balance) as MicroUsd, BigInt(due) as MicroUsd];
        return { accepted: false, code, balance: held, due: missing };
      }
      default:
        throw new Error(`${order.orderId}: money is not set aside for an order: ${rejection.code}`);
    }
  }

  /** @throws Error when the books refuse, which they have no reason to */
  async capture(holderId: OrganizationId, fill: OrderFill): Promise<void> {
    const { orderId, reservationId, window, grid, amount } = fill;
    const split = await this.splits.of(fill);
    const sale = { orderId, reservationId, split, window, grid, amount };
    const command = { type: 'CaptureFill', ...sale } as const;
    const outcome = await this.ledger.execute(holderId, command, captureOf(reservationId));
    if (!outcome.accepted) throw new Error(`${reservationId}: ${outcome.rejection.code}`);
  }

  async release(
    buyerId: OrganizationId,
    rest: { readonly orderId: OrderId; readonly amount: MicroUsd; readonly isFinal: boolean },
    context: CommandContext,
  ): Promise<void> {
    const command = { type: 'ReleaseFunds', ...rest } as const;
    const outcome = await this.ledger.execute(buyerId, command, context);
    if (!outcome.accepted) throw new Error(`${rest.orderId}: ${outcome.rejection.code}`);
  }

  /**
   * The title of a fill moves before its money does, so the market may say that a reservation began,
   * or was given back, before its money is in escrow. To say then that there is no escrow would be an
   * answer for ever, under the key of the question: nobody would be paid, or nothing refunded. Instead
   * the asking process fails, and asks again once the fill is booked.
   *
   * No escrow may also mean that all of it was paid out or came back, however long ago. What tells the
   * two apart is an answer under one of the two keys by which a reservation can get its money: the log
   * keeps it, in the same commit as the money. Nothing else has to be remembered of what is over.
   *
   * @throws Error when the money of a reservation that the market has paid is not booked yet
   */
  async mustBeBooked(holderId: OrganizationId, reservationId: ReservationId): Promise<void> {
    const isOpen = await this.ledger.read(holderId, ({ escrows }) => escrows.has(reservationId));
    if (isOpen) return;
    const keys = [captureOf(reservationId), confirmationOf(reservationId)];
    const answers = await Promise.all(keys.map((key) => this.ledger.recall(key)));
    if (answers.every((answer) => answer === null)) {
      throw new Error(`the money for ${reservationId} is not in escrow yet`);
    }
  }
}

/** One key for each reservation, whoever tells of the fill: it is paid for once, for all time. */
function captureOf(reservationId: ReservationId): CommandContext {
  return systemContext('capture-fill', reservationId);
}
