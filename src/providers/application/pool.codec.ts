import { z } from 'zod';
import {
  basisPoints,
  duration,
  segments,
  text,
  whole,
} from '../../eventstore/codec-fields.js';
import { defineCodec, type EventCodec } from '../../eventstore/event-codec.js';
import type { MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { PlatformSlug } from '../model/platform.js';
import { NO_CURTAILMENT_TERMS } from '../model/pool.terms.js';
import { NO_CREDITS, OFFERED_EXCLUSIONS } from '../model/service-level.terms.js';
import type { PoolEvent } from '../model/pool.events.js';

/** The parts of a sale's terms, as they stand in every log that keeps them. */
export const resaleTermsSchema = z.object({
  isTransferable: z.boolean(),
  hopsMax: z.number().int(),
  priceCap: basisPoints.nullable(),
  royalty: basisPoints,
  holdingTimeMin: duration,
});
export const cancellationSchema = z.array(z.object({ noticeMin: duration, fee: basisPoints }));
/** What was written before there were such terms has none. */
export const curtailmentTermsSchema = z
  .object({
    reclaimNotice: duration.nullable(),
    penaltyShare: z.object({ outage: basisPoints, reclaim: basisPoints }),
  })
  .default(NO_CURTAILMENT_TERMS);
/** Nothing was kept for small buyers before there was such a term. */
export const setAsideSchema = z
  .object({ share: basisPoints, smallBuyerMax: whole<Quantity>(), releasedBefore: duration })
  .nullable()
  .default(null);
/** Any quantity could be traded before pools had lots. */
export const lotSizeSchema = whole<Quantity>().default(1n as Quantity);
export const tokenWeightsSchema = z.object({
  input: basisPoints,
  cachedInput: basisPoints,
  reasoning: basisPoints,
});
const serviceLevelSchema = z.object({
  ttftP95: duration,
  streamTokensPerSecondMin: z.number().int(),
  availability: basisPoints,
});
/** What was written before a miss cost anything promises no credit; before providers could count more requests, all of them were left out. */
export const creditTermsSchema = z
  .object({
    samplesMin: z.number().int(),
    steps: z.array(z.object({ missedBy: basisPoints, credit: basisPoints })),
    exclusions: z.array(z.enum(OFFERED_EXCLUSIONS)).default([...OFFERED_EXCLUSIONS]),
  })
  .default({ ...NO_CREDITS, steps: [], exclusions: [...OFFERED_EXCLUSIONS] });
export const serviceLevelTermsSchema = z.object({
  objectives: serviceLevelSchema,
  contextLength: z.number().int(),
  credits: creditTermsSchema,
});
export const saleTermsSchema = z.object({
  resale: resaleTermsSchema,
  cancellation: cancellationSchema,
  curtailment: curtailmentTermsSchema,
  serviceLevel: serviceLevelTermsSchema.nullable().default(null),
  usage: z.object({
    profileVersion: z.number().int(),
    weights: tokenWeightsSchema,
    overagePrice: whole<MicroUsd>().nullable(),
  }),
});

const attributes = {
  platform: text<PlatformSlug>(),
  region: z.string(),
  residency: z.array(z.string()),
  serviceLevel: serviceLevelSchema,
};
export const poolAttributesSchema = z.object(attributes);

const poolId = text<PoolId>();
const profile = z.object({
  runtime: z.string(),
  contextLength: z.number().int(),
  weights: tokenWeightsSchema,
  tier: z.enum(['fast', 'priority', 'standard', 'batch']),
});
const endpoint = z.object({ url: z.string(), hasCredential: z.boolean() });
const terms = z.object({
  resale: resaleTermsSchema,
  cancellation: cancellationSchema,
  curtailment: curtailmentTermsSchema,
  credits: creditTermsSchema,
  overagePrice: whole<MicroUsd>().nullable(),
  buyerShareMax: basisPoints.nullable(),
  setAside: setAsideSchema,
});

/** How a pool's events stand in the log. */
export const poolCodec: EventCodec<PoolEvent> = defineCodec<PoolEvent>({
  PoolRegistered: {
    schema: z.object({
      poolId,
      marketId: text<MarketId>(),
      providerId: text<OrganizationId>(),
      name: z.string(),
      ...attributes,
      grid: duration,
      lotSize: lotSizeSchema,
      nameplate: segments,
      profile,
      endpoint,
      terms,
    }),
  },
  NameplateExtended: { schema: z.object({ poolId, added: segments, nameplate: segments }) },
  ServingProfileChanged: {
    schema: z.object({ poolId, profileVersion: z.number().int(), profile }),
  },
  TermsChanged: { schema: z.object({ poolId, terms }) },
  EndpointChanged: { schema: z.object({ poolId, endpoint }) },
});
