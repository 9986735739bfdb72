import type { MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Duration } from '../../kernel/time.js';
import type { PlatformSlug, Tier } from './platform.js';
import type {
  CancellationSchedule,
  CurtailmentTerms,
  ResaleTerms,
  SaleTerms,
  SetAside,
  TokenWeights,
} from './pool.terms.js';
import type { CreditTerms, ServiceLevel } from './service-level.terms.js';

/** How a pool serves its model. A change is a new version. */
export interface ServingProfile {
  /** Software that runs the model, such as `vllm 0.12`. */
  readonly runtime: string;
  /** Tokens that fit into one request, prompt and answer together. */
  readonly contextLength: number;
  readonly weights: TokenWeights;
  readonly tier: Tier;
}

/** Where requests go. The credential is kept apart, encrypted; here is only whether there is one. */
export interface Endpoint {
  readonly url: string;
  readonly hasCredential: boolean;
}

/** What the provider sells under, besides the weights of its serving profile. */
export interface PoolTerms {
  readonly resale: ResaleTerms;
  readonly cancellation: CancellationSchedule;
  readonly curtailment: CurtailmentTerms;
  /** What a missed service level costs. */
  readonly credits: CreditTerms;
  /** Micro-USD for a million weighted tokens above the reservation; null: not charged for. */
  readonly overagePrice: MicroUsd | null;
  /** No buyer holds more than this share of the nameplate at any instant; null: no limit. */
  readonly buyerShareMax: BasisPoints | null;
  /** What is kept for small buyers; null: nothing is. */
  readonly setAside: SetAside | null;
}

/** One provider's deployment of one market's model on one platform in one region. */
export interface Pool {
  readonly poolId: PoolId;
  readonly marketId: MarketId;
  readonly providerId: OrganizationId;
  readonly name: string;
  readonly platform: PlatformSlug;
  readonly region: string;
  /** ISO 3166-1 alpha-2 codes of the countries that prompts stay in; empty: no promise. */
  readonly residency: readonly string[];
  readonly grid: Duration;
  /** Its capacity is traded in whole multiples of this. */
  readonly lotSize: Quantity;
  readonly nameplate: StepFunction;
  readonly profile: ServingProfile;
  /** 1 at registration, one more with each change. */
  readonly profileVersion: number;
  readonly serviceLevel: ServiceLevel;
  readonly endpoint: Endpoint;
  readonly terms: PoolTerms;
  /** How many events the pool has had: which of two descriptions of it is newer. */
  readonly revision: number;
}

/** A pool before it is registered. */
export type PoolDraft = Omit<Pool, 'profileVersion' | 'revision'>;

/** What buyers may insist on. Declared by the provider, and fixed when the pool was registered. */
export interface PoolAttributes {
  readonly platform: PlatformSlug;
  readonly region: string;
  /** ISO 3166-1 alpha-2 codes of the countries that prompts stay in; empty: no promise. */
  readonly residency: readonly string[];
  readonly serviceLevel: ServiceLevel;
}

/** What the market must know of a pool; providers own the rest. */
export interface PoolFacts {
  /** Of two descriptions of a pool the one with the higher revision is the newer. */
  readonly revision: number;
  readonly poolId: PoolId;
  readonly marketId: MarketId;
  readonly providerId: OrganizationId;
  readonly grid: Duration;
  /** Its capacity is traded in whole multiples of this; like the grid it never changes. */
  readonly lotSize: Quantity;
  readonly attributes: PoolAttributes;
  readonly nameplate: StepFunction;
  readonly terms: SaleTerms;
  /** No buyer holds more than this share of the nameplate at any instant; null: no limit. */
  readonly buyerShareMax: BasisPoints | null;
  /** What is kept for small buyers; null: nothing is. */
  readonly setAside: SetAside | null;
}

export function factsOf(pool: Pool): PoolFacts {
  const { revision, poolId, marketId, providerId, grid, lotSize, nameplate } = pool;
  const { profile, profileVersion, platform, region, residency, serviceLevel } = pool;
  const attributes = { platform, region, residency, serviceLevel };
  const { resale, cancellation, curtailment, overagePrice, buyerShareMax, setAside, credits } = pool.terms;
  const usage = { profileVersion, weights: profile.weights, overagePrice };
  const { contextLength } = profile;
  const promise = { objectives: serviceLevel, contextLength, credits };
  const terms = { resale, cancellation, curtailment, serviceLevel: promise, usage };
  const names = { revision, poolId, marketId, providerId };
  return { ...names, grid, lotSize, attributes, nameplate, terms, buyerShareMax, setAside };
}
