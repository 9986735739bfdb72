import { Inject, Injectable } from '@nestjs/common';
import {
  AuctionEntry,
  costUpTo,
  Market,
  type AuctionBid,
  type OrderOutcome,
  type OrderSubmission,
} from '../../allocation/contract.js';
import { streamId } from '../../eventstore/event.js';
import { StreamBusyError } from '../../eventstore/stream-errors.js';
import { commandOf } from '../../identity/contract.js';
import { idInMarket, marketOf, type OrderId, type OrganizationId } from '../../kernel/ids.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import { LedgerService, type LedgerOutcome } from './ledger.service.js';
import { OrderFundsService } from './order-funds.service.js';
import { refusalOf } from './order.service.js';

const NO_AUCTION: OrderOutcome = { accepted: false, rejection: { code: 'LISTING_NOT_FOUND' } };

/**
 * Sealed bids and the money behind them, as {@link OrderService} does it for the book: it is set aside
 * first, then the market is asked.
 */
@Injectable()
export class AuctionBidService extends AuctionEntry {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(OrderFundsService) private readonly funds: OrderFundsService,
    @Inject(Market) private readonly market: Market,
  ) {
    super();
  }

  /** @throws IdempotencyMismatchError the key was used with other content */
  async place(submission: OrderSubmission, bid: AuctionBid): Promise<OrderOutcome> {
    const { caller, idempotencyKey, input } = submission;
    const marketId = marketOf(bid.auctionId);
    if (marketId === null) return NO_AUCTION;
    const buyerId = caller.organizationId;
    const unique = nameUuid(buyerId, 'placeAuctionBid', idempotencyKey);
    const orderId = idInMarket<OrderId>(marketId, unique);
    const context = commandOf(caller, 'placeAuctionBid', idempotencyKey, input);
    const before = await this.ledger.recall(context);
    if (before !== null) return this.answerTo(before, orderId, buyerId);
    const window = await this.market.listingWindow(bid.auctionId);
    if (window === null) return NO_AUCTION;
    const amount = costUpTo(bid.limitPrice, bid.quantity, window);
    const request = { type: 'PlaceAuctionBid', orderId, buyerId, ...bid, reserved: amount } as const;
    // Nobody's money is moved for what would be refused.
    const refusal = await this.market.wouldRefuse(request);
    if (refusal !== null) return { accepted: false, rejection: refusal };
    const funded = { key: orderId, request, amount };
    const outcome = await this.funds.reserve(buyerId, funded, context);
    return outcome.accepted ? this.funds.send(buyerId, funded) : refusalOf(outcome.rejection);
  }

  withdraw({ caller, idempotencyKey, input }: OrderSubmission, orderId: OrderId): Promise<OrderOutcome> {
    const context = commandOf(caller, 'withdrawAuctionBid', idempotencyKey, input);
    return this.market.withdrawBid(orderId, caller.organizationId, context);
  }

  /**
   * The outcome of a bid whose money was set aside before. The auction may be over by now, and with it
   * what the bid was for; where the market has not heard of the bid, the process that tells it goes
   * first.
   */
  private async answerTo(
    funded: LedgerOutcome,
    orderId: OrderId,
    buyerId: OrganizationId,
  ): Promise<OrderOutcome> {
    if (!funded.accepted) return refusalOf(funded.rejection);
    const answer = await this.funds.answerTo(orderId);
    if (answer === null) throw new StreamBusyError(streamId('ledger', buyerId));
    return answer;
  }
}
