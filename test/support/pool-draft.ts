import type { MarketId, OrganizationId, PoolId } from '../../src/kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { rectangle } from '../../src/kernel/step-function.js';
import { HOUR_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import type { PlatformSlug } from '../../src/providers/model/platform.js';
import type { PoolDraft, PoolTerms, ServingProfile } from '../../src/providers/model/pool.js';
import { NO_CURTAILMENT_TERMS, type ResaleTerms } from '../../src/providers/model/pool.terms.js';
import { STANDARD_CREDITS, type ServiceLevel } from '../../src/providers/model/service-level.terms.js';
import { DAY_ZERO, hours } from './market.js';

/** Half past midnight of the day from which hours are counted. */
export const NOW = (DAY_ZERO + HOUR_MS / 2) as Instant;
export const share = (basisPoints: number): BasisPoints => basisPoints as BasisPoints;

export function profileOf(changes: Partial<ServingProfile> = {}): ServingProfile {
  return {
    runtime: 'vllm 0.12',
    contextLength: 131_072,
    weights: { input: share(1_000), cachedInput: share(100), reasoning: share(10_000) },
    tier: 'fast',
    ...changes,
  };
}

export function levelOf(changes: Partial<ServiceLevel> = {}): ServiceLevel {
  const ttftP95 = 400 as Duration;
  return { ttftP95, streamTokensPerSecondMin: 900, availability: share(9_990), ...changes };
}

export function termsOf(
  changes: Partial<PoolTerms> = {},
  resale: Partial<ResaleTerms> = {},
): PoolTerms {
  return {
    resale: {
      ...{ isTransferable: true, hopsMax: 2, priceCap: null, royalty: share(500) },
      holdingTimeMin: 0 as Duration,
      ...resale,
    },
    cancellation: [
      { noticeMin: (24 * HOUR_MS) as Duration, fee: share(0) },
      { noticeMin: 0 as Duration, fee: share(5_000) },
    ],
    curtailment: NO_CURTAILMENT_TERMS,
    credits: STANDARD_CREDITS,
    overagePrice: 900_000n as MicroUsd,
    buyerShareMax: share(4_000),
    setAside: null,
    ...changes,
  };
}

/** A pool that every rule accepts at `NOW`: 1,000 tokens/s for ten days. */
export function draftOf(changes: Partial<PoolDraft> = {}): PoolDraft {
  return {
    poolId: 'llama-3.3-70b@fp8~1' as PoolId,
    marketId: 'llama-3.3-70b@fp8' as MarketId,
    providerId: 'org-provider' as OrganizationId,
    name: 'Wafer row 7',
    platform: 'cerebras-wse-3' as PlatformSlug,
    region: 'us-west-2',
    residency: ['US'],
    grid: HOUR_MS,
    lotSize: 1n as Quantity,
    nameplate: rectangle(hours(0, 240), 1_000n),
    profile: profileOf(),
    serviceLevel: levelOf(),
    endpoint: { url: 'https://inference.example.com/v1', hasCredential: true },
    terms: termsOf(),
    ...changes,
  };
}
