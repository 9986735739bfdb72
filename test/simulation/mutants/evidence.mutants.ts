import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import { decide, deciding, type Decision, type Mutant } from './mutant.js';

/** What a bid insists on is written down, and nobody looks at it while it is matched. */
function levelIgnored(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'PlaceOrder') return decide(command, state);
  const { constraints } = command;
  const decision = decide({ ...command, constraints: { ...constraints, evidenceMin: 'L1' } }, state);
  if (!decision.accepted) return decision;
  const asWanted = (event: MarketEvent): MarketEvent =>
    event.type === 'OrderPlaced' ? { ...event, constraints } : event;
  return { ...decision, events: decision.events.map(asWanted) };
}

/** A pool is rated, and those who waited for that are not served. */
function nobodyServed(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (command.type !== 'RateEvidence' || !decision.accepted) return decision;
  return { ...decision, events: decision.events.slice(0, 1) };
}

/** Whoever asks for a price is quoted from any pool, however little is known of it. */
function quotedFromAny(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'RequestQuote') return decide(command, state);
  return decide({ ...command, constraints: { ...command.constraints, evidenceMin: 'L1' } }, state);
}

export const EVIDENCE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a level that nobody looks at',
    breaks: 'a bid that insists on an evidence level is filled from a pool below it',
    promise: 'evidence',
    plant: deciding(levelIgnored),
    found: /insists on L\d, of L\d it is filled/,
    within: 500,
  },
  {
    name: 'a level that serves nobody',
    breaks: 'bids that wait for an evidence level are not served when a pool has it',
    promise: 'evidence',
    plant: deciding(nobodyServed),
    found: /waits for what|passed .* over/,
    within: 400,
    seed: 17,
    marketSteps: 3_000,
  },
  {
    name: 'a quote that nobody has to prove',
    breaks: 'who asks for a price and insists on an evidence level is quoted from a pool below it',
    promise: 'evidence',
    plant: deciding(quotedFromAny),
    found: /the quote for .* insists on L\d, of L\d is what it holds/,
    within: 600,
    seed: 24,
  },
];
