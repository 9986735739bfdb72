import type { OrganizationId, PoolId } from '../../kernel/ids.js';
import { SmallMap } from '../../kernel/small-map.js';
import { ZERO, type StepFunction } from '../../kernel/step-function.js';
import type { Counts, Shared } from './counting.js';

/** What counts for everybody but the provider, in one pool. */
export interface Positions {
  of(holderId: OrganizationId): StepFunction;
  all(): Iterable<readonly [holderId: OrganizationId, position: StepFunction]>;
  /** What of these positions is the same capacity. */
  shared(): Iterable<Shared>;
}

interface Known<Key, Value> {
  get(key: Key): Value | undefined;
  entries(): Iterable<readonly [Key, Value]>;
}

interface KnownCounts {
  readonly positions: Known<OrganizationId, StepFunction>;
  readonly shared: Known<string, Shared>;
}

export function positionsIn({ positions, shared }: KnownCounts): Positions {
  return {
    of: (holderId) => positions.get(holderId) ?? ZERO,
    all: () => positions.entries(),
    *shared() {
      for (const [, one] of shared.entries()) yield one;
    },
  };
}

/** Entries, and what has become of some of them; those below stay as they are. */
class Overlay<Key, Value> {
  private readonly changed = new Map<Key, Value | null>();

  constructor(private readonly below: Known<Key, Value>) {}

  get(key: Key): Value | undefined {
    const known = this.changed.get(key);
    return known === undefined ? this.below.get(key) : (known ?? undefined);
  }

  set(key: Key, value: Value): void {
    this.changed.set(key, value);
  }

  delete(key: Key): void {
    this.changed.set(key, null);
  }

  *entries(): Generator<readonly [Key, Value]> {
    for (const entry of this.below.entries()) {
      if (!this.changed.has(entry[0])) yield entry;
    }
    for (const [key, value] of this.changed) {
      if (value !== null) yield [key, value];
    }
  }
}

/** What counts for whom, with what events of the same decision have made of it. */
export class CountDraft {
  private readonly changed = new SmallMap<PoolId, KnownCounts & Counts>();

  constructor(private readonly below: (poolId: PoolId) => KnownCounts) {}

  in(poolId: PoolId): KnownCounts {
    return this.changed.get(poolId) ?? this.below(poolId);
  }

  changing(poolId: PoolId): Counts {
    const known = this.changed.get(poolId);
    if (known !== undefined) return known;
    const { positions, shared } = this.below(poolId);
    const counts = { positions: new Overlay(positions), shared: new Overlay(shared) };
    this.changed.set(poolId, counts);
    return counts;
  }
}
