import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketRejection } from '../../../src/allocation/model/market.rejections.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import type { MicroUsd } from '../../../src/kernel/money.js';
import type { Quantity } from '../../../src/kernel/quantity.js';
import { minimumOver } from '../../../src/kernel/step-function.js';
import { decide, deciding, type Decision, type Mutant } from './mutant.js';

const refuse = (rejection: MarketRejection): Decision => ({ accepted: false, rejection });

type Fill = Extract<MarketEvent, { readonly type: 'OrderFilled' | 'ReservationHeld' }>;
const fillsIn = (events: readonly MarketEvent[]): readonly Fill[] =>
  events.filter((event) => event.type === 'OrderFilled' || event.type === 'ReservationHeld');

/** What would have to come from several asks is refused, as if the first of them were all that there is. */
function ofOneAsk(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (!decision.accepted) return decision;
  const [first, second] = fillsIn(decision.events);
  if (first === undefined || second === undefined) return decision;
  const { quantity: available, amount } = first;
  if (command.type === 'RequestQuote') return refuse({ code: 'QUOTE_NOT_FILLABLE', available, amount });
  const isWhole = command.type === 'PlaceOrder' && command.timeInForce.kind === 'FOK';
  return isWhole ? refuse({ code: 'NOT_FILLABLE', available }) : decision;
}

/** Whoever cannot have all is told that there is nothing. */
function nothingLeft(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (decision.accepted) return decision;
  const { rejection } = decision;
  if (rejection.code === 'NOT_FILLABLE') return refuse({ ...rejection, available: 0n as Quantity });
  if (rejection.code !== 'QUOTE_NOT_FILLABLE') return decision;
  return refuse({ ...rejection, available: 0n as Quantity, amount: 0n as MicroUsd });
}

/** Of an offer its last token/s are kept. */
function withoutTheLast(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (!decision.accepted || command.type !== 'HoldReservation') return decision;
  const listing = state.listings.get(command.listingId);
  if (listing === undefined || minimumOver(listing.remaining, command.window) !== command.quantity) return decision;
  return refuse({ code: 'CAPACITY_EXHAUSTED', available: (command.quantity - 1n) as Quantity });
}

/** Who wants to offer more than is free is told of one token/s more than that. */
function freerThanItIs(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (decision.accepted || decision.rejection.code !== 'INSUFFICIENT_TITLE') return decision;
  const available = (decision.rejection.available + 1n) as Quantity;
  return refuse({ code: 'INSUFFICIENT_TITLE', available });
}

/** Who cannot prolong for as long as they want is told that they cannot at all. */
function noLongerAtAll(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (command.type !== 'ExtendReservation' || decision.accepted || decision.rejection.code !== 'NOT_EXTENDABLE') return decision;
  const end = state.reservations.get(command.reservationId)?.window.end;
  return end === undefined ? decision : refuse({ ...decision.rejection, until: end });
}

/** What is filled at once or not at all takes nothing of what there is. */
function takesNothing(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (!decision.accepted || command.type !== 'PlaceOrder' || command.timeInForce.kind !== 'IOC') return decision;
  const [placed] = decision.events;
  if (placed?.type !== 'OrderPlaced' || fillsIn(decision.events).length === 0) return decision;
  const { orderId, buyerId, reserved: released } = placed;
  const closed = { type: 'OrderClosed', orderId, buyerId, reason: 'unfilled', spent: 0n as MicroUsd, released } as const;
  return { accepted: true, events: [placed, closed] };
}

export const REFUSAL_MUTANTS: readonly Mutant[] = [
  {
    name: 'all of it from one ask',
    breaks: 'a quote, or an order for all or nothing, that needs two asks is refused',
    promise: 'enough',
    plant: deciding(ofOneAsk),
    found: /is refused: all of .* can be filled/,
    within: 800,
  },
  {
    name: 'a rest that is not told',
    breaks: 'of what can be filled in part it is said that nothing can',
    promise: 'enough',
    plant: deciding(nothingLeft),
    found: /is refused: more than 0 can be filled/,
    within: 300,
  },
  {
    name: 'the last that is left',
    breaks: 'who wants all that is left of an offer is refused',
    promise: 'enough',
    plant: deciding(withoutTheLast),
    found: /is refused: there is all of/,
    within: 400,
  },
  {
    name: 'more title than is free',
    breaks: 'who offers too much is told of a token/s that they do not have',
    promise: 'enough',
    plant: deciding(freerThanItIs),
    found: /is refused: there is \d+, not/,
    within: 300,
  },
  {
    name: 'an extension of nothing',
    breaks: 'who can prolong for some of the time is told that they cannot',
    promise: 'enough',
    plant: deciding(noLongerAtAll),
    found: /is refused: until .* there is all of it/,
    within: 800,
  },
  {
    name: 'an order that takes nothing',
    breaks: 'an IOC ends without what it could have had',
    promise: 'enough',
    plant: deciding(takesNothing),
    found: /ends unfilled, and .* offers/,
    within: 800,
  },
];
