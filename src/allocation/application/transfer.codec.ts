import { z } from 'zod';
import { instant, segments, text, whole, window } from '../../eventstore/codec-fields.js';
import type {
  ListingId,
  OrganizationId,
  PoolId,
  ReservationId,
  TeamId,
} from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';

const reservationId = text<ReservationId>();
const holderId = text<OrganizationId>();
const team = text<TeamId>().nullable();
const source = z.object({ reservationId, entitlement: segments });

/** How what is handed over within an organization stands in the log. */
export const transferEvents = {
  ReservationTransferred: {
    schema: z.object({
      ...{ reservationId, poolId: text<PoolId>(), listingId: text<ListingId>(), holderId },
      ...{ fromTeamId: team, teamId: team, window, quantity: whole<Quantity>() },
      ...{ unitPrice: whole<UnitPrice>(), hops: z.number().int(), termsVersion: z.number().int() },
      ...{ paidAt: instant, transferredAt: instant, entitlement: segments, source },
    }),
  },
  TransferReturned: {
    schema: z.object({ reservationId, holderId, returnedAt: instant, source }),
  },
};
