import { marketDefinition } from '../../../src/allocation/application/market.definition.js';
import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import type { AppendOutcome, AppendRequest, EventStore } from '../../../src/eventstore/event-store.js';
import type { MarketDefinition } from '../market-process.js';
import type { Plant } from '../stage.js';

/**
 * A way for the product to be wrong that the simulation must see. It is planted from outside: the
 * product has no switch for it, and runs on another definition or in front of a store that lies.
 */
export interface Mutant {
  readonly name: string;
  /** What of the product is broken, in one line. */
  readonly breaks: string;
  /** Which promise: an invariant, or a rule of the market by its name. */
  readonly promise: string;
  /** Anew for each run: what counts, counts from the start. */
  readonly plant: () => Plant;
  /** What the auditor that should see it says. */
  readonly found: RegExp;
  /** It is found within so many steps, all markets together, from one seed to the next. */
  readonly within: number;
  /** The first of them, 1 when left out: what is rare is looked for where it happens early. */
  readonly seed?: number;
  /** Steps of each market: rare faults need markets that have lived for a while. */
  readonly marketSteps?: number;
}

export type MarketDecider = MarketDefinition['decider'];
export type Decision = ReturnType<MarketDecider['decide']>;

export const { decide, evolve } = marketDefinition.decider;

/** The product, with other decisions. */
export function deciding(
  changed: (command: MarketCommand, state: MarketState) => Decision,
): () => Plant {
  const decider: MarketDecider = { ...marketDefinition.decider, decide: changed };
  return () => ({ definition: { ...marketDefinition, decider } });
}

/** The product, with other outcomes of the same decisions. */
export function eventsOf(
  changed: (event: MarketEvent, state: MarketState) => MarketEvent | null,
): () => Plant {
  return deciding((command, state) => {
    const decision = decide(command, state);
    if (!decision.accepted) return decision;
    const events = decision.events.flatMap((event) => changed(event, state) ?? []);
    return { ...decision, events };
  });
}

/** The product, with another memory. */
export function evolving(changed: MarketDecider['evolve']): () => Plant {
  const decider = { ...marketDefinition.decider, evolve: changed };
  return () => ({ definition: { ...marketDefinition, decider } });
}

type Append = (request: AppendRequest) => Promise<AppendOutcome>;

/** A store that does something else than append, whichever way it is asked to. */
export function appending(
  make: () => (request: AppendRequest, append: Append) => Promise<AppendOutcome>,
): () => Plant {
  return () => {
    const changed = make();
    const wrap = (store: EventStore): EventStore => {
      const liar = Object.create(store) as EventStore;
      liar.append = (request) => changed(request, (one) => store.append(one));
      liar.openAppender = async () => ({ append: liar.append, release: () => undefined });
      liar.withLockedStream = (stream, work) =>
        store.withLockedStream(stream, (locked) =>
          work({ ...locked, append: (request) => changed(request, (one) => locked.append(one)) }),
        );
      return liar;
    };
    return { wrap };
  };
}
