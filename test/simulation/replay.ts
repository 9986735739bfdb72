import { createHash } from 'node:crypto';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import type { AnyDefinition } from '../../src/eventstore/definition-registry.js';
import { streamId, type StreamId } from '../../src/eventstore/event.js';
import type { EventStore } from '../../src/eventstore/event-store.js';
import { verifyStream } from '../../src/eventstore/verify-stream.js';
import type { MarketId } from '../../src/kernel/ids.js';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * One market folded from its first event by the product's rules, without a snapshot, a batch or a
 * crash on the way: what every process must have in memory at the same version (I5).
 */
export class Replay {
  private readonly stream: StreamId;
  private state = marketDefinition.decider.initialState();
  private version = 0;
  /** Looks under way, and hashes of every snapshot text that one of them may see. */
  private looking = 0;
  private readonly seeable = new Map<number, string>();

  constructor(
    private readonly store: EventStore,
    marketId: MarketId,
  ) {
    this.stream = streamId('market', marketId);
  }

  /**
   * True when what a look sees is what the log folds to at some version, not older than the newest
   * one when the look began; null when it saw nothing.
   */
  async isTrue(look: () => Promise<string | null>): Promise<boolean | null> {
    this.looking += 1;
    await this.catchUp();
    const first = this.version;
    this.seeable.set(first, this.hash());
    const text = await look();
    await this.catchUp();
    const seen = text === null ? null : hashOf(text);
    const isKnown = [...this.seeable].some(([version, hash]) => version >= first && hash === seen);
    this.looking -= 1;
    if (this.looking === 0) this.seeable.clear();
    return seen === null ? null : isKnown;
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
    return `${stream} ${version} ${hash.toString('hex')} ${this.hash()}\n`;
  }

  /** @throws InvariantError when the product's own audit finds a lie in the folded state */
  async audit(): Promise<void> {
    await this.catchUp();
    marketDefinition.audit(this.state);
  }

  private async catchUp(): Promise<void> {
    const { decider, codec } = marketDefinition;
    const tail = await this.store.readStream(this.stream, this.version, Number.MAX_SAFE_INTEGER);
    for (const recorded of tail) {
      // Another look may have brought this up to date meanwhile.
      if (recorded.version <= this.version) continue;
      this.state = decider.evolve(this.state, codec.decode(recorded));
      this.version = recorded.version;
      if (this.looking > 0) this.seeable.set(this.version, this.hash());
    }
  }

  private hash(): string {
    return hashOf(marketDefinition.snapshot.encode(this.state));
  }
}
