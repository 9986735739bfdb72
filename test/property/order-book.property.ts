import { marketCodec } from '../../src/allocation/application/market.codec.js';
import { marketSnapshot } from '../../src/allocation/application/market.snapshot.js';
import { auditMarket } from '../../src/allocation/model/market.audit.js';
import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import { decide, marketDecider } from '../../src/allocation/model/market.decide.js';
import type { MarketEvent, OrderFilled } from '../../src/allocation/model/market.events.js';
import { emptyMarket, type MarketState } from '../../src/allocation/model/market.state.js';
import { MatchRooms } from '../../src/allocation/model/match.rooms.js';
import { Matching } from '../../src/allocation/model/matching.js';
import { poolOf } from '../../src/allocation/model/titles.js';
import { NO_SEED } from '../../src/allocation/model/sent.js';
import { minimumOver } from '../../src/kernel/step-function.js';
import { MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import { covers } from '../../src/kernel/window.js';
import { snapshotText } from '../../src/eventstore/json-snapshot.js';
import { SeededRandom } from '../simulation/random.js';
import { hour, seedOf } from '../support/market.js';
import { CommandTally } from '../support/command-tally.js';
import { checkDecision } from '../support/command-twins.js';
import { checkClearing } from '../support/naive-auctions.js';
import { NaiveBook } from '../support/naive-book.js';
import { OPENING, OrderTraffic } from '../support/order-traffic.js';

const SEEDS = [1, 2, 3, 4, 5];
const COMMANDS_EACH = 5_000;

/** I4: nobody of better priority was passed over, seen from the state before the fill. */
function checkPriority(state: MarketState, fill: OrderFilled): void {
  const order = state.orders.get(fill.orderId);
  const taken = state.listings.get(fill.listingId);
  if (order === undefined || taken === undefined || order.constraints.providerShareMax !== null) return;
  const better = [...state.listings.values()].filter(
    (one) =>
      one.poolId === taken.poolId &&
      one.auction === null &&
      one.sellerId !== order.buyerId &&
      covers(one.window, order.window) &&
      (one.unitPrice < taken.unitPrice ||
        (one.unitPrice === taken.unitPrice && one.sequence < taken.sequence)),
  );
  const { lotSize } = poolOf(state, taken.poolId).facts;
  const rooms = new MatchRooms(state, fill.filledAt);
  for (const one of better) {
    const { listingId, remaining } = one;
    const left = minimumOver(remaining, order.window);
    // What counts for the buyer already needs no room: it may be had where something cheaper may not.
    const room = rooms.roomIn(one, order);
    if (room !== null && room.quantity < lotSize) continue;
    if (left >= lotSize) throw new Error(`${fill.orderId} passed over ${listingId}, which had ${left}`);
  }
}

/** No resting bid could be filled: whoever could be served has been. */
function checkUncrossed(state: MarketState, now: Instant): void {
  for (const order of state.orders.values()) {
    const fillable = new Matching(state, { now, seed: NO_SEED }).fillable(order);
    const minimum = order.minimumFill < order.remaining ? order.minimumFill : order.remaining;
    if (fillable >= minimum && fillable > 0n) throw new Error(`${order.orderId} waits for what is there`);
  }
}

function apply(states: readonly MarketState[], events: readonly MarketEvent[], now: Instant): void {
  for (const [place, event] of events.entries()) {
    const [state] = states;
    if (event.type === 'OrderFilled' && state !== undefined) checkPriority(state, event);
    if (event.type === 'AuctionCleared' && state !== undefined) checkClearing(state, now, events.slice(place));
    for (const one of states) marketDecider.evolve(one, event);
  }
}

const plainSnapshot = ({ book: _book, cuts: _cuts, ...kept }: MarketState): string => snapshotText(kept);

const text = (decision: unknown): string =>
  JSON.stringify(decision, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

describe.each(SEEDS)('the order book, seed %i', (seed) => {
  it('is what the obvious one is, keeps its promises, and is what folding its log gives', () => {
    const random = new SeededRandom(seed);
    const traffic = new OrderTraffic(random);
    const [fast, naive] = [emptyMarket(), emptyMarket(new NaiveBook())];
    const log: MarketEvent[] = [];
    const counts = new Map<string, number>();
    const tally = new CommandTally();
    let now = hour(0);
    let sent = 0;
    const send = (unsent: object): void => {
      sent += 1;
      const command = { ...unsent, now, seed: seedOf(sent) } as MarketCommand;
      const decision = decide(command, fast);
      expect(text(decide(command, naive))).toBe(text(decision));
      tally.note(command, decision);
      const seen = checkDecision(command, decision, fast);
      if (seen !== null) tally.saw(seen);
      if (!decision.accepted) return;
      apply([fast, naive], decision.events, now);
      log.push(...decision.events);
      for (const { type } of decision.events) counts.set(type, (counts.get(type) ?? 0) + 1);
    };
    for (const command of OPENING) send(command);
    for (let step = 1; step <= COMMANDS_EACH; step += 1) {
      if (random.chance(20)) now = (now + random.integer(1, 20) * MINUTE_MS) as Instant;
      send(traffic.next(fast, now));
      if (step % 50 > 0) continue;
      marketSnapshot.prepare?.(fast, 100);
      // What it keeps of one snapshot for the next must not show.
      if (step % 500 === 0) expect(marketSnapshot.encode(fast)).toBe(plainSnapshot(fast));
      auditMarket(fast);
      send({ type: 'AdvanceMarket' });
      checkUncrossed(fast, now);
    }
    const live = marketSnapshot.encode(fast);
    expect(marketSnapshot.encode(naive)).toBe(live);
    const replayed = log.reduce((state, event) => {
      const recorded = marketCodec.encode(event);
      return marketDecider.evolve(state, marketCodec.decode(recorded));
    }, marketDecider.initialState());
    expect(marketSnapshot.encode(replayed)).toBe(live);
    expect(counts.get('OrderFilled')).toBeGreaterThan(300);
    expect(counts.get('OrderAmended')).toBeGreaterThan(50);
    console.log(tally.all().join('\n'));
  });
});
