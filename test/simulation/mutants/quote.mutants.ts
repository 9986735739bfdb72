import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import type { MicroUsd } from '../../../src/kernel/money.js';
import { decide, deciding, type Decision, type Mutant } from './mutant.js';

/** The last part of a quote that is accepted stays a hold. */
function paidInPart(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (command.type !== 'AcceptQuote' || !decision.accepted) return decision;
  const last = state.quotes.get(command.quoteId)?.fills.at(-1)?.reservationId;
  const isLast = (event: MarketEvent): boolean =>
    event.type === 'ReservationPaid' && event.reservationId === last;
  return { ...decision, events: decision.events.filter((event) => !isLast(event)) };
}

/** What is quoted is a micro-USD dearer than what an order would pay. */
function quotedAbove(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (command.type !== 'RequestQuote' || !decision.accepted) return decision;
  const dearer = <Sum extends { readonly amount: MicroUsd }>(one: Sum): Sum => ({
    ...one,
    amount: (one.amount + 1n) as MicroUsd,
  });
  const events = decision.events.map((event): MarketEvent => {
    if (event.type === 'ReservationHeld') return dearer(event);
    if (event.type !== 'QuoteOpened') return event;
    const fills = event.fills.map(dearer);
    return { ...event, fills, amount: (event.amount + BigInt(fills.length)) as MicroUsd };
  });
  return { ...decision, events };
}

export const QUOTE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a quote that is paid in part',
    breaks: 'one part of a quote that is accepted stays a hold',
    promise: 'quotes',
    plant: deciding(paidInPart),
    found: /is accepted and not all of it is paid|is acknowledged and not so in the log/,
    within: 1200,
  },
  {
    name: 'a quote above its price',
    breaks: 'a quote is a micro-USD dearer than an order would be',
    promise: 'I3',
    plant: deciding(quotedAbove),
    found: /costs \d+, not \d+/,
    within: 300,
  },
];
