import type { OrganizationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { Endpoint, PoolDraft, PoolTerms, ServingProfile } from './pool.js';

interface ByProvider {
  readonly providerId: OrganizationId;
  readonly now: Instant;
}

export interface RegisterPool {
  readonly type: 'RegisterPool';
  readonly pool: PoolDraft;
  readonly now: Instant;
}

export interface ExtendNameplate extends ByProvider {
  readonly type: 'ExtendNameplate';
  readonly added: StepFunction;
}

export interface ChangeServingProfile extends ByProvider {
  readonly type: 'ChangeServingProfile';
  readonly profile: ServingProfile;
}

export interface ChangeTerms extends ByProvider {
  readonly type: 'ChangeTerms';
  readonly terms: PoolTerms;
}

export interface ChangeEndpoint extends ByProvider {
  readonly type: 'ChangeEndpoint';
  readonly endpoint: Endpoint;
}

export type PoolCommand =
  | RegisterPool
  | ExtendNameplate
  | ChangeServingProfile
  | ChangeTerms
  | ChangeEndpoint;

/** Why a pool refuses, in the order in which reasons are looked for. */
export type PoolRejection =
  | { readonly code: 'POOL_NOT_FOUND' }
  | { readonly code: 'POOL_EXISTS' }
  | { readonly code: 'VALIDATION_FAILED'; readonly issues: readonly Issue[] };
