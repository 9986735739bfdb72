import { z } from 'zod';
import { basisPoints, instant, integer, text, whole } from '../../eventstore/codec-fields.js';
import { defineCodec, type EventCodec } from '../../eventstore/event-codec.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { saleTermsSchema } from '../../providers/contract.js';
import { COUNT_POSITIONS } from '../model/count-dispute.events.js';
import type { WeightedTokens } from '../model/rating.js';
import type { UsageEvent } from '../model/usage.events.js';

const organizationId = text<OrganizationId>();
const reservationId = text<ReservationId>();
const parties = { holderId: organizationId, sellerId: organizationId, providerId: organizationId };
const count = whole<bigint>();
const counts = z.object({ input: count, cachedInput: count, output: count, reasoning: count });
// Before it was told, nobody knew at which tier anything was served.
const tiers = z.array(z.object({ tier: z.string(), counts })).default([]);
const weighted = whole<WeightedTokens>();
const number = integer<number>();
const terms = saleTermsSchema.shape.usage;
const sample = z.object({
  ...{ requestId: z.string(), billed: count, counted: count, claimed: count.nullable() },
  reason: z.string().nullable(),
});
const evidence = z.object({
  ...{ records: number, differing: number, billed: counts, counted: counts, claimed: counts },
  samples: z.array(sample),
});

/** How a reservation's use stands in the log. */
export const usageCodec: EventCodec<UsageEvent> = defineCodec<UsageEvent>({
  UsageHourRated: {
    schema: z.object({
      ...{ reservationId, ...parties, hour: instant, revision: number, events: count, counts, tiers },
      ...{ weighted, entitled: weighted, overage: weighted, overageAmount: whole<MicroUsd>(), terms },
      // Before it was said a concession was no different from any other revision.
      isConceded: z.boolean().default(false),
    }),
  },
  CountsDisputed: {
    schema: z.object({
      ...{ reservationId, ...parties, hour: instant, revision: number, evidence },
      rule: z.object({ tolerance: basisPoints, least: weighted }),
      ...{ terms, openedAt: instant, until: instant },
    }),
  },
  CountsConceded: {
    schema: z.object({
      ...{ reservationId, hour: instant, position: z.enum(COUNT_POSITIONS) },
      ...{ concededBy: organizationId, note: z.string(), difference: counts },
    }),
  },
  CountDisputeLapsed: { schema: z.object({ reservationId, hour: instant }) },
});
