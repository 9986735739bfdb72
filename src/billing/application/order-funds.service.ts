import { Inject, Injectable } from '@nestjs/common';
import {
  costUpTo,
  Market,
  Quotes,
  readOrderRequest,
  writeOrderRequest,
  type OrderRequest,
  type OrderResult,
} from '../../allocation/contract.js';
import { systemContext, type CommandContext } from '../../eventstore/command-context.js';
import type { OrderId, OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { OrderFill, RebookingOrder } from '../contract.js';
import { unattended, type Spender } from '../model/controls/controls.state.js';
import { PurchaseDesk, type PurchaseOutcome } from './controls/purchase-desk.js';
import { LedgerService } from './ledger.service.js';
import { acceptanceOf, confirmationOf } from './payment.service.js';
import { SaleSplits } from './sale-splits.js';

/** What the market is asked once `amount` is set aside, and the key that makes it happen once. */
export interface FundedRequest {
  readonly key: string;
  readonly request: OrderRequest;
  readonly amount: MicroUsd;
}

/** Money behind orders: set aside before they enter the book, moved by fills, given back. */
@Injectable()
export class OrderFundsService {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PurchaseDesk) private readonly desk: PurchaseDesk,
    @Inject(SaleSplits) private readonly splits: SaleSplits,
    @Inject(Market) private readonly market: Market,
    @Inject(Quotes) private readonly quotes: Quotes,
  ) {}

  /** Sets money aside for a request, which is sent by {@link send} or, after a crash, by a process. */
  reserve(
    buyerId: OrganizationId,
    { key, request, amount }: FundedRequest,
    by: { readonly spender: Spender; readonly context: CommandContext },
  ): Promise<PurchaseOutcome> {
    const { orderId } = request;
    const text = JSON.stringify({ key, request: writeOrderRequest(request) });
    const command = { type: 'ReserveFunds', orderId, amount, request: text } as const;
    return this.desk.buy(buyerId, command, by);
  }

  /** As {@link send}, of what the books keep beside the money: as a rule it was sent before. */
  sendKept(buyerId: OrganizationId, text: string, amount: MicroUsd): Promise<OrderResult> {
    const { key, request } = JSON.parse(text) as { readonly key: string; readonly request: string };
    const funded = { key, request: readOrderRequest(request), amount };
    return this.sendAs(buyerId, funded, { ...sendingOf(key), isRepeat: true });
  }

  /**
   * Asks the market, and gives the money back when it refuses. May run any number of times, by whoever
   * comes first: the key is the same.
   */
  send(buyerId: OrganizationId, funded: FundedRequest): Promise<OrderResult> {
    return this.sendAs(buyerId, funded, sendingOf(funded.key));
  }

  private async sendAs(
    buyerId: OrganizationId,
    { key, request, amount }: FundedRequest,
    context: CommandContext,
  ): Promise<OrderResult> {
    const result = await this.market.sendOrder(request, context);
    if (result.accepted) return result;
    const rest = { orderId: request.orderId, amount, isFinal: request.type !== 'AmendOrder' };
    await this.release(buyerId, rest, systemContext('release-funds', `${key} refused`));
    return result;
  }

  /**
   * Places an order that nobody asked for by hand: the money first, under the order's own name. Whether
   * the wallet covers it is answered once.
   */
  async rebook(buyerId: OrganizationId, order: RebookingOrder): Promise<string | null> {
    const { orderId, limitPrice, quantity, window } = order;
    const amount = costUpTo(limitPrice, quantity, window);
    const terms = { ...order, buyerId, reserved: amount };
    const funded = { key: orderId, request: { type: 'PlaceOrder', ...terms }, amount } as const;
    const by = { spender: unattended('rebook'), context: systemContext('rebook', orderId) };
    const outcome = await this.reserve(buyerId, funded, by);
    if (!outcome.accepted) return outcome.rejection.code;
    const result = await this.send(buyerId, funded);
    return result.accepted ? null : result.rejection.code;
  }

  /** What the market said to a request; null when it was not asked yet. */
  answerTo(key: string): Promise<OrderResult | null> {
    return this.market.recallOrder(sendingOf(key));
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
   * two apart is an answer under one of the keys by which a reservation can get its money: the log keeps
   * it, in the same commit as the money. Nothing else has to be remembered of what is over.
   *
   * @throws Error when the money of a reservation that the market has paid is not booked yet
   */
  async mustBeBooked(holderId: OrganizationId, reservationId: ReservationId): Promise<void> {
    const isOpen = await this.ledger.read(holderId, ({ escrows }) => escrows.has(reservationId));
    if (isOpen) return;
    const quoteId = await this.quotes.boughtBy(reservationId);
    const asQuoted = quoteId === null ? [] : [acceptanceOf(quoteId)];
    const keys = [captureOf(reservationId), confirmationOf(reservationId), ...asQuoted];
    const answers = await Promise.all(keys.map((key) => this.ledger.recall(key)));
    if (answers.every((answer) => answer === null)) {
      throw new Error(`the money for ${reservationId} is not in escrow yet`);
    }
  }
}

function sendingOf(key: string): CommandContext {
  return systemContext('order', key);
}

/** One key for each reservation, whoever tells of the fill: it is paid for once, for all time. */
function captureOf(reservationId: ReservationId): CommandContext {
  return systemContext('capture-fill', reservationId);
}
