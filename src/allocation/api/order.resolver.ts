import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, isSpendRefusal, spendRefused, type Refusal } from '../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import { isMarketId, type OrderId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/prisma.js';
import type { MarketOrder } from '../../platform/prisma/generated/client.js';
import { OrderEntry, type OrderOutcome } from '../contract.js';
import type { OrderConstraints } from '../model/order.state.js';
import { showConstraints } from './order.constraints.types.js';
import { bidIssues, priceIssues, readBid } from './order.reading.js';
import {
  AmendOrderInput,
  AmendOrderResult,
  CancelOrderInput,
  CancelOrderResult,
  OrderArguments,
  OrderConnection,
  ORDERS_MAX,
  OrderType,
  PlaceOrderInput,
  PlaceOrderResult,
  PlaceOrdersInput,
  PlaceOrdersResult,
} from './order.types.js';
import { showRejection } from './trade.rejections.js';

@Resolver()
export class OrderResolver {
  constructor(
    @Inject(OrderEntry) private readonly entry: OrderEntry,
    private readonly database: Database,
  ) {}

  @Query(() => OrderConnection, { description: 'Bids of your organization, newest first.' })
  @AllowMembers(ROLES, 'market:read')
  async orders(
    @Args() { status, auctionId, ...pageArguments }: OrderArguments,
    @Caller() { organizationId: buyerId }: AuthenticatedPrincipal,
  ): Promise<Connection<OrderType>> {
    const page = readPage(pageArguments, 2);
    const rows = await this.database.marketOrder.findMany({
      where: {
        buyerId,
        ...(status && { status }),
        ...(typeof auctionId === 'string' && { auctionId }),
        ...(page.after && { OR: before(page.after) }),
      },
      orderBy: [{ placedAt: 'desc' }, { orderId: 'desc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, showRow, ({ placedAt, orderId }) => [
      placedAt.toISOString(),
      orderId,
    ]);
  }

  @Query(() => OrderType, {
    nullable: true,
    description: 'One bid of your organization. What it bought: reservations of its orderId.',
  })
  @AllowMembers(ROLES, 'market:read')
  async order(
    @Args('orderId', { type: () => ID, description: 'Its id.' }) orderId: string,
    @Caller() { organizationId: buyerId }: AuthenticatedPrincipal,
  ): Promise<OrderType | null> {
    const row = await this.database.marketOrder.findFirst({ where: { orderId, buyerId } });
    return row === null ? null : showRow(row);
  }

  @Mutation(() => PlaceOrderResult, {
    description:
      'Bids for capacity. What it may cost is set aside in the wallet; fills are yours at once, and what is not filled waits its turn.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async placeOrder(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The bid.' }) input: PlaceOrderInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const refusal = refuseBid(input);
    if (refusal !== null) return refusal;
    const submission = { caller, idempotencyKey, input };
    return show(await this.entry.place(submission, readBid(input)), 'PlaceOrderSuccess');
  }

  @Mutation(() => PlaceOrdersResult, {
    description: `Up to ${ORDERS_MAX} bids in one request, each as placeOrder would take it: money is set aside for each, and one that is refused does not concern the others.`,
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async placeOrders(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The bids.' }) input: PlaceOrdersInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { orders } = input;
    if (orders.length < 1 || orders.length > ORDERS_MAX) {
      const accepted = `1 to ${ORDERS_MAX} bids`;
      return invalidInput([{ field: 'orders', reason: `has ${orders.length}`, accepted }]);
    }
    const results: (object | null)[] = orders.map(refuseBid);
    const fit = orders.flatMap((order, index) =>
      results[index] === null ? [[index, readBid(order)] as const] : [],
    );
    const outcomes = await this.entry.placeEach({ caller, idempotencyKey, input }, fit);
    fit.forEach(([index], place) => {
      results[index] = show(present(outcomes[place], 'outcome of a bid'), 'PlaceOrderSuccess');
    });
    return { __typename: 'PlaceOrdersSuccess', results };
  }

  @Mutation(() => AmendOrderResult, { description: 'Changes quantity and limit of a resting order.' })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async amendOrder(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The change.' }) input: AmendOrderInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = priceIssues(input.limitPrice);
    if (issues.length > 0) return invalidInput(issues);
    const { quantity, limitPrice } = input;
    const change = { orderId: input.orderId as OrderId, quantity, limitPrice };
    const outcome = await this.entry.amend({ caller, idempotencyKey, input }, change);
    return show(outcome, 'AmendOrderSuccess');
  }

  @Mutation(() => CancelOrderResult, { description: 'Takes a resting order out of the book.' })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async cancelOrder(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The order.' }) input: CancelOrderInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const submission = { caller, idempotencyKey, input };
    const outcome = await this.entry.cancel(submission, input.orderId as OrderId);
    return show(outcome, 'CancelOrderSuccess');
  }
}

/** What no market could make sense of; null when one could. */
function refuseBid(input: PlaceOrderInput): Refusal | null {
  const issues = bidIssues(input);
  if (issues.length > 0) return invalidInput(issues);
  if (isMarketId(input.marketId)) return null;
  return showRejection({ code: 'MARKET_NOT_FOUND' }, 'order');
}

function show(outcome: OrderOutcome, success: string): Refusal | object {
  if (outcome.accepted) return { __typename: success, order: outcome.order };
  const { rejection } = outcome;
  return isSpendRefusal(rejection) ? spendRefused(rejection) : showRejection(rejection, 'order');
}

function showRow(row: MarketOrder): OrderType {
  const constraints = showConstraints(row.constraints as unknown as OrderConstraints);
  // What was asked for when the order was larger comes back when it is so again.
  const minimumFill = row.minimumFill < row.quantity ? row.minimumFill : row.quantity;
  return { ...row, minimumFill, window: { start: row.windowStart, end: row.windowEnd }, constraints };
}

/** Rows behind a cursor of (placed at, id), newest first. */
function before([placedAt = '', orderId = '']: readonly string[]): object[] {
  const at = readInstantKey(placedAt);
  return [{ placedAt: { lt: at } }, { placedAt: at, orderId: { lt: orderId } }];
}
