import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { MarketRejection } from '../../src/allocation/model/market.rejections.js';
import type { Decision } from '../../src/kernel/decider.js';

/** How often each kind of command led to something, and was refused. */
export class CommandTally {
  private readonly counts = new Map<string, number>();

  note({ type }: MarketCommand, decision: Decision<MarketEvent, MarketRejection>): void {
    if (decision.accepted && decision.events.length === 0) return;
    this.saw(`${type} ${decision.accepted ? 'accepted' : 'refused'}`);
  }

  saw(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  all(): readonly string[] {
    return [...this.counts].map(([what, count]) => `${what} ${count}`).sort();
  }
}
