import { z } from 'zod';
import { instant, text, whole, window } from '../../eventstore/codec-fields.js';
import type {
  ListingId,
  OrganizationId,
  PoolId,
  QuoteId,
  ReservationId,
} from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { constraintsSchema } from './order-request.js';

const quoteId = text<QuoteId>();
const buyerId = text<OrganizationId>();
const quantity = whole<Quantity>();
const unitPrice = whole<UnitPrice>();
const amount = whole<MicroUsd>();

const fill = z.object({
  ...{ reservationId: text<ReservationId>(), listingId: text<ListingId>(), poolId: text<PoolId>() },
  ...{ providerId: text<OrganizationId>(), platform: z.string(), region: z.string() },
  ...{ quantity, unitPrice, amount },
});

/** How quotes stand in the log. */
export const quoteEvents = {
  QuoteOpened: {
    schema: z.object({
      ...{ quoteId, buyerId, window, quantity, limitPrice: unitPrice.nullable() },
      ...{ constraints: constraintsSchema, amount, fills: z.array(fill) },
      ...{ quotedAt: instant, expiresAt: instant },
    }),
  },
  QuoteClosed: {
    schema: z.object({
      ...{ quoteId, buyerId, closedAt: instant },
      reason: z.enum(['accepted', 'released', 'expired', 'curtailed']),
    }),
  },
};
