import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import { divideHalfEven, type MicroUsd } from '../../../src/kernel/money.js';
import { addOver, fromSegments, segmentsOf } from '../../../src/kernel/step-function.js';
import { decide, deciding, eventsOf, type Decision, type Mutant } from './mutant.js';

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
function resellersPrice(event: MarketEvent, state: MarketState): MarketEvent {
  if (event.type !== 'ReservationCurtailed') return event;
  const sold = state.reservations.get(event.reservationId);
  if (sold === undefined || sold.source.kind === 'pool' || sold.unitPrice === 0n) return event;
  const paid = state.reservations.get(sold.source.reservationId)?.unitPrice ?? sold.unitPrice;
  return { ...event, refund: ((event.refund * paid) / sold.unitPrice) as MicroUsd };
}

/** Notice is given when it pleases. */
function reclaimedAsOutage(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'CurtailPool') return decide(command, state);
  const decision = decide({ ...command, cause: 'outage' }, state);
  if (!decision.accepted) return decision;
  const events = decision.events.map((event) => {
    return event.type === 'PoolCurtailed' ? { ...event, cause: command.cause } : event;
  });
  return { ...decision, events };
}

/** A fee is rounded for every unit that was bought, and then the fees are added up. */
function roundedTwice(event: MarketEvent, state: MarketState): MarketEvent {
  if (event.type !== 'ReservationCancelled') return event;
  const { quantity } = state.reservations.get(event.reservationId) ?? { quantity: 1n };
  const whole = event.fee + event.refund;
  const each = divideHalfEven(whole * BigInt(event.feeShare), quantity * 10_000n);
  const fee = (each * quantity) as MicroUsd;
  return { ...event, fee, refund: (whole - fee) as MicroUsd };
}

export const LOSS_MUTANTS: readonly Mutant[] = [
  {
    name: 'a unit that nobody loses',
    breaks: 'a curtailment spares one token/s of somebody’s part',
    promise: 'curtailment',
    plant: eventsOf(unitSpared),
    found: /loses other than its part/,
    within: 1200,
  },
  {
    name: 'a refund at the reseller’s price',
    breaks: 'who bought from a reseller is refunded what that one had paid',
    promise: 'curtailment',
    plant: eventsOf(resellersPrice),
    found: /is paid \d+ back, not \d+/,
    seed: 4,
    marketSteps: 800,
    within: 800,
  },
  {
    name: 'a reclaim without notice',
    breaks: 'a provider reclaims capacity as if it were an outage',
    promise: 'curtailment',
    plant: deciding(reclaimedAsOutage),
    found: /is reclaimed against its terms|is reclaimed with too little notice/,
    seed: 32,
    marketSteps: 800,
    within: 800,
  },
  {
    name: 'a fee that is rounded twice',
    breaks: 'a cancellation fee is rounded per unit before it is summed',
    promise: 'I3',
    plant: eventsOf(roundedTwice),
    found: /should cost a fee of \d+ of \d+, not \d+/,
    within: 700,
  },
];
