import { Inject } from '@nestjs/common';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { LRUCache } from 'lru-cache';
import { ListingType } from '../../allocation/contract.js';
import type { PoolId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { ServiceLevels, type PoolEvidence } from '../projection/service-level.queries.js';
import { PoolEvidenceType } from './evidence.types.js';
import { showEvidence } from './service-level.presentation.js';

/** A page of listings asks for the same few pools again and again, and so does everybody. */
const REMEMBERED = { max: 10_000, ttl: 5_000 } as const;

/** What a listing carries of its pool. */
@Resolver(() => ListingType)
export class ListingEvidenceResolver {
  private readonly found = new LRUCache<PoolId, Promise<PoolEvidence | null>>(REMEMBERED);

  constructor(
    private readonly levels: ServiceLevels,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @ResolveField(() => PoolEvidenceType, {
    name: 'evidence',
    nullable: true,
    description:
      'What our gateway measured lately of the pool it is part of, at most five seconds old: time to first token and stream speed, at which concurrency and prompt length, of how many requests, how long ago. Null while that is nothing: then the pool is L1, declared.',
  })
  async evidence(@Parent() { poolId }: ListingType): Promise<PoolEvidenceType | null> {
    const evidence = await this.of(poolId as PoolId);
    return evidence === null ? null : showEvidence(evidence);
  }

  private of(poolId: PoolId): Promise<PoolEvidence | null> {
    const known = this.found.get(poolId);
    if (known !== undefined) return known;
    const asked = this.levels.ofPool(poolId, this.clock.now());
    this.found.set(poolId, asked);
    // What failed is asked again by the next one.
    asked.catch(() => this.found.delete(poolId));
    return asked;
  }
}
