import { ArgsType, Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { SPEND_REJECTIONS, NotFoundRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondCountScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import { WindowInput, WindowType } from '../../api/graphql/window.types.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import { OrderConstraintsInput, OrderConstraintsType } from './order.constraints.types.js';
import { LotRejection } from './lot-size.rejections.js';
import { AmountTooLargeRejection, CapacityRejection, WindowRejection } from './trade.rejections.js';

export const ORDER_STATES = {
  RESTING: 'resting',
  FILLED: 'filled',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  UNFILLED: 'unfilled',
  SEALED: 'sealed',
} as const;
export type OrderState = (typeof ORDER_STATES)[keyof typeof ORDER_STATES];
registerEnumType(ORDER_STATES, {
  name: 'OrderState',
  description: 'What has become of an order.',
  valuesMap: {
    RESTING: { description: 'It is in the book and waits for supply.' },
    FILLED: { description: 'All of it was filled.' },
    CANCELLED: { description: 'Its buyer took it back.' },
    EXPIRED: { description: 'Its time, or that of its window, has passed.' },
    UNFILLED: { description: 'It was to be filled at once, or by an auction, and something was left.' },
    SEALED: { description: 'It is in an auction that is not cleared; only its buyer sees it.' },
  },
});

export const TIMES_IN_FORCE = { IOC: 'IOC', FOK: 'FOK', GTC: 'GTC', GTD: 'GTD' } as const;
registerEnumType(TIMES_IN_FORCE, {
  name: 'TimeInForce',
  description: 'What happens to what is not filled at once.',
  valuesMap: {
    IOC: { description: 'Immediate or cancel: it is cancelled.' },
    FOK: { description: 'Fill or kill: all is filled at once, or the order is refused.' },
    GTC: { description: 'Good till cancelled: it rests while its window can be bought.' },
    GTD: { description: 'Good till date: it rests until an instant.' },
  },
});

@ObjectType('OrderFill', { description: 'A trade of an order: what its buyer holds by it.' })
export class OrderFillType {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: string;

  @Field(() => MicroUsdScalar, { description: 'Price per token/s and hour: that of who was there first.' })
  unitPrice!: string;

  @Field(() => MicroUsdScalar, { description: 'Price of the whole.' })
  amount!: string;
}

@ObjectType('OrderReceipt', { description: 'An order after what was asked, and what that filled.' })
export class OrderReceiptType {
  @Field(() => ID, { description: 'The order.' })
  orderId!: string;

  @Field(() => ORDER_STATES, { description: 'Where it stands.' })
  status!: string;

  @Field(() => TokensPerSecondCountScalar, { description: 'What may still be filled.' })
  remaining!: string;

  @Field(() => MicroUsdScalar, { description: 'What its fills have cost.' })
  spent!: string;

  @Field(() => MicroUsdScalar, { description: 'Set aside and not spent; given back once it has ended.' })
  unspent!: string;

  @Field(() => [OrderFillType], { description: 'What was filled just now.' })
  fills!: readonly OrderFillType[];
}

@ObjectType('Order', { description: 'A bid: capacity of a market that somebody wants, at a limit price.' })
export class OrderType {
  @Field(() => ID, { description: 'Its id.' })
  orderId!: string;

  @Field(() => ID, { description: 'What it bids for: model@quantization.' })
  marketId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The listing in whose auction it is a bid; null: in the book.',
  })
  auctionId!: string | null;

  @Field(() => WindowType, { description: 'When; every fill covers all of it.' })
  window!: object;

  @Field(() => TokensPerSecondScalar, { description: 'How much was asked for.' })
  quantity!: bigint;

  @Field(() => TokensPerSecondCountScalar, { description: 'What of it is not filled.' })
  remaining!: bigint;

  @Field(() => MicroUsdScalar, { description: 'The most that is paid per token/s and hour.' })
  limitPrice!: bigint;

  @Field(() => TokensPerSecondScalar, { description: 'Less is not filled at any one moment; the whole quantity: all or none.' })
  minimumFill!: bigint;

  @Field(() => OrderConstraintsType, { description: 'What it insists on.' })
  constraints!: OrderConstraintsType;

  @Field(() => TIMES_IN_FORCE, { description: 'What happens to what is not filled at once.' })
  timeInForce!: string;

  @Field(() => ORDER_STATES, { description: 'Where it stands.' })
  status!: string;

  @Field(() => MicroUsdScalar, { description: 'Set aside for it, what was spent included.' })
  reserved!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What its fills have cost.' })
  spent!: bigint;

  @Field(() => InstantScalar, { description: 'When it was placed.' })
  placedAt!: Date;

  @Field(() => InstantScalar, { description: 'From when on it is not filled any more.' })
  expiresAt!: Date;
}

