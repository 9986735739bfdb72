import { marketDefinition } from '../../../src/allocation/application/market.definition.js';
import { solvePlan, type Solved } from '../../../src/allocation/application/plan.solving.js';
import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import { problemOf, type PlanConstraints } from '../../../src/allocation/model/plan.offers.js';
import type { PlanProblem, Spread } from '../../../src/allocation/model/plan.problem.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import type { Plant } from '../stage.js';
import { decide, deciding, type Decision, type MarketDecider, type Mutant } from './mutant.js';

/** What can be had of a package is held, and the rest is not. */
function halfHeld(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (command.type !== 'HoldPackage' || decision.accepted) return decision;
  const [first] = command.holds;
  if (first === undefined) return decision;
  const { buyerId, holdFor, now, seed } = command;
  return decide({ type: 'HoldReservation', ...first, buyerId, holdFor, now, seed }, state);
}

/** The buyer is told of what they have. */
function plantHalfHeld(): Plant {
  const decider: MarketDecider = { ...marketDefinition.decider, decide: halfHeld };
  const answer: typeof marketDefinition.answer = (command, events, state) => {
    if (command.type !== 'HoldPackage') return marketDefinition.answer(command, events, state);
    const held = { ...command, holds: command.holds.slice(0, events.length) };
    return marketDefinition.answer(held, events, state);
  };
  return { definition: { ...marketDefinition, decider, answer } };
}

/** Every hold of a package is decided as if it were the only one. */
function heldApart(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'HoldPackage') return decide(command, state);
  const { buyerId, holdFor, now, seed } = command;
  const events: MarketEvent[] = [];
  for (const hold of command.holds) {
    const decision = decide({ type: 'HoldReservation', ...hold, buyerId, holdFor, now, seed }, state);
    if (!decision.accepted) return decide(command, state);
    events.push(...decision.events);
  }
  return { accepted: true, events };
}

/** The last fill of a plan is left out. */
async function withoutLastFill(...asked: Parameters<typeof solvePlan>): Promise<Solved> {
  const solved = await solvePlan(...asked);
  if (solved.kind !== 'plan') return solved;
  const fills = solved.plan.fills.slice(0, -1);
  const amount = fills.reduce<bigint>((sum, fill) => sum + fill.amount, 0n) as typeof solved.plan.amount;
  return { kind: 'plan', plan: { ...solved.plan, fills, amount } };
}

/** The cheapest ask is not looked at. */
function withoutCheapest(problem: PlanProblem, ...rest: [Parameters<typeof solvePlan>[1]]): Promise<Solved> {
  const least = problem.asks.reduce<bigint | null>((low, { unitPrice }) => {
    return low === null || unitPrice < low ? unitPrice : low;
  }, null);
  const asks = problem.asks.filter(({ unitPrice }) => unitPrice !== least);
  return solvePlan({ ...problem, asks }, ...rest);
}

/** Made out of asks that do not all keep to what was insisted on. */
const outOfAsks = (changes: Partial<PlanConstraints>): Mutant['plant'] =>
  () => ({ problemOf: (wanted, offers, constraints) => problemOf(wanted, offers, { ...constraints, ...changes }) });

/** Whoever serves it, and however much of it. */
const byAnybody = (changes: Partial<Spread>): Mutant['plant'] =>
  () => ({ solvePlan: (problem, solve) => solvePlan({ ...problem, spread: { ...problem.spread, ...changes } }, solve) });

export const PACKAGE_MUTANTS: readonly Mutant[] = [
  {
    name: 'half a package',
    breaks: 'of a package that is refused, the first hold is made',
    promise: 'packages',
    plant: plantHalfHeld,
    found: /package .* is held in part/,
    within: 800,
  },
  {
    name: 'a package that counts double',
    breaks: 'holds of a package do not see the ones before them',
    promise: 'I2',
    plant: deciding(heldApart),
    found: /I2: .*(negative offer|says it still offers what it does not)/,
    within: 500,
  },
  {
    name: 'a plan with a hole',
    breaks: 'a plan leaves out its last fill',
    promise: 'plans',
    plant: () => ({ solvePlan: withoutLastFill }),
    found: /a plan covers \d+ of \d+/,
    within: 200,
  },
  {
    name: 'a plan that is too dear',
    breaks: 'a plan does not look at the cheapest asks',
    promise: 'plans',
    plant: () => ({ solvePlan: withoutCheapest }),
    found: /a plan costs \d+, and a single ask \d+|one ask would do/,
    within: 600,
  },
  {
    name: 'a plan above its price',
    breaks: 'a plan takes asks that cost more than was to be paid',
    promise: 'plans',
    plant: outOfAsks({ unitPriceMax: null }),
    found: /a plan pays \d+ for .*, above \d+/,
    within: 300,
  },
  {
    name: 'a plan that is too slow',
    breaks: 'a plan takes pools that promise a later first token than was insisted on',
    promise: 'plans',
    plant: outOfAsks({ ttftP95Max: null }),
    found: /a plan takes of .* and insists on other ttftP95Max/,
    within: 500,
  },
  {
    name: 'a plan with slow streams',
    breaks: 'a plan takes pools whose streams are slower than was insisted on',
    promise: 'plans',
    plant: outOfAsks({ streamTokensPerSecondMin: null }),
    found: /a plan takes of .* and insists on other streamTokensPerSecondMin/,
    within: 500,
  },
  {
    name: 'a plan with too few providers',
    breaks: 'a plan does not count who serves it',
    promise: 'plans',
    plant: byAnybody({ providersMin: 1 }),
    found: /a plan takes part of \d providers, not of \d/,
    within: 300,
  },
  {
    name: 'a plan with one lane',
    breaks: 'a plan takes more from one provider than its share',
    promise: 'plans',
    plant: byAnybody({ providerShareMax: null }),
    found: /a plan takes \d+ of \d+ from one provider, above \d+/,
    within: 300,
  },
];
