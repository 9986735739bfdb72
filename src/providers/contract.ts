import type { PoolId } from '../kernel/ids.js';
import type { Duration } from '../kernel/time.js';
import type { Window } from '../kernel/window.js';
import type { PoolFacts } from './model/pool.js';
import type { PlatformSlug, Tier } from './model/platform.js';

export { factsOf } from './model/pool.js';
export type { PoolAttributes, PoolFacts } from './model/pool.js';
export type { PlatformSlug } from './model/platform.js';
export { PLATFORMS } from './model/catalogue/catalogue.js';
export {
  cancellationFeeOf,
  CURTAILMENT_CAUSES,
  NO_CURTAILMENT_TERMS,
} from './model/pool.terms.js';
export type {
  CancellationSchedule,
  CancellationStep,
  CurtailmentCause,
  CurtailmentTerms,
  ResaleTerms,
  SaleTerms,
  SetAside,
  TokenWeights,
  UsageTerms,
} from './model/pool.terms.js';
export type {
  CreditStep,
  CreditTerms,
  ServiceLevel,
  ServiceLevelTerms,
} from './model/service-level.terms.js';
export {
  lotSizeSchema,
  poolAttributesSchema,
  poolCodec,
  saleTermsSchema,
  serviceLevelTermsSchema,
  setAsideSchema,
} from './application/pool.codec.js';
export type { PoolEvent } from './model/pool.events.js';

/** Somebody who must know of a pool before its provider is answered. */
export type PoolListener = (facts: PoolFacts) => Promise<void>;

/** What other domains may ask about pools. */
export abstract class PoolDirectory {
  /** What the market must know of a pool, as of its newest version; null when there is none. */
  abstract facts(poolId: PoolId): Promise<PoolFacts | null>;
  /** Version of the serving profile throughout a window; null when it changed in it, or is not known. */
  abstract profileVersionOver(poolId: PoolId, window: Window): Promise<number | null>;
  /** Key of the `OpenPool` that carries these facts to the market: the same for all who send it. */
  abstract openingKey(facts: PoolFacts): string;
  /**
   * Tells of every pool that is registered or changed, before the request is answered that did it: whoever was answered
   * finds it everywhere. What throws leaves the request without an answer, and its key tells again.
   */
  abstract tellFirst(listener: PoolListener): void;
}

/** How a pool is reached and what it serves at once. Holds a secret: never logged, never told. */
export interface Serving {
  readonly url: string;
  /** Sent to this URL and nowhere else; null where the endpoint asks for none. */
  readonly credential: string | null;
  readonly contextLength: number;
  readonly tier: Tier;
  readonly platform: PlatformSlug;
  /** Software that runs the model, as its provider wrote it. */
  readonly runtime: string;
  /** Promised time to first token, 95th percentile. */
  readonly ttftP95: Duration;
  /** Promised speed of a stream, at least 1. */
  readonly tokensPerSecondMin: number;
}

/** How pools are reached. */
export abstract class ServingDirectory {
  /** As of the pool's newest version; null when there is none, or its credential is not there yet. */
  abstract find(poolId: PoolId): Promise<Serving | null>;
  /** Tells when a pool's endpoint or serving profile changed. */
  abstract follow(changed: (poolId: PoolId) => void): Promise<() => Promise<void>>;
}

export { checkEndpointUrl } from './model/endpoint.rules.js';

/** The GraphQL type, for those downstream that add a field to it. */
export { PlatformType } from './api/platform.types.js';
