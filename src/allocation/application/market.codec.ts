import { z } from 'zod';
import {
  basisPoints,
  duration,
  instant,
  segments,
  text,
  whole,
  window,
} from '../../eventstore/codec-fields.js';
import { defineCodec, type EventCodec } from '../../eventstore/event-codec.js';
import type {
  ListingId,
  MarketId,
  OrderId,
  OrganizationId,
  PoolId,
  QuoteId,
  ReservationId,
} from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import {
  lotSizeSchema,
  poolAttributesSchema,
  saleTermsSchema,
  setAsideSchema,
} from '../../providers/contract.js';
import type * as events from '../model/market.events.js';
import { curtailmentEvents } from './curtailment.codec.js';
import { idleEvents } from './idle.codec.js';
import { orderTerms, timeInForceSchema } from './order-request.js';
import { quoteEvents } from './quote.codec.js';
import { setAsideEvents } from './set-aside.codec.js';
import { transferEvents } from './transfer.codec.js';
import { EVIDENCE_LEVELS } from '../model/order.state.js';

const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pool') }),
  z.object({ kind: z.literal('reservation'), reservationId: text<ReservationId>() }),
]);
const sourceAfter = z
  .object({ reservationId: text<ReservationId>(), entitlement: segments })
  .nullable();
const terms = {
  terms: saleTermsSchema,
  buyerShareMax: basisPoints.nullable(),
  setAside: setAsideSchema,
};
const revision = z.number().int();
const termsVersion = z.number().int();
const poolId = text<PoolId>();
const listingId = text<ListingId>();
const reservationId = text<ReservationId>();
const organizationId = text<OrganizationId>();
const trade = {
  listingId,
  poolId,
  sellerId: organizationId,
  source,
  window,
  quantity: whole<Quantity>(),
  unitPrice: whole<UnitPrice>(),
  hops: z.number().int(),
  termsVersion,
};

const orderId = text<OrderId>();
const micro = whole<MicroUsd>();
/** Before the market knew what a pool promises: as if it promised nothing. */
const NO_PROMISE = {
  platform: 'unknown',
  region: 'unknown',
  residency: [],
  serviceLevel: { ttftP95: 3_600_000, streamTokensPerSecondMin: 0, availability: 0 },
};

/** How the market's events stand in the log. Instants are epoch milliseconds, bigints decimal text. */
export const marketCodec: EventCodec<events.MarketEvent> = defineCodec<events.MarketEvent>({
  PoolOpened: {
    schema: z.object({
      revision,
      poolId,
      marketId: text<MarketId>(),
      providerId: organizationId,
      grid: duration,
      lotSize: lotSizeSchema,
      attributes: poolAttributesSchema,
      nameplate: segments,
      ...terms,
    }),
    upcasts: [(first) => ({ ...first, attributes: NO_PROMISE })],
  },
  PoolExtended: { schema: z.object({ poolId, revision, added: segments }) },
  PoolEvidenceRated: { schema: z.object({ poolId, level: z.enum(EVIDENCE_LEVELS), change: z.number().int() }) },
  PoolTermsChanged: { schema: z.object({ poolId, revision, termsVersion, ...terms }) },
  ListingCreated: {
    schema: z.object({
      ...trade,
      lotSize: lotSizeSchema,
      // What was listed before there were auctions has none.
      auction: z.object({ opensAt: instant, closesAt: instant }).nullable().default(null),
    }),
  },
  ListingClosed: {
    schema: z.object({
      listingId,
      reason: z.enum(['withdrawn', 'expired', 'sold', 'unsold', 'curtailed']),
    }),
  },
  ReservationHeld: {
    schema: z.object({
      ...trade,
      reservationId,
      holderId: organizationId,
      amount: whole<MicroUsd>(),
      heldAt: instant,
      expiresAt: instant,
      extendsReservationId: reservationId.nullable().default(null),
      // What was held before there were quotes is part of none.
      quoteId: text<QuoteId>().nullable().default(null),
      listingRemaining: segments,
    }),
  },
  HoldReleased: {
    schema: z.object({
      reservationId,
      listingId,
      reason: z.enum(['expired', 'released', 'curtailed']),
      listingRemaining: segments.nullable(),
    }),
  },
  ReservationPaid: {
    schema: z.object({
      reservationId,
      paidAt: instant,
      entitlement: segments,
      source: sourceAfter,
    }),
  },
  ReservationActivated: { schema: z.object({ reservationId }) },
  ReservationCompleted: { schema: z.object({ reservationId }) },
  ReservationCancelled: {
    schema: z.object({
      reservationId,
      holderId: organizationId,
      cancelledAt: instant,
      feeShare: basisPoints,
      fee: whole<MicroUsd>(),
      refund: whole<MicroUsd>(),
      source: sourceAfter,
      // Before, what came back was never offered by itself.
      relisted: z.object({ listingId, listingRemaining: segments }).nullable().default(null),
    }),
  },
  OrderPlaced: {
    schema: z.object({
      ...orderTerms,
      timeInForce: timeInForceSchema,
      reserved: micro,
      placedAt: instant,
      expiresAt: instant,
    }),
  },
  OrderFilled: {
    schema: z.object({
      ...trade,
      orderId,
      reservationId,
      holderId: organizationId,
      providerId: organizationId,
      grid: duration,
      royalty: basisPoints,
      amount: micro,
      filledAt: instant,
      entitlement: segments,
      sourceAfter,
      listingRemaining: segments,
      orderRemaining: whole<Quantity>(),
      orderSpent: micro,
    }),
  },
  OrderAmended: {
    schema: z.object({
      orderId,
      buyerId: organizationId,
      quantity: whole<Quantity>(),
      limitPrice: whole<UnitPrice>(),
      minimumFill: whole<Quantity>().nullable().default(null),
      remaining: whole<Quantity>(),
      reserved: micro,
      released: micro,
      keepsPriority: z.boolean(),
      amendedAt: instant,
    }),
  },
  OrderClosed: {
    schema: z.object({
      orderId,
      buyerId: organizationId,
      reason: z.enum(['filled', 'cancelled', 'expired', 'unfilled']),
      spent: micro,
      released: micro,
    }),
  },
  ...curtailmentEvents,
  ...idleEvents,
  ...transferEvents,
  ...quoteEvents,
  ...setAsideEvents,
  AuctionBidPlaced: {
    schema: z.object({
      orderId,
      auctionId: listingId,
      buyerId: organizationId,
      window,
      quantity: whole<Quantity>(),
      limitPrice: whole<UnitPrice>(),
      minimumFill: whole<Quantity>(),
      reserved: micro,
      placedAt: instant,
      expiresAt: instant,
    }),
  },
  AuctionBidWithdrawn: {
    schema: z.object({
      orderId,
      auctionId: listingId,
      buyerId: organizationId,
      released: micro,
      reason: z.enum(['withdrawn', 'curtailed']).default('withdrawn'),
    }),
  },
  AuctionCleared: {
    schema: z.object({
      listingId,
      clearingPrice: whole<UnitPrice>().nullable(),
      quantitySold: whole<Quantity>(),
      bids: z.number().int(),
      clearedAt: instant,
    }),
  },
});
