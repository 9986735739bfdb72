import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import type { BasisPoints } from '../../../src/kernel/money.js';
import { segmentsOf } from '../../../src/kernel/step-function.js';
import { decide, deciding, eventsOf, type Decision, type Mutant } from './mutant.js';

/** What is handed over stays where it was as well. */
function handedOverTwice(event: MarketEvent, state: MarketState): MarketEvent {
  if (event.type !== 'ReservationTransferred') return event;
  const { reservationId } = event.source;
  const from = state.reservations.get(reservationId);
  if (from === undefined || from.status === 'held') return event;
  return { ...event, source: { reservationId, entitlement: segmentsOf(from.lot.title) } };
}

/** What is idle is offered without the margin that its holder wants kept. */
function marginForgotten(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'ReviewIdle') return decide(command, state);
  const one = state.reservations.get(command.reservationId);
  if (one === undefined || one.status === 'held' || one.idle === null) return decide(command, state);
  const rule = { ...one.idle.rule, margin: 0 as BasisPoints };
  const careless = { ...one, idle: { ...one.idle, rule } };
  const reservations = new Map(state.reservations).set(command.reservationId, careless);
  return decide(command, { ...state, reservations });
}

export const HOLDER_MUTANTS: readonly Mutant[] = [
  {
    name: 'a transfer that leaves all in its place',
    breaks: 'a part that is handed over stays with what it was cut from, too',
    promise: 'transfers',
    plant: eventsOf(handedOverTwice),
    found: /keeps other than is left/,
    within: 300,
  },
  {
    name: 'idle capacity without a margin',
    breaks: 'what a holder’s rule keeps is offered as idle',
    promise: 'idle capacity',
    plant: deciding(marginForgotten),
    found: /leaves \d+ of \S+, not \d+/,
    within: 600,
    seed: 17,
  },
];
