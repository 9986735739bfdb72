import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import { decide, deciding, eventsOf, type Decision, type Mutant } from './mutant.js';

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

/** Bids are taken at whatever they say, the reserve price included. */
function reserveIgnored(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'PlaceAuctionBid') return decide(command, state);
  const free = [...state.listings].map(([id, listing]) => {
    return [id, { ...listing, unitPrice: 0n as typeof listing.unitPrice }] as const;
  });
  return decide(command, { ...state, listings: new Map(free) });
}

/** What an auction came to is told once more. */
function clearedTwice(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (!decision.accepted) return decision;
  return { ...decision, events: decision.events.flatMap((event): MarketEvent[] => (event.type === 'AuctionCleared' ? [event, event] : [event])) };
}

export const AUCTION_MUTANTS: readonly Mutant[] = [
  {
    name: 'an auction at first price',
    breaks: 'winners pay what they bid instead of one price',
    promise: 'auctions',
    plant: eventsOf(clearedAtFirstPrice),
    found: /pays \d+, and others \d+/,
    within: 1200,
  },
  {
    name: 'an auction that serves who came last',
    breaks: 'of equal bids the later one wins',
    promise: 'auctions',
    plant: deciding(tiesAgainstTime),
    found: /gets \d+ by auction, not \d+/,
    within: 2400,
  },
  {
    name: 'a reserve price that is ignored',
    breaks: 'a bid below the reserve price is taken',
    promise: 'auctions',
    plant: deciding(reserveIgnored),
    found: /is below the reserve of/,
    within: 1200,
  },
  {
    name: 'an auction that clears twice',
    breaks: 'what an auction came to is told a second time',
    promise: 'auctions',
    plant: deciding(clearedTwice),
    found: /is cleared twice/,
    within: 200,
  },
];
