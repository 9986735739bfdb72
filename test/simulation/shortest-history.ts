import { kindOf, play, type History } from './history.js';
import type { Move } from './moves.js';
import { Shrinking, type ShrinkLimits } from './shrink.js';
import { Simulation, type Failed, type SimulationOptions } from './simulation.js';

const NOTHING = (): Record<string, never> => ({});

/**
 * A failing run once more, with every move written down, and then the fewest of them that still
 * break the same promise. The run is repeated so that runs that pass need not remember anything.
 */
export async function shortestHistory(
  { seed, plant = NOTHING }: Pick<SimulationOptions, 'seed' | 'plant'>,
  { step, error }: Failed,
  limits?: ShrinkLimits,
): Promise<History> {
  const moves: Move[] = [];
  const record = (move: Move): void => {
    moves.push(move);
  };
  await new Simulation({ seed, steps: step, plant, record }).run();
  const kind = kindOf(error);
  const whole = { seed, violation: error.message, moves };
  const shrinking = new Shrinking(
    whole,
    async (some) => {
      const { error: found, made } = await play(some, plant);
      return { error: found !== null && kindOf(found) === kind ? found : null, made };
    },
    limits,
  );
  const shortest = await shrinking.shortest();
  const { error: last } = await play(shortest, plant);
  return { seed, violation: (last ?? error).message, moves: shortest };
}
