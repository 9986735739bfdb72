import type { BasisPoints } from '../../src/kernel/money.js';
import { rectangle } from '../../src/kernel/step-function.js';
import { HOUR_MS } from '../../src/kernel/time.js';
import type { SeededRandom } from '../simulation/random.js';
import { hours, saleTerms, tokens } from './market.js';
import { OPENING } from './order-traffic.js';

/** Few hours: nearly all that is offered and wanted meets. Of a hundred commands so many come later than the one before. */
export const DENSE = { reach: { ahead: 3, length: 3, offered: 3, resold: 45, aimed: 40 }, later: 15 };
/** Hours of the day after, of which nearly all is resold, and may come back. */
export const RESOLD = { reach: { ahead: 2, length: 2, offered: 1, resold: 80, aimed: 85, from: 24, isKeen: true }, later: 3 };

/** The pools of order traffic, each under other rules over buyers in each book. */
export function ruledOpening(random: SeededRandom): readonly object[] {
  return OPENING.map((command) => {
    if (command.type !== 'OpenPool') return command;
    const { facts } = command;
    const lotSize = tokens(random.pick([1, 1, 1, 5, 20]));
    const buyerShareMax = random.pick([null, 500, 1_500]) as BasisPoints | null;
    const share = random.pick([5_000, 9_000]) as BasisPoints;
    const setAside = { share, smallBuyerMax: tokens(random.pick([20, 60])), releasedBefore: HOUR_MS };
    const terms = saleTerms({ priceCap: random.pick([null, 10_500]) as BasisPoints | null });
    const rules = { buyerShareMax, setAside: random.chance(40) ? setAside : null };
    return { ...command, facts: { ...facts, lotSize, terms, ...rules, nameplate: rectangle(hours(0, 240), 1_000n) } };
  });
}
