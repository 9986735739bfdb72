import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { MarketRejection } from '../../src/allocation/model/market.rejections.js';
import type { Decision } from '../../src/kernel/decider.js';

type Type = MarketCommand['type'];
type Least = readonly [accepted: number, refused: number];

/** How often each kind of command led to something, and was refused; and what else was met. */
export class CommandTally {
  private readonly counts = new Map<string, number>();

  note({ type }: MarketCommand, decision: Decision<MarketEvent, MarketRejection>): void {
    // What changes nothing is no example of anything.
    if (decision.accepted && decision.events.length === 0) return;
    this.saw(`${type} ${decision.accepted ? 'accepted' : 'refused'}`);
  }

  saw(what: string): void {
    this.counts.set(what, this.of(what) + 1);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** What was met less often than it should have been. */
  missing(least: Partial<Readonly<Record<Type, Least>>>): readonly string[] {
    return Object.entries(least).flatMap(([type, [accepted, refused]]) => [
      ...this.below(`${type} accepted`, accepted),
      ...this.below(`${type} refused`, refused),
    ]);
  }

  private below(what: string, least: number): readonly string[] {
    return this.of(what) < least ? [`${what}: ${this.of(what)} of ${least}`] : [];
  }
}