export const OrderConnection = connectionOf(OrderType, 'Order', 'orders');

@ArgsType()
export class OrderArguments extends PageArguments {
  @Field(() => ORDER_STATES, { nullable: true, description: 'Only those in this state.' })
  status?: OrderState | null;

  @Field(() => ID, { nullable: true, description: 'Only bids in this auction.' })
  auctionId?: string | null;
}

@InputType({ description: 'Capacity to bid for.' })
export class PlaceOrderInput {
  @Field(() => ID, { description: 'What: model@quantization.' })
  marketId!: string;

  @Field(() => WindowInput, { description: 'When; every fill covers all of it.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, { description: 'The most to pay per token/s and hour, 1 or more.' })
  limitPrice!: UnitPrice;

  @Field(() => TIMES_IN_FORCE, {
    defaultValue: TIMES_IN_FORCE.GTC,
    description: 'What happens to what is not filled at once.',
  })
  timeInForce!: keyof typeof TIMES_IN_FORCE;

  @Field(() => InstantScalar, { nullable: true, description: 'Until when it rests: with GTD only.' })
  until?: Instant | null;

  @Field(() => TokensPerSecondScalar, {
    nullable: true,
    description: 'Less than this is not filled at any one moment; the whole quantity: all or none.',
  })
  minimumFill?: Quantity | null;

  @Field(() => OrderConstraintsInput, { nullable: true, description: 'What it insists on.' })
  constraints?: OrderConstraintsInput | null;
}

/** Bound on the orders of one request. */
export const ORDERS_MAX = 20;

@InputType({ description: 'Bids that are sent together.' })
export class PlaceOrdersInput {
  @Field(() => [PlaceOrderInput], { description: `1 to ${ORDERS_MAX} bids.` })
  orders!: PlaceOrderInput[];
}

@InputType({ description: 'A change to a resting order.' })
export class AmendOrderInput {
  @Field(() => ID, { description: 'Which order.' })
  orderId!: string;

  @Field(() => TokensPerSecondScalar, {
    description:
      'How much in all, what was filled included. Less keeps its place in the queue. All or none stays so; any other least stays what it was, or all where that is less.',
  })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, { description: 'The most to pay; another price loses its place.' })
  limitPrice!: UnitPrice;
}

@InputType({ description: 'Which order to take back.' })
export class CancelOrderInput {
  @Field(() => ID, { description: 'Its id.' })
  orderId!: string;
}

@ObjectType({ description: 'The order is in the market.' })
export class PlaceOrderSuccess {
  @Field(() => OrderReceiptType, { description: 'What became of it.' })
  order!: OrderReceiptType;
}

@ObjectType({ description: 'The order is changed.' })
export class AmendOrderSuccess {
  @Field(() => OrderReceiptType, { description: 'What became of it.' })
  order!: OrderReceiptType;
}

@ObjectType({ description: 'The order is out of the book.' })
export class CancelOrderSuccess {
  @Field(() => OrderReceiptType, { description: 'What became of it.' })
  order!: OrderReceiptType;
}

export const PlaceOrderResult = resultUnion('placeOrder', [
  PlaceOrderSuccess,
  ValidationRejection,
  NotFoundRejection,
  LotRejection,
  WindowRejection,
  CapacityRejection,
  AmountTooLargeRejection,
  ...SPEND_REJECTIONS,
]);

@ObjectType({ description: 'Every bid was looked at by itself.' })
export class PlaceOrdersSuccess {
  @Field(() => [PlaceOrderResult], {
    description: 'What became of each, in the order asked for: one that is refused does not concern the others.',
  })
  results!: readonly object[];
}

export const PlaceOrdersResult = resultUnion('placeOrders', [PlaceOrdersSuccess, ValidationRejection]);
export const AmendOrderResult = resultUnion('amendOrder', [
  AmendOrderSuccess,
  ValidationRejection,
  NotFoundRejection,
  LotRejection,
  AmountTooLargeRejection,
  ...SPEND_REJECTIONS,
]);
export const CancelOrderResult = resultUnion('cancelOrder', [
  CancelOrderSuccess,
  NotFoundRejection,
]);
