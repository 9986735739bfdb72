import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { MarketState } from '../../src/allocation/model/market.state.js';
import type { MarketDefinition } from './market-process.js';
import type { SimulationOptions } from './simulation.js';

/** Ways to be wrong that the simulation must see: it is worth what it catches. */
export interface PlantedFault {
  readonly name: string;
  readonly plant: Pick<SimulationOptions, 'definition' | 'wrap'>;
  /** What is said of it. */
  readonly found: RegExp;
}

export type MarketDecider = MarketDefinition['decider'];
export type Decision = ReturnType<MarketDecider['decide']>;

export const { decide, evolve } = marketDefinition.decider;

/** The product, with other decisions. */
export function deciding(
  changed: (command: MarketCommand, state: MarketState) => Decision,
): PlantedFault['plant'] {
  const decider: MarketDecider = { ...marketDefinition.decider, decide: changed };
  return { definition: { ...marketDefinition, decider } };
}
