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

/** Over all seeds: how often each kind of command leads to something, and is refused, at least. */
const LEAST: Readonly<Record<MarketCommand['type'], readonly [accepted: number, refused: number]>> = {
  OpenPool: [100, 5],
  CreateListing: [1_000, 1_000],
  WithdrawListing: [250, 10],
  HoldReservation: [250, 500],
  HoldPackage: [40, 150],
  ReleaseHold: [8, 300],
  ConfirmPayment: [250, 300],
  CancelReservation: [200, 150],
  PlaceOrder: [3_000, 400],
  CancelOrder: [500, 20],
  AmendOrder: [700, 70],
  CurtailPool: [150, 30],
  SetRebooking: [80, 4],
  // It writes down what has happened: nothing is there to be refused.
  RecordRebooking: [40, 0],
  ExtendReservation: [150, 30],
  SetIdleRule: [150, 4],
  // What is not due leads to nothing.
  ReviewIdle: [120, 0],
  RateEvidence: [150, 5],
  TransferReservation: [100, 70],
  ReturnTransfer: [40, 25],
  OpenAuction: [100, 60],
  PlaceAuctionBid: [80, 80],
  WithdrawAuctionBid: [10, 5],
  RequestQuote: [80, 200],
  AcceptQuote: [10, 8],
  ReleaseQuote: [8, 5],
  AdvanceMarket: [700, 0],
};
const EXAMPLES = ['an auction with equal bids', 'an auction above its reserve price', 'an auction at its reserve price', 'an auction that sells nothing', 'idle capacity that is offered'];
const tally = new CommandTally();

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

/** Folds what was decided by a clock into each, looking at the first. */
function apply(
  states: readonly MarketState[],
  events: readonly MarketEvent[],
  { now, tally }: { readonly now: Instant; readonly tally: CommandTally },
): void {
  for (const [place, event] of events.entries()) {
    const [state] = states;
    if (event.type === 'OrderFilled' && state !== undefined) checkPriority(state, event);
    if (event.type === 'AuctionCleared' && state !== undefined) tally.saw(checkClearing(state, now, events.slice(place)));
    for (const one of states) marketDecider.evolve(one, event);
  }
}

/** Some ten seconds on a machine with nothing else to do. */
const LIMIT_MS = 240_000;

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
      apply([fast, naive], decision.events, { now, tally });
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
  }, LIMIT_MS);
});

describe('the commands of all seeds', () => {
  it('are of every kind, accepted and refused', () => {
    expect(tally.missing(LEAST)).toEqual([]);
    expect(EXAMPLES.filter((what) => tally.of(what) < 4)).toEqual([]);
  });
});
