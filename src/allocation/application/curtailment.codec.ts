import { z } from 'zod';
import {
  duration,
  instant,
  segments,
  text,
  whole,
  window,
} from '../../eventstore/codec-fields.js';
import type {
  ListingId,
  OrderId,
  OrganizationId,
  PoolId,
  ReservationId,
} from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { lotSizeSchema } from '../../providers/contract.js';
import { CURTAILMENT_CAUSES } from '../model/market.terms.js';
import { constraintsSchema } from './order-request.js';

const poolId = text<PoolId>();
const reservationId = text<ReservationId>();
const organizationId = text<OrganizationId>();
const curtailmentId = z.string();
const cause = z.enum(CURTAILMENT_CAUSES);
const quantity = whole<Quantity>();
const money = whole<MicroUsd>();
const rebooking = z
  .object({
    limitPrice: whole<UnitPrice>(),
    constraints: constraintsSchema,
    timeInForce: z.discriminatedUnion('kind', [
      z.object({ kind: z.enum(['IOC', 'FOK', 'GTC']) }),
      z.object({ kind: z.literal('GTD'), restsFor: duration }),
    ]),
    // What a rebooking was before there was more to say: it takes whatever part it can have.
    minimumFill: whole<Quantity>().default(1n as Quantity),
    isAllOrNone: z.boolean().default(false),
  })
  .nullable();

/** How curtailments and what follows from them stand in the log. */
export const curtailmentEvents = {
  PoolCurtailed: {
    schema: z.object({
      ...{ curtailmentId, poolId, providerId: organizationId, window, quantity, cause },
      ...{ curtailedAt: instant, unsold: segments, offered: segments },
    }),
  },
  ListingReduced: {
    schema: z.object({ listingId: text<ListingId>(), listingRemaining: segments }),
  },
  ReservationCurtailed: {
    schema: z.object({
      ...{ curtailmentId, reservationId, poolId, providerId: organizationId },
      ...{ holderId: organizationId, cause, curtailedAt: instant, grid: duration, window, quantity },
      ...{ lost: segments, lostTitle: segments, entitlement: segments },
      ...{ refund: money, penalty: money, isWhole: z.boolean(), isTransfer: z.boolean(), rebooking },
      rebookingLotSize: lotSizeSchema,
    }),
  },
  RebookingSet: {
    schema: z.object({ reservationId, holderId: organizationId, rebooking }),
  },
  RebookingAttempted: {
    schema: z.object({
      ...{ curtailmentId, reservationId, holderId: organizationId, orderId: text<OrderId>() },
      ...{ window, quantity, limitPrice: whole<UnitPrice>() },
      ...{ refusal: z.string().nullable(), attemptedAt: instant },
    }),
  },
};
