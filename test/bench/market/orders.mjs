// Seeded orders for every part of the bench: who offers what and who bids for what.
import { costUpTo } from '../../../dist/allocation/model/titles.js';
import { freshSeed } from '../../../dist/platform/ids/fresh-seed.js';
import { marketDecider } from '../../../dist/allocation/model/market.decide.js';

export const HOUR_MS = 3_600_000;
/** The first hour that is traded; commands come a day before. */
export const START = Date.UTC(2099, 11, 7);
export const NOW = START - 24 * HOUR_MS;
export const PROVIDER = 'org-provider';
export const BUYER = 'org-buyer';
const PLENTY = 10n ** 15n;
const HOURS_AHEAD = 400;

export function randomFrom(seed) {
  let state = seed;
  // Numerical Recipes' linear congruence: enough for a book.
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

export const hours = (from, to) => ({ start: START + from * HOUR_MS, end: START + to * HOUR_MS });

/** A pool that never runs out. */
export const openPool = (marketId = 'llama-3.3-70b@fp8') => ({
  type: 'OpenPool',
  now: NOW,
  facts: {
    ...{ poolId: 'pool-1', marketId, providerId: PROVIDER, grid: HOUR_MS, revision: 1, buyerShareMax: null },
    ...{ lotSize: 1n, setAside: null },
    nameplate: { starts: [START, START + HOURS_AHEAD * HOUR_MS], values: [PLENTY, 0n] },
    attributes: {
      ...{ platform: 'cerebras-wse-3', region: 'us-west', residency: ['US'] },
      serviceLevel: { ttftP95: 400, streamTokensPerSecondMin: 1_000, availability: 9_990 },
    },
    terms: {
      resale: { isTransferable: true, hopsMax: 2, priceCap: null, royalty: 500, holdingTimeMin: 0 },
      cancellation: [{ noticeMin: 0, fee: 0 }],
      usage: { profileVersion: 1, weights: { input: 1_000, cachedInput: 100, reasoning: 10_000 }, overagePrice: 900_000n },
    },
  },
});

const UNCONSTRAINED = {
  ...{ platforms: [], regions: [], residency: [], ttftP95Max: null, streamTokensPerSecondMin: null },
  ...{ evidenceMin: 'L1', providerShareMax: null },
};

export function bid({ id, window, price, size }) {
  const [quantity, limitPrice] = [BigInt(size), BigInt(price)];
  return {
    ...{ type: 'PlaceOrder', orderId: id, buyerId: BUYER, window, quantity, limitPrice, minimumFill: 1n },
    ...{ constraints: UNCONSTRAINED, timeInForce: { kind: 'GTC' }, reserved: costUpTo(limitPrice, quantity, window) },
  };
}

export function ask({ id, window, price, size }) {
  const offer = { window, quantity: BigInt(size), unitPrice: BigInt(price), isPostOnly: false };
  const source = { kind: 'pool' };
  return { type: 'CreateListing', listingId: id, poolId: 'pool-1', sellerId: PROVIDER, source, ...offer };
}

/**
 * Limit orders and cancellations, a tenth of them, as any order book would take them. `windows` is how many
 * hours are traded; 1 makes it a plain book.
 */
export function seededOrders({ count, windows, seed }) {
  const random = randomFrom(seed);
  const live = [];
  return Array.from({ length: count }, (_, index) => {
    const draw = random(100);
    if (draw < 10 && live.length > 0) {
      const [one] = live.splice(random(live.length), 1);
      return { kind: 'cancel', ...one };
    }
    const side = draw < 55 ? 'buy' : 'sell';
    const id = `${side[0]}${index}`;
    live.push({ side, id });
    if (live.length > 5_000) live.shift();
    const from = random(windows);
    const window = hours(from, from + (windows === 1 ? 1 : 1 + random(4)));
    const price = (side === 'buy' ? 90 : 95) + random(16);
    return { kind: 'limit', side, id, price, size: 1 + random(100), window };
  });
}

/** As the market takes it. */
export function toCommand(order) {
  if (order.kind === 'limit') return { ...(order.side === 'buy' ? bid(order) : ask(order)), now: NOW };
  return order.side === 'buy'
    ? { type: 'CancelOrder', orderId: order.id, buyerId: BUYER, now: NOW }
    : { type: 'WithdrawListing', listingId: order.id, sellerId: PROVIDER, now: NOW };
}

/** A market in memory: decides and folds, nothing else. */
export function openMarket() {
  const market = { state: marketDecider.initialState(), events: 0, fills: 0 };
  const send = (command) => {
    const decision = marketDecider.decide({ ...command, seed: freshSeed() }, market.state);
    if (!decision.accepted) return decision;
    for (const event of decision.events) {
      market.state = marketDecider.evolve(market.state, event);
      market.events += 1;
      if (event.type === 'OrderFilled') market.fills += 1;
    }
    return decision;
  };
  send(openPool());
  return Object.assign(market, { send });
}
