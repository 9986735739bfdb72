import { Inject, Injectable } from '@nestjs/common';
import {
  costUpTo,
  Market,
  OrderEntry,
  type Bid,
  type MarketRejection,
  type OrderChange,
  type OrderFacts,
  type OrderOutcome,
  type OrderSubmission,
} from '../../allocation/contract.js';
import { fingerprintOf, type CommandContext } from '../../eventstore/command-context.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { StreamBusyError } from '../../eventstore/stream-errors.js';
import { streamId } from '../../eventstore/event.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { idInMarket, type OrderId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import type { Spender } from '../model/controls/controls.state.js';
import {
  PurchaseDesk,
  spendRefusal,
  type LedgerRefusal,
  type PurchaseOutcome,
} from './controls/purchase-desk.js';
import { OrderFundsService, type FundedRequest } from './order-funds.service.js';

const NOTHING = 0n as MicroUsd;
const NO_ORDER = { code: 'ORDER_NOT_FOUND' } as const;

/** A change under way: `key` is what the market is asked under. */
interface Changing {
  readonly caller: AuthenticatedPrincipal;
  readonly context: CommandContext;
  readonly key: string;
}

interface Placing {
  readonly context: CommandContext;
  readonly spender: Spender;
  readonly bid: Bid;
}

/**
 * Orders and the money behind them: it is set aside first, then the market is asked. A process asks
 * again after a crash, with the same key, so both happen once or the money comes back.
 */
@Injectable()
export class OrderService extends OrderEntry {
  constructor(
    @Inject(PurchaseDesk) private readonly desk: PurchaseDesk,
    @Inject(OrderFundsService) private readonly funds: OrderFundsService,
    @Inject(Market) private readonly market: Market,
  ) {
    super();
  }

  /** @throws IdempotencyMismatchError the key was used with other content */
  async place(submission: OrderSubmission, bid: Bid): Promise<OrderOutcome> {
    const { caller, idempotencyKey, input, isUnattended } = submission;
    const context = commandOf(caller, 'placeOrder', idempotencyKey, input);
    const spender = await this.desk.spenderOf(caller, isUnattended);
    const before = await this.desk.recall(caller.organizationId, context);
    return this.placeOne(caller, { context, spender, bid }, before);
  }

  /** @throws IdempotencyMismatchError the key was used with other content; nothing is placed then */
  async placeEach(
    { caller, idempotencyKey, input }: OrderSubmission,
    bids: readonly (readonly [index: number, bid: Bid])[],
  ): Promise<readonly OrderOutcome[]> {
    // Everything that was asked is in each one's content, hashed once.
    const list = fingerprintOf({ content: input }).toString('hex');
    const spender = await this.desk.spenderOf(caller);
    const placings = bids.map(([index, bid]) => {
      // No key of a caller has a blank in it.
      const context = commandOf(caller, 'placeOrders', `${idempotencyKey} ${index}`, { list, index });
      return { context, spender, bid };
    });
    const contexts = placings.map(({ context }) => context);
    const before = await this.desk.recallEach(caller.organizationId, contexts);
    return Promise.all(
      placings.map((placing, place) => this.placeOne(caller, placing, before[place] ?? null)),
    );
  }

  private async placeOne(
    caller: AuthenticatedPrincipal,
    { context, spender, bid: { marketId, ...bid } }: Placing,
    before: PurchaseOutcome | null,
  ): Promise<OrderOutcome> {
    const buyerId = caller.organizationId;
    const name = nameUuid(buyerId, 'placeOrder', context.idempotencyKey);
    const orderId = idInMarket<OrderId>(marketId, name);
    const amount = costUpTo(bid.limitPrice, bid.quantity, bid.window);
    const request = { type: 'PlaceOrder', orderId, buyerId, ...bid, reserved: amount } as const;
    const funded = { key: orderId, request, amount };
    if (before !== null) return this.ask(caller, funded, before);
    // Nobody's money is moved for what would be refused.
    const refusal = await this.market.wouldRefuse(request);
    const outcome =
      refusal === null
        ? await this.funds.reserve(buyerId, funded, { spender, context })
        : await this.desk.refuse(buyerId, refusal, context);
    return this.ask(caller, funded, outcome);
  }

