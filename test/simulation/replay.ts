import { createHash } from 'node:crypto';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import type { AnyDefinition } from '../../src/eventstore/definition-registry.js';
import { streamId, type StreamId } from '../../src/eventstore/event.js';
import type { EventStore } from '../../src/eventstore/event-store.js';
import { verifyStream } from '../../src/eventstore/verify-stream.js';
import type { MarketState } from '../../src/allocation/model/market.state.js';
import type { MarketId } from '../../src/kernel/ids.js';
import { Violation } from './violation.js';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a process had in memory. */
export interface Seen {
  readonly text: string;
  /** Differs where the text surely differs, and costs nothing to compare. */
  readonly mark: string;
}

/** A look at a process: what it saw is the state at one of some versions, both ends included. */
interface Look {
  readonly first: number;
  /** Null while it is under way. */
  outcome: { readonly last: number; readonly seen: Seen } | null;
}

export function markOf(state: MarketState): string {
  const { pools, listings, reservations, orders, losses, sealedBids, nextSequence } = state;
  const sizes = [pools, listings, reservations, orders, losses, sealedBids].map(({ size }) => size);
  return [nextSequence, ...sizes].join(' ');
}

/**
 * One market folded from its first event by the product's rules, without a snapshot, a batch or a
 * crash on the way: what every process must have in memory at the same version (I5). It waits at the
 * version where a look began until that look is over.
 */
export class Replay {
  private readonly stream: StreamId;
  private state = marketDefinition.decider.initialState();
  private version = 0;
  /** Of the state at this version; null until somebody asks. */
  private text: string | null = null;
  private readonly looks = new Set<Look>();

  constructor(
    private readonly store: EventStore,
    private readonly marketId: MarketId,
  ) {
    this.stream = streamId('market', marketId);
  }

  /**
   * What is seen must be what the log folds to at some version, not older than the newest one when
   * the look began. True when anything was seen.
   *
   * @throws Violation once that is known to be untrue of a look, perhaps an earlier one
   */
  async check(see: () => Promise<Seen | null>): Promise<boolean> {
    const look: Look = { first: await this.newest(), outcome: null };
    this.looks.add(look);
    const seen = await see();
    if (seen === null) this.looks.delete(look);
    else look.outcome = { last: await this.newest(), seen };
    await this.catchUp();
    return seen !== null;
  }

  /**
   * Checks the stream as `npm run verify` does: versions, hash chain, fold, newest snapshot, audit
   * of the state. Answers with one line that says where it ends and what it folds to.
   *
   * @throws VerificationError
   */
  async verifiedLine(): Promise<string> {
    const { store, stream } = this;
    await verifyStream(store, marketDefinition as unknown as AnyDefinition, stream);
    await this.catchUp();
    const { version, hash } = await store.readHead(stream);
    const state = hashOf(marketDefinition.snapshot.encode(this.state));
    return `${stream} ${version} ${hash.toString('hex')} ${state}\n`;
  }

  /** @throws InvariantError when the product's own audit finds a lie in the folded state */
  async audit(): Promise<void> {
    await this.catchUp();
    marketDefinition.audit(this.state);
  }

  private async newest(): Promise<number> {
    return (await this.store.readHead(this.stream)).version;
  }

  /** Up to where the oldest look began that is under way. */
  private async catchUp(): Promise<void> {
    const { decider, codec } = marketDefinition;
    const tail = await this.store.readStream(this.stream, this.version, Number.MAX_SAFE_INTEGER);
    const open = [...this.looks].filter(({ outcome }) => outcome === null);
    const until = Math.min(...open.map(({ first }) => first), tail.at(-1)?.version ?? this.version);
    this.compare();
    for (const recorded of tail) {
      // Another look may have brought this up to date meanwhile.
      if (recorded.version <= this.version) continue;
      if (recorded.version > until) return;
      this.state = decider.evolve(this.state, codec.decode(recorded));
      this.version = recorded.version;
      this.text = null;
      this.compare();
    }
  }

  /** Strikes off every look that saw this version; one that did must have come by now. */
  private compare(): void {
    for (const look of this.looks) {
      const { first, outcome } = look;
      if (outcome === null || first > this.version) continue;
      const { last, seen } = outcome;
      if (this.isNow(seen)) this.looks.delete(look);
      else if (last <= this.version) throw this.violation(first, last);
    }
  }

  private violation(first: number, last: number): Violation {
    const versions = `at no version from ${first} to ${last}`;
    return new Violation(`I5: ${this.marketId} in memory is not what its log folds to, ${versions}`);
  }

  private isNow({ mark, text }: Seen): boolean {
    if (mark !== markOf(this.state)) return false;
    this.text ??= marketDefinition.snapshot.encode(this.state);
    return text === this.text;
  }
}
