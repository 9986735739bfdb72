import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { MarketState } from '../../src/allocation/model/market.state.js';
import type { AppendOutcome, AppendRequest, EventStore } from '../../src/eventstore/event-store.js';
import type { Decider } from '../../src/kernel/decider.js';
import type { MicroUsd } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { addOver, fromSegments, segmentsOf } from '../../src/kernel/step-function.js';
import { HOLDER_FAULTS } from './holder-faults.js';
import { QUOTE_FAULTS } from './quote-faults.js';
import { decide, deciding, evolve, type Decision, type PlantedFault } from './planting.js';

const PLENTY = 1_000_000_000n;

function eventsOf(changed: (event: MarketEvent) => MarketEvent): PlantedFault['plant'] {
  return deciding((command, state) => {
    const decision = decide(command, state);
    return decision.accepted ? { ...decision, events: decision.events.map(changed) } : decision;
  });
}

/** Holds are made whatever the listing has left. */
function holdWithoutCheck(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'HoldReservation') return decide(command, state);
  const { listingId, window, quantity } = command;
  const listing = state.listings.get(listingId);
  if (listing === undefined) return decide(command, state);
  const roomy = { ...listing, remaining: addOver(listing.remaining, window, PLENTY) };
  const listings = new Map(state.listings).set(listingId, roomy);
  const decision = decide(command, { ...state, listings });
  if (!decision.accepted) return decision;
  const listingRemaining = segmentsOf(addOver(listing.remaining, window, -quantity));
  return { ...decision, events: decision.events.map((event) => ({ ...event, listingRemaining })) };
}

/** Providers offer whatever they have title to, as often as they like. */
function offerWithoutCheck(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'CreateListing') return decide(command, state);
  const pool = state.pools.get(command.poolId);
  if (pool === undefined) return decide(command, state);
  const root = { ...pool.root, title: addOver(pool.root.title, command.window, PLENTY) };
  const pools = new Map(state.pools).set(command.poolId, { ...pool, root });
  return decide(command, { ...state, pools });
}

function holdWithoutCap(command: MarketCommand, state: MarketState): Decision {
  const pools = new Map(
    [...state.pools].map(([poolId, pool]) => {
      const facts = { ...pool.facts, buyerShareMax: null };
      return [poolId, { ...pool, facts }] as const;
    }),
  );
  return decide(command, command.type === 'HoldReservation' ? { ...state, pools } : state);
}

/** One token/s of what was bought is nobody's. */
function titleLost(event: MarketEvent): MarketEvent {
  if (event.type !== 'ReservationPaid') return event;
  const entitlement = event.entitlement.map(({ window, value }) => ({ window, value: value - 1n }));
  return { ...event, entitlement };
}

const forgetfulEvolve: Decider<MarketState, MarketCommand, MarketEvent, never>['evolve'] = (
  state,
  event,
) => (event.type === 'PoolTermsChanged' ? state : evolve(state, event));

/** New supply waits for whoever comes next, whoever has waited. */
function waitlistForgotten(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (command.type !== 'CreateListing' || !decision.accepted) return decision;
  return { ...decision, events: decision.events.slice(0, 1) };
}

/** Who bids later is served as if there had been nobody before. */
function queueJumped(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'CreateListing') return decide(command, state);
  const book = Object.create(state.book) as MarketState['book'];
  book.bidsFor = (window, price) => [...state.book.bidsFor(window, price)].slice(-1);
  return decide(command, { ...state, book });
}

/** A buyer pays a micro-USD more per token/s and hour than was agreed. */
function overcharged(event: MarketEvent): MarketEvent {
  if (event.type !== 'OrderFilled') return event;
  return { ...event, unitPrice: (event.unitPrice + 1n) as typeof event.unitPrice };
}

/** Whoever wins an auction pays what they bid. */
function clearedAtFirstPrice(event: MarketEvent, state: MarketState): MarketEvent {
  if (event.type !== 'OrderFilled') return event;
  const unitPrice = state.sealedBids.get(event.orderId)?.limitPrice ?? event.unitPrice;
  return { ...event, unitPrice };
}

/** Of equal bids in an auction, the last one is served first. */
function tiesAgainstTime(command: MarketCommand, state: MarketState): Decision {
  const latest = [...state.sealedBids].map(([id, bid]) => [id, { ...bid, sequence: -bid.sequence }] as const);
  return decide(command, { ...state, sealedBids: new Map(latest) });
}

function placeKept(event: MarketEvent): MarketEvent {
  return event.type === 'OrderAmended' ? { ...event, keepsPriority: true } : event;
}

/** One token/s of what everybody must lose is lost by nobody. */
function unitSpared(event: MarketEvent): MarketEvent {
  if (event.type !== 'ReservationCurtailed' || event.lostTitle.length === 0) return event;
  const [first, ...rest] = event.lostTitle;
  if (first === undefined) return event;
  const lostTitle = [{ ...first, value: first.value - 1n }, ...rest].filter(({ value }) => value > 0n);
  const spared = addOver(fromSegments(event.entitlement), first.window, 1n);
  return { ...event, lostTitle, entitlement: segmentsOf(spared), isWhole: false };
}

/** Who bought from a reseller gets back what that one had paid. */
function resellersPrice(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (!decision.accepted) return decision;
  const events = decision.events.map((event) => {
    if (event.type !== 'ReservationCurtailed') return event;
    const sold = state.reservations.get(event.reservationId);
    if (sold === undefined || sold.source.kind === 'pool' || sold.unitPrice === 0n) return event;
    const paid = state.reservations.get(sold.source.reservationId)?.unitPrice ?? sold.unitPrice;
    return { ...event, refund: ((event.refund * paid) / sold.unitPrice) as MicroUsd };
  });
  return { ...decision, events };
}

