import { Simulation, type Failed } from '../simulation.js';
import { AUCTION_MUTANTS } from './auction.mutants.js';
import { BID_MUTANTS } from './bid.mutants.js';
import { EVIDENCE_MUTANTS } from './evidence.mutants.js';
import { EXTENSION_MUTANTS } from './extension.mutants.js';
import { HOLDER_MUTANTS } from './holder.mutants.js';
import { HOLDING_MUTANTS } from './holding.mutants.js';
import { LOSS_MUTANTS } from './loss.mutants.js';
import type { Mutant } from './mutant.js';
import { ORDER_MUTANTS } from './order.mutants.js';
import { PACKAGE_MUTANTS } from './package.mutants.js';
import { QUOTE_MUTANTS } from './quote.mutants.js';
import { READER_MUTANTS } from './reader.mutants.js';
import { REBOOKING_MUTANTS } from './rebooking.mutants.js';
import { REFUSAL_MUTANTS } from './refusal.mutants.js';
import { ROOM_MUTANTS } from './room.mutants.js';
import { SALE_MUTANTS } from './sale.mutants.js';
import { STORAGE_MUTANTS } from './storage.mutants.js';

/** Every bug that is planted: a new rule brings its own. */
export const MUTANTS: readonly Mutant[] = [
  ...HOLDING_MUTANTS,
  ...ROOM_MUTANTS,
  ...REFUSAL_MUTANTS,
  ...PACKAGE_MUTANTS,
  ...EXTENSION_MUTANTS,
  ...QUOTE_MUTANTS,
  ...ORDER_MUTANTS,
  ...SALE_MUTANTS,
  ...BID_MUTANTS,
  ...EVIDENCE_MUTANTS,
  ...AUCTION_MUTANTS,
  ...LOSS_MUTANTS,
  ...REBOOKING_MUTANTS,
  ...HOLDER_MUTANTS,
  ...READER_MUTANTS,
  ...STORAGE_MUTANTS,
];

const MARKET_STEPS = 300;

export interface Hunt {
  /** Taken in all markets together. */
  readonly steps: number;
  readonly seed: number;
  /** Null: no market was seen to be wrong in this way. */
  readonly failed: Failed | null;
}

/**
 * Runs one market after the other, from the mutant's seed and those that follow, until one fails as it should or the steps are
 * used up. One that fails otherwise counts, and says nothing.
 */
export async function hunt(
  { plant, found, seed: first = 1, marketSteps = MARKET_STEPS }: Mutant,
  stepsMax: number,
): Promise<Hunt> {
  let taken = 0;
  let seed = first - 1;
  while (taken < stepsMax) {
    seed += 1;
    const steps = Math.min(marketSteps, stepsMax - taken);
    const result = await new Simulation({ seed, steps, plant }).run();
    taken += result.ok ? steps : result.step;
    if (!result.ok && found.test(result.error.message)) return { steps: taken, seed, failed: result };
  }
  return { steps: taken, seed, failed: null };
}
