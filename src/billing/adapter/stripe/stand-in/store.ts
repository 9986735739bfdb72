import type { Collection, Collections } from './collections.js';

export type Change = {
  [C in Collection]: {
    readonly collection: C;
    readonly id: string;
    /** Null removes it. */
    readonly value: Collections[C] | null;
  };
}[Collection];

/** What the stand-in keeps its objects in. Reads see every commit that has resolved. */
export interface StandInStore {
  get<C extends Collection>(collection: C, id: string): Collections[C] | undefined;
  /** Oldest first. */
  list<C extends Collection>(collection: C): readonly Collections[C][];
  /** All or nothing; durable, as far as the store is, once resolved. */
  commit(changes: readonly Change[]): Promise<void>;
}

/** The index in memory that both stores read from. */
export class StandInIndex {
  private readonly collections = new Map<Collection, Map<string, Change['value']>>();

  get<C extends Collection>(collection: C, id: string): Collections[C] | undefined {
    return this.valuesOf(collection).get(id);
  }

  list<C extends Collection>(collection: C): readonly Collections[C][] {
    return [...this.valuesOf(collection).values()];
  }

  apply(changes: readonly Change[]): void {
    for (const { collection, id, value } of changes) {
      const values = this.valuesOf(collection) as Map<string, Change['value']>;
      if (value === null) values.delete(id);
      else values.set(id, value);
    }
  }

  /** Everything, as the changes that would make it. */
  snapshot(): Change[] {
    return [...this.collections].flatMap(([collection, values]) =>
      [...values].map(([id, value]) => ({ collection, id, value }) as Change),
    );
  }

  private valuesOf<C extends Collection>(collection: C): Map<string, Collections[C]> {
    const known = this.collections.get(collection);
    if (known !== undefined) return known as Map<string, Collections[C]>;
    const values = new Map<string, Collections[C]>();
    this.collections.set(collection, values);
    return values;
  }
}

/** For tests: gone with the process. */
export class MemoryStandInStore implements StandInStore {
  private readonly index = new StandInIndex();

  get<C extends Collection>(collection: C, id: string): Collections[C] | undefined {
    return this.index.get(collection, id);
  }

  list<C extends Collection>(collection: C): readonly Collections[C][] {
    return this.index.list(collection);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    this.index.apply(structuredClone(changes));
  }
}
