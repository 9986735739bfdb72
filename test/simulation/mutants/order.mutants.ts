import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import type { ListingId } from '../../../src/kernel/ids.js';
import type { MicroUsd } from '../../../src/kernel/money.js';
import { decide, deciding, eventsOf, type Decision, type Mutant } from './mutant.js';

type Book = MarketState['book'];

function withBook(state: MarketState, changed: (book: Book) => Partial<Book>): MarketState {
  const book = Object.assign(Object.create(state.book) as Book, changed(state.book));
  return { ...state, book };
}

/** New supply waits for whoever comes next, whoever has waited. */
function waitlistForgotten(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (command.type !== 'CreateListing' || !decision.accepted) return decision;
  return { ...decision, events: decision.events.slice(0, 1) };
}

/** Who bids later is served as if there had been nobody before. */
function queueJumped(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'CreateListing') return decide(command, state);
  const latest = (book: Book): Partial<Book> => ({
    bidsFor: (window, price) => [...book.bidsFor(window, price)].slice(-1),
  });
  return decide(command, withBook(state, latest));
}

/** Of several asks the dearest is taken. */
function dearestFirst(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'PlaceOrder') return decide(command, state);
  const dearest = (book: Book): Partial<Book> => ({
    asksFor: (window, price) => [...book.asksFor(window, price)].reverse(),
  });
  return decide(command, withBook(state, dearest));
}

/** Asks of one pool are taken before those of another, whatever they cost. */
function poolByPool(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'PlaceOrder') return decide(command, state);
  const poolOf = (id: ListingId): string => state.listings.get(id)?.poolId ?? '';
  const sorted = (book: Book): Partial<Book> => ({
    asksFor: (window, price) => {
      const inTurn = [...book.asksFor(window, price)];
      return inTurn.sort((a, b) => poolOf(b).localeCompare(poolOf(a))).values();
    },
  });
  return decide(command, withBook(state, sorted));
}

/** A buyer pays a micro-USD more per token/s and hour than was agreed. */
function overcharged(event: MarketEvent): MarketEvent {
  if (event.type !== 'OrderFilled') return event;
  return { ...event, unitPrice: (event.unitPrice + 1n) as typeof event.unitPrice };
}

/** What was set aside for a bid and not spent is kept. */
function changeKept(event: MarketEvent): MarketEvent {
  if (event.type !== 'OrderClosed' || event.released === 0n) return event;
  return { ...event, released: (event.released - 1n) as MicroUsd };
}

export const ORDER_MUTANTS: readonly Mutant[] = [
  {
    name: 'a waitlist that is forgotten',
    breaks: 'new supply is not offered to bids that wait for it',
    promise: 'I4',
    plant: deciding(waitlistForgotten),
    found: /waits for what|passed .* over/,
    within: 1600,
  },
  {
    name: 'a queue that is jumped',
    breaks: 'of the bids that wait, the last one is served first',
    promise: 'I4',
    plant: deciding(queueJumped),
    found: /I4: .* passed .* over|waits for what/,
    within: 400,
  },
  {
    name: 'a match out of priority',
    breaks: 'a bid is filled from the dearest ask it may reach',
    promise: 'I4',
    plant: deciding(dearestFirst),
    found: /I4: .* passed .* over/,
    within: 800,
  },
  {
    name: 'a favourite pool',
    breaks: 'asks of one pool are taken before cheaper ones of another',
    promise: 'I4',
    plant: deciding(poolByPool),
    found: /I4: .* passed .* over/,
    within: 800,
    seed: 21,
  },
  {
    name: 'a place that is not lost',
    breaks: 'a bid that is raised keeps its place',
    promise: 'I4',
    plant: eventsOf((event) => {
      return event.type === 'OrderAmended' ? { ...event, keepsPriority: true } : event;
    }),
    found: /I4: .* keeps a place/,
    within: 100,
  },
  {
    name: 'a price that nobody agreed to',
    breaks: 'a fill is priced above what was asked',
    promise: 'fill price',
    plant: eventsOf(overcharged),
    found: /pays/,
    within: 200,
  },
  {
    name: 'change that is kept',
    breaks: 'a micro-USD of what a bid set aside is not released',
    promise: 'I3',
    plant: eventsOf(changeKept),
    found: /I3: .* gives \d+ of \d+ back/,
    within: 100,
  },
];
