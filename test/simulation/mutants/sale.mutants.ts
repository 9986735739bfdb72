import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import type { BasisPoints, MicroUsd } from '../../../src/kernel/money.js';
import { amountOf } from '../../../src/allocation/model/titles.js';
import { decide, deciding, eventsOf, type Decision, type Mutant } from './mutant.js';

/** Bids that have waited pay what an ask that comes says, and all of their money is told accordingly. */
function arrivingAsksPrice(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (!decision.accepted || command.type !== 'CreateListing') return decision;
  const { unitPrice, listingId } = command;
  const saved = new Map<string, bigint>();
  const cheaper = (event: MarketEvent): MarketEvent => {
    if (event.type === 'OrderClosed') {
      const less = saved.get(event.orderId) ?? 0n;
      return { ...event, spent: (event.spent - less) as MicroUsd, released: (event.released + less) as MicroUsd };
    }
    if (event.type !== 'OrderFilled') return event;
    const { orderId, quantity, window, orderSpent } = event;
    const isOwn = event.listingId === listingId;
    const amount = isOwn ? amountOf(unitPrice, quantity, window) : event.amount;
    const less = (saved.get(orderId) ?? 0n) + event.amount - amount;
    saved.set(orderId, less);
    const price = isOwn ? unitPrice : event.unitPrice;
    return { ...event, unitPrice: price, amount, orderSpent: (orderSpent - less) as MicroUsd };
  };
  return { ...decision, events: decision.events.map(cheaper) };
}

export const SALE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a bid that waited for nothing',
    breaks: 'a bid that was there first pays what the arriving ask says',
    promise: 'fill price',
    plant: deciding(arrivingAsksPrice),
    found: /pays \d+, and who was there first says \d+/,
    within: 300,
  },
  {
    name: 'a royalty that is dropped',
    breaks: 'the provider gets no share of a resale that fills a bid',
    promise: 'royalty',
    plant: eventsOf((event) => (event.type === 'OrderFilled' ? { ...event, royalty: 0 as BasisPoints } : event)),
    found: /owes \S+ a royalty of \d+, not 0/,
    within: 600,
  },
];
