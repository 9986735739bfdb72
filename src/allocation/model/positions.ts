import type { OrganizationId, PoolId } from '../../kernel/ids.js';
import { SmallMap } from '../../kernel/small-map.js';
import { addOver, ZERO, type StepFunction } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import type { MarketState, PoolState } from './market.state.js';
import { poolOf } from './titles.js';

/** Title and pending holds of everybody but the provider, in one pool. */
export interface Positions {
  of(holderId: OrganizationId): StepFunction;
  all(): Iterable<readonly [holderId: OrganizationId, position: StepFunction]>;
}

export function positionsIn({ positions }: Pick<PoolState, 'positions'>): Positions {
  return { of: (holderId) => positions.get(holderId) ?? ZERO, all: () => positions };
}

/** Positions, with what events of the same decision have made of them. */
export class PositionDraft {
  private readonly changed = new SmallMap<PoolId, Map<OrganizationId, StepFunction>>();

  constructor(private readonly state: MarketState) {}

  of(poolId: PoolId, holderId: OrganizationId): StepFunction {
    const known = this.changed.get(poolId)?.get(holderId);
    return known ?? poolOf(this.state, poolId).positions.get(holderId) ?? ZERO;
  }

  set(poolId: PoolId, holderId: OrganizationId, position: StepFunction): void {
    const known = this.changed.get(poolId);
    if (known === undefined) this.changed.set(poolId, new Map([[holderId, position]]));
    else known.set(holderId, position);
  }

  in(poolId: PoolId): Positions {
    return { of: (holderId) => this.of(poolId, holderId), all: () => this.all(poolId) };
  }

  private *all(poolId: PoolId): Generator<readonly [OrganizationId, StepFunction]> {
    const before = poolOf(this.state, poolId).positions;
    const changed = this.changed.get(poolId);
    for (const [holderId, position] of before) {
      yield [holderId, changed?.get(holderId) ?? position];
    }
    for (const [holderId, position] of changed ?? []) {
      if (!before.has(holderId)) yield [holderId, position];
    }
  }
}

/** The same once buyers have been given something throughout a window. */
export function withGiven(
  positions: Positions,
  given: ReadonlyMap<OrganizationId, bigint>,
  window: Window,
): Positions {
  if (given.size === 0) return positions;
  const after = (holderId: OrganizationId): StepFunction =>
    addOver(positions.of(holderId), window, given.get(holderId) ?? 0n);
  return {
    of: after,
    *all() {
      const known = new Set<OrganizationId>();
      for (const [holderId] of positions.all()) {
        known.add(holderId);
        yield [holderId, after(holderId)];
      }
      for (const holderId of given.keys()) {
        if (!known.has(holderId)) yield [holderId, after(holderId)];
      }
    },
  };
}