  /** What is set aside is raised first where the change can cost more; the books answer for its key. */
  async amend(submission: OrderSubmission, change: OrderChange): Promise<OrderOutcome> {
    const { caller, idempotencyKey, input } = submission;
    const buyerId = caller.organizationId;
    const key = nameUuid(buyerId, 'amendOrder', idempotencyKey);
    const context = commandOf(caller, 'amendOrder', idempotencyKey, input);
    const funded = await this.desk.recall(buyerId, context);
    if (funded !== null) return this.afterFunding(funded, context, key);
    const before = await this.market.recallOrder(direct(context));
    return before ?? this.change({ caller, context, key }, change);
  }

  private async change(
    { caller, context, key }: Changing,
    change: OrderChange,
  ): Promise<OrderOutcome> {
    const buyerId = caller.organizationId;
    const order = await this.market.restingOrder(change.orderId);
    const isTheirs = order?.buyerId === buyerId;
    const raised = isTheirs ? raiseFor(order, change) : NOTHING;
    const request = { type: 'AmendOrder', buyerId, ...change, raised } as const;
    const refusal = isTheirs ? await this.market.wouldRefuse(request) : NO_ORDER;
    if (refusal !== null) {
      return this.afterFunding(await this.desk.refuse(buyerId, refusal, context), context, key);
    }
    const funded = { key, request, amount: raised };
    const spender = await this.desk.spenderOf(caller);
    return this.ask(caller, funded, await this.funds.reserve(buyerId, funded, { spender, context }));
  }

  cancel({ caller, idempotencyKey, input }: OrderSubmission, orderId: OrderId): Promise<OrderOutcome> {
    const context = commandOf(caller, 'cancelOrder', idempotencyKey, input);
    return this.market.cancelOrder(orderId, caller.organizationId, context);
  }

  /**
   * The outcome of a change whose money was set aside before. What it was raised by is in the books
   * only, so where the market has not heard of it yet, the process that tells it goes first.
   */
  private async afterFunding(
    funded: PurchaseOutcome,
    context: CommandContext,
    key: string,
  ): Promise<OrderOutcome> {
    if (!funded.accepted) return refusalOf(funded.rejection);
    const answer = await this.funds.answerTo(key);
    if (answer === null) throw new StreamBusyError(streamId('ledger', context.scope));
    return answer;
  }

  private async ask(
    { organizationId }: AuthenticatedPrincipal,
    funded: FundedRequest,
    outcome: PurchaseOutcome,
  ): Promise<OrderOutcome> {
    if (!outcome.accepted) return refusalOf(outcome.rejection);
    return this.funds.send(organizationId, funded);
  }
}

/** Where answers to changes that no money was set aside for were kept before the books kept all of them. */
function direct(context: CommandContext): CommandContext {
  return { ...context, scope: `${context.scope} order` };
}

/** What the changed order may cost beyond what is set aside for it. */
function raiseFor(order: OrderFacts, { quantity, limitPrice }: OrderChange): MicroUsd {
  const { remaining, reserved, spent, window } = order;
  const left = (quantity - (order.quantity - remaining)) as Quantity;
  const needed = spent + (left > 0n ? costUpTo(limitPrice, left, window) : 0n);
  return (needed > reserved ? needed - reserved : 0n) as MicroUsd;
}

/** Why money is not set aside, as the answer to who wanted to buy. */
export function refusalOf(rejection: LedgerRefusal): OrderOutcome {
  const spending = spendRefusal(rejection);
  if (spending !== null) return { accepted: false, rejection: spending };
  switch (rejection.code) {
    // The market would not have taken it, which was kept for whoever asks again.
    case 'REFUSED': {
      const refusal = JSON.parse(rejection.refusal) as JsonOf<MarketRejection>;
      return { accepted: false, rejection: refusal };
    }
    // It ended while it was changed.
    case 'ORDER_CLOSED':
      return { accepted: false, rejection: { code: 'ORDER_NOT_FOUND' } };
    default:
      throw new Error(`money is not set aside for an order: ${rejection.code}`);
  }
}
