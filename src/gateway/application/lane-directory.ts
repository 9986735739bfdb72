import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Holdings, type Holding } from '../../allocation/contract.js';
import type { OrganizationId, PoolId } from '../../kernel/ids.js';
import { ServingDirectory, type Serving } from '../../providers/contract.js';
import type { Lane } from '../model/lane.js';
import { vendorOf } from '../model/vendor.lanes.js';

/** Whatever is missed of the log, nothing is believed for longer, in milliseconds. */
const BELIEVED_MS = 5_000;
const ORGANIZATIONS_MAX = 10_000;
const POOLS_MAX = 10_000;

/**
 * Which lanes organizations have, in memory. Read again after the log says that anything changed: as stale
 * as the read model and a quarter of a second, five seconds at the most.
 */
@Injectable()
export class LaneDirectory implements OnModuleDestroy {
  private readonly held = new LRUCache<OrganizationId, Promise<readonly Lane[]>>({
    max: ORGANIZATIONS_MAX,
    ttl: BELIEVED_MS,
  });
  private readonly servings = new LRUCache<PoolId, Promise<Serving | null>>({
    max: POOLS_MAX,
    ttl: BELIEVED_MS,
  });
  private following: Promise<readonly (() => Promise<void>)[]> | null = null;

  constructor(
    private readonly holdings: Holdings,
    private readonly directory: ServingDirectory,
  ) {}

  /** Everything the organization holds or will hold, and that can be reached. */
  async lanesOf(organizationId: OrganizationId): Promise<readonly Lane[]> {
    await this.follow();
    const known = this.held.get(organizationId);
    if (known !== undefined) return known;
    const found = this.read(organizationId);
    this.held.set(organizationId, found);
    found.catch(() => this.held.delete(organizationId));
    return found;
  }

  /** The same, read now. */
  async newestOf(organizationId: OrganizationId): Promise<readonly Lane[]> {
    this.held.delete(organizationId);
    return this.lanesOf(organizationId);
  }

  /** A credential was refused: it may have been replaced. */
  forget(poolId: PoolId): void {
    this.servings.delete(poolId);
    this.held.clear();
  }

  async onModuleDestroy(): Promise<void> {
    const stops = await (this.following ?? Promise.resolve([]));
    await Promise.all(stops.map((stop) => stop()));
  }

  /** From the first request on: a process that serves none follows nothing. */
  private async follow(): Promise<void> {
    this.following ??= Promise.all([
      this.holdings.follow(() => this.held.clear()),
      this.directory.follow((poolId) => this.forget(poolId)),
    ]);
    try {
      await this.following;
    } catch (error) {
      this.following = null;
      throw error;
    }
  }

  private async read(organizationId: OrganizationId): Promise<readonly Lane[]> {
    const holdings = await this.holdings.heldBy(organizationId);
    const lanes = await Promise.all(
      holdings.map(async (holding) => {
        const serving = await this.servingOf(holding.poolId);
        return serving === null ? [] : [laneOf(holding, serving)];
      }),
    );
    return lanes.flat();
  }

  private servingOf(poolId: PoolId): Promise<Serving | null> {
    const known = this.servings.get(poolId);
    if (known !== undefined) return known;
    const found = this.directory.find(poolId);
    this.servings.set(poolId, found);
    // One that cannot be reached yet is looked for again.
    found.then(
      (serving) => serving ?? this.servings.delete(poolId),
      () => this.servings.delete(poolId),
    );
    return found;
  }
}

function laneOf(holding: Holding, serving: Serving): Lane {
  const { url, credential, contextLength, ttftP95, tokensPerSecondMin } = serving;
  const { reservationId, marketId, poolId, quantity, unitPrice, usage } = holding;
  return {
    ...{ reservationId, marketId, poolId, quantity, unitPrice, weights: usage.weights },
    ...{ ttftPromisedMs: ttftP95, tpotPromisedMs: 1_000 / tokensPerSecondMin },
    ...{ contextLength, vendor: vendorOf(serving), endpoint: { url, credential } },
  };
}
