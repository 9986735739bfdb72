import { UNCONSTRAINED, type OrderConstraints } from '../../src/allocation/model/order.state.js';
import type { Duration } from '../../src/kernel/time.js';
import type { SeededRandom } from './random.js';

type Choice = (random: SeededRandom) => Partial<OrderConstraints>;

/** What some pools promise and others do not (`cast.ts`), what all promise, and what none does; often just enough. */
const CHOICES: readonly Choice[] = [
  (random) => ({ platforms: random.pick([['cerebras-wse-3'], ['groq-lpu'], ['groq-lpu', 'cerebras-wse-3'], ['tpu-v7']]) }),
  (random) => ({ regions: random.pick([['us-west'], ['eu-central'], ['eu-central', 'ap-south']]) }),
  (random) => ({ residency: random.pick([['US'], ['DE', 'FR'], ['DE'], ['US', 'DE', 'FR']]) }),
  (random) => ({ ttftP95Max: random.pick([249, 250, 400, 899, 900]) as Duration }),
  (random) => ({ streamTokensPerSecondMin: random.pick([300, 301, 1_000, 2_000, 2_001]) }),
];

/** Mostly nothing; else one thing, or two. */
export function insisting(random: SeededRandom): OrderConstraints {
  const count = random.weighted([[5, 0], [4, 1], [1, 2]]);
  const chosen = random.shuffled(CHOICES).slice(0, count).map((choice) => choice(random));
  return Object.assign({}, UNCONSTRAINED, ...chosen) as OrderConstraints;
}
