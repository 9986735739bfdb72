import { z } from 'zod';
import { basisPoints, instant, text, whole } from '../../eventstore/codec-fields.js';
import type { ListingId, OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';

const reservationId = text<ReservationId>();
const holderId = text<OrganizationId>();
const quantity = whole<Quantity>();
const nextReviewAt = instant.nullable();
const rule = z
  .object({ unitPrice: whole<UnitPrice>(), margin: basisPoints, keepMin: quantity })
  .nullable();

/** How rules for idle capacity, and what came of them, stand in the log. */
export const idleEvents = {
  IdleRuleSet: {
    schema: z.object({ reservationId, holderId, rule, setAt: instant, nextReviewAt }),
  },
  IdleReviewed: {
    schema: z.object({
      ...{ reservationId, holderId, reviewedAt: instant, peak: quantity, idle: quantity },
      ...{ listingId: text<ListingId>().nullable(), refusal: z.string().nullable(), nextReviewAt },
    }),
  },
};
