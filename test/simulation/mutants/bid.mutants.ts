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
    name: 'a rest that stays',
    breaks: 'what an IOC did not get goes on waiting',
    promise: 'time in force',
    plant: eventsOf((event) => (event.type === 'OrderClosed' && event.reason === 'unfilled' ? null : event)),
    found: /waits, and is IOC/,
    within: 100,
  },
  {
    name: 'a least that is forgotten',
    breaks: 'a bid gets less at once than it takes at least',
    promise: 'minimum fill',
    plant: matchedAs(() => ({ minimumFill: 1n as Terms['minimumFill'] })),
    found: /at once and wants at least/,
    within: 100,
  },
];
