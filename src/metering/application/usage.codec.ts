import { z } from 'zod';
import { instant, integer, text, whole } from '../../eventstore/codec-fields.js';
import { defineCodec, type EventCodec } from '../../eventstore/event-codec.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { saleTermsSchema } from '../../providers/contract.js';
import type { WeightedTokens } from '../model/rating.js';
import type { UsageEvent } from '../model/usage.events.js';

const organizationId = text<OrganizationId>();
const count = whole<bigint>();
const weighted = whole<WeightedTokens>();

/** How a reservation's use stands in the log. */
export const usageCodec: EventCodec<UsageEvent> = defineCodec<UsageEvent>({
  UsageHourRated: {
    schema: z.object({
      reservationId: text<ReservationId>(),
      holderId: organizationId,
      sellerId: organizationId,
      providerId: organizationId,
      hour: instant,
      revision: integer<number>(),
      events: count,
      counts: z.object({ input: count, cachedInput: count, output: count, reasoning: count }),
      weighted,
      entitled: weighted,
      overage: weighted,
      overageAmount: whole<MicroUsd>(),
      terms: saleTermsSchema.shape.usage,
    }),
  },
});
