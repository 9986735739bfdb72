import { z } from 'zod';
import { basisPoints, instant, integer, text, whole } from '../../eventstore/codec-fields.js';
import { defineCodec, type EventCodec } from '../../eventstore/event-codec.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { serviceLevelTermsSchema } from '../../providers/contract.js';
import { DISPUTE_OUTCOMES, type ServiceEvent } from '../model/service-hour.events.js';
import { OBJECTIVES } from '../model/service-hour.judge.js';

const count = integer<number>();
const organizationId = text<OrganizationId>();
const reservationId = text<ReservationId>();
const tally = z.object({ samples: count, within: z.array(count) });
const measured = z.object({
  requests: count,
  excluded: z.object({
    ...{ overLimit: count, tooLong: count, batch: count, aborted: count, refused: count },
  }),
  ttft: tally,
  streamSpeed: tally,
  answered: count,
});
const value = count.nullable();
const quantiles = z.object({ p1: value.exactOptional(), p5: value, p50: value, p95: value, p99: value });
const evidence = z.object({
  records: count,
  measured,
  figures: z.object({
    ttft: quantiles,
    streamSpeed: quantiles,
    promptTokens: quantiles,
    outputTokens: quantiles,
    concurrency: quantiles,
  }),
  sketchDigest: z.string(),
});
const miss = z.object({ objective: z.enum(OBJECTIVES), missedBy: basisPoints });
const verdict = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('thin') }),
  z.object({ kind: z.literal('met') }),
  z.object({ kind: z.literal('breached'), misses: z.array(miss), credit: basisPoints }),
  z.object({ kind: z.literal('overturned') }),
]);
const credit = z.object({ share: basisPoints, area: whole<bigint>() });

/** How a reservation's service levels stand in the log. */
export const serviceCodec: EventCodec<ServiceEvent> = defineCodec<ServiceEvent>({
  ServiceHourJudged: {
    schema: z.object({
      ...{ reservationId, holderId: organizationId, sellerId: organizationId },
      ...{ providerId: organizationId, hour: instant, revision: count, evidence },
      ...{ terms: serviceLevelTermsSchema, termsVersion: count, profileVersion: count.nullable() },
      ...{ verdict, credit, judgedAt: instant, creditBefore: credit },
    }),
  },
  CreditDisputed: {
    schema: z.object({ reservationId, hour: instant, openedBy: organizationId, reason: z.string() }),
  },
  DisputeResolved: {
    schema: z.object({
      ...{ reservationId, hour: instant, outcome: z.enum(DISPUTE_OUTCOMES) },
      ...{ resolvedBy: organizationId, note: z.string() },
    }),
  },
});
