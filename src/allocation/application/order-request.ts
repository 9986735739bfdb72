import { z } from 'zod';
import { duration, basisPoints, instant, text, whole, window } from '../../eventstore/codec-fields.js';
import { bigintAsText } from '../../kernel/bigint-text.js';
import type { ListingId, OrderId, OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { AmendOrder, PlaceAuctionBid, PlaceOrder } from '../model/market.commands.js';
import type { Sent } from '../model/sent.js';
import { EVIDENCE_LEVELS } from '../model/order.state.js';

/** What a buyer asks of the market once the money for it is set aside. */
export type OrderRequest =
  | Omit<PlaceOrder, keyof Sent>
  | Omit<AmendOrder, keyof Sent>
  | Omit<PlaceAuctionBid, keyof Sent>;

export const constraintsSchema = z.object({
  platforms: z.array(z.string()),
  regions: z.array(z.string()),
  residency: z.array(z.string()),
  ttftP95Max: duration.nullable(),
  streamTokensPerSecondMin: z.number().int().nullable(),
  evidenceMin: z.enum(EVIDENCE_LEVELS),
  providerShareMax: basisPoints.nullable(),
});
export const timeInForceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['IOC', 'FOK', 'GTC']) }),
  z.object({ kind: z.literal('GTD'), until: instant }),
]);
export const orderTerms = {
  orderId: text<OrderId>(),
  buyerId: text<OrganizationId>(),
  window,
  quantity: whole<Quantity>(),
  limitPrice: whole<UnitPrice>(),
  constraints: constraintsSchema,
  minimumFill: whole<Quantity>(),
};

const requestSchema: z.ZodType<OrderRequest> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('PlaceOrder'),
    ...orderTerms,
    timeInForce: timeInForceSchema,
    reserved: whole<MicroUsd>(),
  }),
  z.object({
    type: z.literal('AmendOrder'),
    orderId: text<OrderId>(),
    buyerId: text<OrganizationId>(),
    quantity: whole<Quantity>(),
    limitPrice: whole<UnitPrice>(),
    raised: whole<MicroUsd>(),
  }),
  z.object({
    type: z.literal('PlaceAuctionBid'),
    orderId: text<OrderId>(),
    auctionId: text<ListingId>(),
    buyerId: text<OrganizationId>(),
    quantity: whole<Quantity>(),
    limitPrice: whole<UnitPrice>(),
    minimumFill: whole<Quantity>(),
    reserved: whole<MicroUsd>(),
  }),
]);

/** A request as others keep it: JSON with bigints as decimal text. */
export function writeOrderRequest(request: OrderRequest): string {
  return JSON.stringify(request, bigintAsText);
}

/** @throws ZodError when it is not what {@link writeOrderRequest} wrote */
export function readOrderRequest(request: string): OrderRequest {
  return requestSchema.parse(JSON.parse(request));
}
