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
import { PurchaseDesk, type PurchaseOutcome } from './controls/purchase-desk.js';
import { OrderFundsService, type FundedRequest } from './order-funds.service.js';
import { refusalOf } from './order.service.js';

type NamedBid = AuctionBid & { readonly orderId: OrderId; readonly buyerId: OrganizationId };

const NO_AUCTION = { code: 'LISTING_NOT_FOUND' } as const;

/**
 * Sealed bids and the money behind them, as {@link OrderService} does it for the book: it is set aside
 * first, then the market is asked.
 */
@Injectable()
export class AuctionBidService extends AuctionEntry {
  constructor(
    @Inject(PurchaseDesk) private readonly desk: PurchaseDesk,
    @Inject(OrderFundsService) private readonly funds: OrderFundsService,
    @Inject(Market) private readonly market: Market,
  ) {
    super();
  }

  /** @throws IdempotencyMismatchError the key was used with other content */
  async place(submission: OrderSubmission, bid: AuctionBid): Promise<OrderOutcome> {
    const { caller, idempotencyKey, input } = submission;
    const marketId = marketOf(bid.auctionId);
    if (marketId === null) return { accepted: false, rejection: NO_AUCTION };
    const buyerId = caller.organizationId;
    const unique = nameUuid(buyerId, 'placeAuctionBid', idempotencyKey);
    const named = { ...bid, orderId: idInMarket<OrderId>(marketId, unique), buyerId };
    const context = commandOf(caller, 'placeAuctionBid', idempotencyKey, input);
    const before = await this.desk.recall(buyerId, context);
    if (before !== null) return this.afterFunding(before, named);
    const funded = await this.funded(named);
    // Nobody's money is moved for what would be refused.
    const refusal = funded === null ? NO_AUCTION : await this.market.wouldRefuse(funded.request);
    if (funded === null || refusal !== null) {
      const kept = await this.desk.refuse(buyerId, refusal ?? NO_AUCTION, context);
      return this.afterFunding(kept, named);
    }
    const spender = await this.desk.spenderOf(caller);
    const outcome = await this.funds.reserve(buyerId, funded, { spender, context });
    return outcome.accepted ? this.funds.send(buyerId, funded) : refusalOf(outcome.rejection);
  }

  private async afterFunding(outcome: PurchaseOutcome, bid: NamedBid): Promise<OrderOutcome> {
    return outcome.accepted ? this.again(bid) : refusalOf(outcome.rejection);
  }

  withdraw({ caller, idempotencyKey, input }: OrderSubmission, orderId: OrderId): Promise<OrderOutcome> {
    const context = commandOf(caller, 'withdrawAuctionBid', idempotencyKey, input);
    return this.market.withdrawBid(orderId, caller.organizationId, context);
  }

  /**
   * What became of a bid whose money was set aside before. When the market has not heard of it and the
   * auction is over, what the bid was for stands in the books only: the process that tells the market
   * goes first.
   */
  private async again(bid: NamedBid): Promise<OrderOutcome> {
    const { buyerId, orderId } = bid;
    const known = await this.funds.answerTo(orderId);
    if (known !== null) return known;
    const funded = await this.funded(bid);
    if (funded === null) throw new StreamBusyError(streamId('ledger', buyerId));
    return this.funds.send(buyerId, funded);
  }

  /** What the bid may cost and asks of the market; null when there is no such auction. */
  private async funded(bid: NamedBid): Promise<FundedRequest | null> {
    const window = await this.market.listingWindow(bid.auctionId);
    if (window === null) return null;
    const amount = costUpTo(bid.limitPrice, bid.quantity, window);
    const request = { type: 'PlaceAuctionBid', ...bid, reserved: amount } as const;
    return { key: bid.orderId, request, amount };
  }
}
