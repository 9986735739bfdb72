import { z } from 'zod';
import { defineCodec, type EventCodec } from '../../eventstore/event-codec.js';
import type {
  ListingId,
  MarketId,
  OrganizationId,
  PoolId,
  ReservationId,
} from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type * as events from '../model/market.events.js';

const text = <Id extends string>(): z.ZodType<Id> => z.string().min(1) as unknown as z.ZodType<Id>;
const whole = <Unit extends bigint>(): z.ZodType<Unit> =>
  z
    .string()
    .regex(/^-?\d+$/)
    .transform((digits) => BigInt(digits) as Unit) as unknown as z.ZodType<Unit>;
const integer = <Unit extends number>(): z.ZodType<Unit> =>
  z.number().int() as unknown as z.ZodType<Unit>;

const instant = integer<Instant>();
const window = z.object({ start: instant, end: instant });
const segments = z.array(z.object({ window, value: whole<bigint>() }));
const basisPoints = integer<BasisPoints>();
const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pool') }),
  z.object({ kind: z.literal('reservation'), reservationId: text<ReservationId>() }),
]);
const sourceAfter = z
  .object({ reservationId: text<ReservationId>(), entitlement: segments })
  .nullable();
const terms = {
  resale: z.object({
    isTransferable: z.boolean(),
    hopsMax: z.number().int(),
    priceCap: basisPoints.nullable(),
    royalty: basisPoints,
    holdingTimeMin: integer<Duration>(),
  }),
  cancellation: z.array(z.object({ noticeMin: integer<Duration>(), fee: basisPoints })),
  buyerShareMax: basisPoints.nullable(),
};
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
};

/** How the market's events stand in the log. Instants are epoch milliseconds, bigints decimal text. */
export const marketCodec: EventCodec<events.MarketEvent> = defineCodec<events.MarketEvent>({
  PoolOpened: {
    schema: z.object({
      poolId,
      marketId: text<MarketId>(),
      providerId: organizationId,
      grid: integer<Duration>(),
      nameplate: segments,
      ...terms,
    }),
  },
  PoolExtended: { schema: z.object({ poolId, added: segments }) },
  PoolTermsChanged: { schema: z.object({ poolId, ...terms }) },
  ListingCreated: { schema: z.object(trade) },
  ListingClosed: {
    schema: z.object({ listingId, reason: z.enum(['withdrawn', 'expired', 'sold']) }),
  },
  ReservationHeld: {
    schema: z.object({
      ...trade,
      reservationId,
      holderId: organizationId,
      amount: whole<MicroUsd>(),
      heldAt: instant,
      expiresAt: instant,
      listingRemaining: segments,
    }),
  },
  HoldReleased: {
    schema: z.object({
      reservationId,
      listingId,
      reason: z.enum(['expired', 'released']),
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
    }),
  },
});
