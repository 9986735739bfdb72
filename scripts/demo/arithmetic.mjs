// Arithmetic of the demo's own, by the published rules (docs/MARKET.md): nothing here asks the exchange,
// so that what it says can be compared.
export const HOUR = 3_600_000;
const WHOLE = 10_000n;

/** The rounding of the books: half to even. */
export function divideHalfEven(dividend, divisor) {
  const [quotient, twice] = [dividend / divisor, (dividend % divisor) * 2n];
  return quotient + (twice > divisor || (twice === divisor && quotient % 2n === 1n) ? 1n : 0n);
}

/** @param basisPoints of 10,000 */
export const shareOf = (amount, basisPoints) => divideHalfEven(amount * basisPoints, WHOLE);

/** Micro-USD of some tokens/s for some hours. */
export const costOf = (quantity, hours, unitPrice) => quantity * hours * unitPrice;

/** Micro-USD for a million tokens at full use, of a price per token/s and hour. */
export const perMillion = (unitPrice) => divideHalfEven(unitPrice * 1_000_000n, 3_600n);

/** Who gets what of a delivered amount. The royalty is its share of what the fee leaves. */
export function partsOf(amount, { fee: feeShare, royalty: royaltyShare }) {
  const fee = shareOf(amount, feeShare);
  const royalty = divideHalfEven((amount - fee) * royaltyShare, WHOLE - feeShare);
  return { fee, royalty, seller: amount - fee - royalty };
}

/** Higher limits first, and of equal ones the earlier: a sort keeps the order of equals. */
const byPriority = (bids) =>
  [...bids].sort((a, b) => (a.limit === b.limit ? 0 : a.limit > b.limit ? -1 : 1));

/** What each bid gets of some supply, in its turn. */
export function giveOut(bids, supply) {
  let left = supply;
  return byPriority(bids).map((bid) => {
    const got = bid.quantity < left ? bid.quantity : left;
    left -= got;
    return { ...bid, got };
  });
}

/** Everybody pays the highest limit that was refused for want of capacity, or the reserve price. */
export function clearingPriceOf(given, reservePrice) {
  const refused = given.filter(({ got, quantity }) => got < quantity).map(({ limit }) => limit);
  return refused.reduce((highest, limit) => (limit > highest ? limit : highest), reservePrice);
}

/** What a holder loses of a loss that all titles share; the story's numbers leave no remainder. */
export function proRata(loss, title, allTitles) {
  if ((loss * title) % allTitles !== 0n) throw new Error('the story wants losses without remainder');
  return (loss * title) / allTitles;
}
