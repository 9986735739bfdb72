import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import type { UnitPrice } from '../../../src/kernel/money.js';
import { plus } from '../../../src/kernel/time.js';
import { decide, deciding, type Decision, type Mutant } from './mutant.js';

/** Prolonged by a cell of the grid less than was asked for, where that leaves any. */
function aCellShort(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'ExtendReservation') return decide(command, state);
  const extended = state.reservations.get(command.reservationId);
  const grid = extended === undefined ? undefined : state.pools.get(extended.poolId)?.facts.grid;
  if (extended === undefined || grid === undefined) return decide(command, state);
  const until = plus(command.until, -grid);
  return decide(until > extended.window.end ? { ...command, until } : command, state);
}

/** Prolonged at any price. */
function atAnyPrice(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'ExtendReservation') return decide(command, state);
  return decide({ ...command, unitPriceMax: 1_000_000n as UnitPrice }, state);
}

/** Prolonged from what was offered last, whatever it costs. */
function byTheDearest(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'ExtendReservation') return decide(command, state);
  const turned = [...state.listings].map(([id, listing]) => {
    const unitPrice = (command.unitPriceMax - listing.unitPrice) as UnitPrice;
    return [id, unitPrice < 0n ? listing : { ...listing, unitPrice }] as const;
  });
  const decision = decide(command, { ...state, listings: new Map(turned) });
  if (!decision.accepted) return decision;
  const chosen = decision.events.flatMap((event) => (event.type === 'ReservationHeld' ? [event] : []));
  const holds = chosen.map(({ reservationId, listingId, window, quantity }) => ({ reservationId, listingId, window, quantity }));
  const { extensionId: packageId, holderId: buyerId, holdFor, now, seed, reservationId } = command;
  const held = decide({ type: 'HoldPackage', packageId, buyerId, holds, holdFor, now, seed }, state);
  if (!held.accepted) return held;
  const events = held.events.map((event) =>
    event.type === 'ReservationHeld' ? { ...event, extendsReservationId: reservationId } : event,
  );
  return { ...held, events };
}

export const EXTENSION_MUTANTS: readonly Mutant[] = [
  {
    name: 'an extension that ends early',
    breaks: 'a reservation is prolonged by one cell less than was asked for',
    promise: 'extensions',
    plant: deciding(aCellShort),
    found: /is extended by other than was asked for/,
    within: 400,
  },
  {
    name: 'an extension at any price',
    breaks: 'a reservation is prolonged above the price that its holder named',
    promise: 'extensions',
    plant: deciding(atAnyPrice),
    found: /is extended by other than was asked for: at .* nobody offers/,
    within: 800,
  },
  {
    name: 'an extension by the dearest',
    breaks: 'a reservation is prolonged from other than the cheapest asks',
    promise: 'extensions',
    plant: deciding(byTheDearest),
    found: /is extended by other than was asked for: of .* it is another part/,
    within: 400,
  },
];
