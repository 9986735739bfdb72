import type { Quantity } from '../../src/kernel/quantity.js';
import type { UsageHistory } from '../../src/metering/contract.js';
import type { SeededRandom } from './random.js';

/** What was used, by dice: another answer each time, as more is used meanwhile. */
export class Meters implements UsageHistory {
  constructor(private readonly random: SeededRandom) {}

  peakSince(): Promise<Quantity> {
    const most = this.random.weighted([[3, 0], [4, 30], [2, 200], [1, 2_000]]);
    return Promise.resolve(BigInt(this.random.integer(0, most)) as Quantity);
  }
}