/** A store that does something else than append, whichever way it is asked to. */
function appending(
  changed: (request: AppendRequest, append: EventStore['append']) => Promise<AppendOutcome>,
): PlantedFault['plant'] {
  const wrap = (store: EventStore): EventStore => {
    const liar = Object.create(store) as EventStore;
    liar.append = (request) => changed(request, (one) => store.append(one));
    liar.openAppender = async () => ({ append: liar.append, release: () => undefined });
    liar.withLockedStream = (stream, work) =>
      store.withLockedStream(stream, (locked) =>
        work({ ...locked, append: (request) => changed(request, (one) => locked.append(one)) }),
      );
    return liar;
  };
  return { wrap };
}

/** Every tenth append is acknowledged and not made. */
function lossyAppend(): PlantedFault['plant'] {
  let appends = 0;
  return appending(async (request, append) => {
    appends += 1;
    return appends % 10 === 0 ? 'appended' : append(request);
  });
}

/** Answers are kept under a name that nobody asks for. */
const misplacedAnswers = (request: AppendRequest): AppendRequest => ({
  ...request,
  answers: request.answers.map((answer) => ({ ...answer, key: `${answer.key}?` })),
});

/** Answers are kept, and never found: what is asked again is decided again. */
function forgottenAnswers(): PlantedFault['plant'] {
  const wrap = (store: EventStore): EventStore => {
    const fresh = async (request: AppendRequest): Promise<AppendRequest> => {
      const kept = new Set((await store.findAnswers(request.answers)).map(({ key }) => key));
      return { ...request, answers: request.answers.filter(({ key }) => !kept.has(key)) };
    };
    const liar = Object.create(store) as EventStore;
    liar.append = async (request) => store.append(await fresh(request));
    liar.openAppender = async () => ({ append: liar.append, release: () => undefined });
    liar.withLockedStream = (stream, work) =>
      store.withLockedStream(stream, (locked) =>
        work({
          ...locked,
          findAnswers: async () => [],
          append: async (request) => locked.append(await fresh(request)),
        }),
      );
    return liar;
  };
  return { wrap };
}

const changedAfterHashing = (request: AppendRequest): AppendRequest => ({
  ...request,
  events: request.events.map((event) => ({ ...event, data: `${event.data} ` })),
});

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'a waitlist that is forgotten',
    plant: deciding(waitlistForgotten),
    found: /waits for what|passed .* over/,
  },
  { name: 'a queue that is jumped', plant: deciding(queueJumped), found: /I4: .* passed .* over|waits for what/ },
  { name: 'a price that nobody agreed to', plant: eventsOf(overcharged), found: /pays/ },
  {
    name: 'an auction at first price',
    plant: deciding((command, state) => {
      const decision = decide(command, state);
      if (!decision.accepted) return decision;
      return { ...decision, events: decision.events.map((event) => clearedAtFirstPrice(event, state)) };
    }),
    found: /pays \d+, and others \d+/,
  },
  {
    name: 'an auction that serves who came last',
    plant: deciding(tiesAgainstTime),
    found: /gets \d+ by auction, not \d+/,
  },
  { name: 'a place that is not lost', plant: eventsOf(placeKept), found: /I4: .* keeps a place/ },
  { name: 'a unit that nobody loses', plant: eventsOf(unitSpared), found: /loses other than its part/ },
  {
    name: 'a refund at the reseller’s price',
    plant: deciding(resellersPrice),
    found: /is paid \d+ back, not \d+/,
  },
  ...HOLDER_FAULTS,
  ...QUOTE_FAULTS,
  { name: 'holds without a check', plant: deciding(holdWithoutCheck), found: /I2: negative offer/ },
  {
    name: 'offers without a check',
    plant: deciding(offerWithoutCheck),
    found: /I2: \d+ of \d+ are offered or held/,
  },
  { name: 'no cap on a buyer', plant: deciding(holdWithoutCap), found: /above the cap/ },
  { name: 'a lost title', plant: eventsOf(titleLost), found: /I1: titles in/ },
  {
    name: 'a wrong price',
    plant: eventsOf((event) =>
      event.type === 'ReservationHeld'
        ? { ...event, amount: (event.amount + 1n) as MicroUsd }
        : event,
    ),
    found: /costs \d+, not \d+/,
  },
  {
    name: 'another quantity than was asked for',
    plant: eventsOf((event) =>
      event.type === 'ListingCreated'
        ? { ...event, quantity: (event.quantity - 1n) as Quantity }
        : event,
    ),
    found: /I7: CreateListing .* is acknowledged and not so in the log/,
  },
  {
    name: 'a state that forgets',
    plant: {
      definition: {
        ...marketDefinition,
        decider: { ...marketDefinition.decider, evolve: forgetfulEvolve },
      },
    },
    found: /I5: .* in memory is not what its log folds to/,
  },
  {
    name: 'no jobs',
    plant: { definition: { ...marketDefinition, schedule: () => [] } },
    found: /all jobs have run, and/,
  },
  { name: 'an append that was not made', plant: lossyAppend(), found: /no kept answer/ },
  { name: 'a request decided twice', plant: forgottenAnswers(), found: /I6: .* (twice|told)/ },
  {
    name: 'answers that are kept elsewhere',
    plant: appending((request, append) => append(misplacedAnswers(request))),
    found: /no kept answer/,
  },
  {
    name: 'an event changed by hand',
    plant: appending((request, append) => append(changedAfterHashing(request))),
    found: /is not what its hash says/,
  },
];
