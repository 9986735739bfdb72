import type { MarketCommand, PlaceOrder } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import { HOUR_MS, plus } from '../../../src/kernel/time.js';
import { decide, deciding, eventsOf, type Decision, type Mutant } from './mutant.js';

type Terms = Pick<PlaceOrder, 'constraints' | 'minimumFill'>;

/** What a bid says is written down, and it is matched as if it had said something else. */
const matchedAs = (changed: (terms: Terms) => Partial<Terms>) =>
  deciding((command: MarketCommand, state: MarketState): Decision => {
    if (command.type !== 'PlaceOrder') return decide(command, state);
    const { constraints, minimumFill } = command;
    const decision = decide({ ...command, ...changed(command) }, state);
    if (!decision.accepted) return decision;
    const asSaid = (event: MarketEvent): MarketEvent =>
      event.type === 'OrderPlaced' ? { ...event, constraints, minimumFill } : event;
    return { ...decision, events: decision.events.map(asSaid) };
  });

/** Nothing of what a pool promises is looked at. */
const ANY_POOL = { platforms: [], regions: [], residency: [], ttftP95Max: null, streamTokensPerSecondMin: null };

/** Bids wait an hour longer than they say: for all but who looks after those that expire. */
function expiryIgnored(command: MarketCommand, state: MarketState): Decision {
  if (command.type === 'AdvanceMarket') return decide(command, state);
  const later = [...state.orders].map(([id, order]) => {
    return [id, { ...order, expiresAt: plus(order.expiresAt, HOUR_MS) }] as const;
  });
  return decide(command, { ...state, orders: new Map(later) });
}

/** Windows are compared with a clock that is an hour slow. */
function beginningIgnored(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'PlaceOrder') return decide(command, state);
  const { now } = command;
  const decision = decide({ ...command, now: plus(now, -HOUR_MS) }, state);
  if (!decision.accepted) return decision;
  const inTime = (event: MarketEvent): MarketEvent => {
    if (event.type === 'OrderFilled') return { ...event, filledAt: now };
    return event.type === 'OrderPlaced' ? { ...event, placedAt: now } : event;
  };
  return { ...decision, events: decision.events.map(inTime) };
}

/** A bid is taken however long ago it was to expire. */
function expiredOnArrival(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  const isOver = !decision.accepted && decision.rejection.code === 'EXPIRY_IN_PAST';
  if (command.type !== 'PlaceOrder' || command.timeInForce.kind !== 'GTD' || !isOver) return decision;
  const { timeInForce } = command;
  const taken = decide({ ...command, timeInForce: { kind: 'GTC' } }, state);
  if (!taken.accepted) return taken;
  const asSaid = (event: MarketEvent): MarketEvent =>
    event.type === 'OrderPlaced' ? { ...event, timeInForce, expiresAt: timeInForce.until } : event;
  return { ...taken, events: taken.events.map(asSaid) };
}

export const BID_MUTANTS: readonly Mutant[] = [
  {
    name: 'a bid that is said to live longer',
    breaks: 'a bid expires an hour later than its time in force and its window say',
    promise: 'time in force',
    plant: eventsOf((event) =>
      event.type === 'OrderPlaced' ? { ...event, expiresAt: plus(event.expiresAt, HOUR_MS) } : event,
    ),
    found: /expires at \d+ and not at/,
    within: 50,
  },
  {
    name: 'a bid that comes too late',
    breaks: 'a bid is taken that was to expire before it came',
    promise: 'time in force',
    plant: deciding(expiredOnArrival),
    found: /is placed after it has expired/,
    within: 200,
  },
  {
    name: 'a rest that stays',
    breaks: 'what an IOC did not get goes on waiting',
    promise: 'time in force',
    plant: eventsOf((event) => (event.type === 'OrderClosed' && event.reason === 'unfilled' ? null : event)),
    found: /waits, and is IOC/,
    within: 400,
  },
  {
    name: 'a least that is forgotten',
    breaks: 'a bid gets less at once than it takes at least',
    promise: 'minimum fill',
    plant: matchedAs(() => ({ minimumFill: 1n as Terms['minimumFill'] })),
    found: /at once and wants at least/,
    within: 400,
  },
  {
    name: 'a share that nobody counts',
    breaks: 'a bid gets more from one provider than the share it allows',
    promise: 'provider share',
    plant: matchedAs(({ constraints }) => ({ constraints: { ...constraints, providerShareMax: null } })),
    found: /gets \d+ of \d+ from .*, above/,
    within: 2400,
  },
  {
    name: 'promises that nobody looks at',
    breaks: 'a bid is filled from a pool that does not promise what it insists on',
    promise: 'constraints',
    plant: matchedAs(({ constraints }) => ({ constraints: { ...constraints, ...ANY_POOL } })),
    found: /is filled from .* and insists on other/,
    within: 800,
  },
  {
    name: 'a bid that outlives itself',
    breaks: 'a bid that has expired, and is not looked after yet, is filled',
    promise: 'time in force',
    plant: deciding(expiryIgnored),
    found: /is filled after it expired/,
    within: 400,
    seed: 28,
  },
  {
    name: 'a window that has begun',
    breaks: 'a bid is filled for a window of which some has passed',
    promise: 'time in force',
    plant: deciding(beginningIgnored),
    found: /is bought of .* when its window has begun/,
    within: 2400,
  },
];
