import type { Segment } from '../../kernel/step-function.js';
import type { PoolId } from '../../kernel/ids.js';
import type { Endpoint, Pool, PoolTerms, ServingProfile } from './pool.js';

/** A pool as it was registered, with version 1 of its serving profile. */
export interface PoolRegistered extends Omit<Pool, 'nameplate' | 'profileVersion' | 'revision'> {
  readonly type: 'PoolRegistered';
  readonly nameplate: readonly Segment[];
}

/** More capacity. Capacity that was promised is never taken back here. */
export interface NameplateExtended {
  readonly type: 'NameplateExtended';
  readonly poolId: PoolId;
  readonly added: readonly Segment[];
  /** The whole after it: a read model cannot add. */
  readonly nameplate: readonly Segment[];
}

/** Measured evidence belongs to the version before. */
export interface ServingProfileChanged {
  readonly type: 'ServingProfileChanged';
  readonly poolId: PoolId;
  readonly profileVersion: number;
  readonly profile: ServingProfile;
}

/** For what is sold from now on. */
export interface TermsChanged {
  readonly type: 'TermsChanged';
  readonly poolId: PoolId;
  readonly terms: PoolTerms;
}

export interface EndpointChanged {
  readonly type: 'EndpointChanged';
  readonly poolId: PoolId;
  readonly endpoint: Endpoint;
}

export type PoolEvent =
  | PoolRegistered
  | NameplateExtended
  | ServingProfileChanged
  | TermsChanged
  | EndpointChanged;
