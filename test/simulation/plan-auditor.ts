import type { Solved } from '../../src/allocation/application/plan.solving.js';
import type { Ask, Plan, PlanProblem } from '../../src/allocation/model/plan.problem.js';
import { segmentsOf, valueAt, type StepFunction } from '../../src/kernel/step-function.js';
import { MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import type { RawWindow } from './pool-book.js';
import { HOUR, roundedShare } from './rounding.js';
import { demand } from './violation.js';

/** The finest grid of all pools. */
const CELL = 15 * MINUTE_MS;

function* cellsOf({ start, end }: RawWindow): Generator<Instant> {
  for (let at = start; at < end; at += CELL) yield at as Instant;
}

const costOf = (unitPrice: bigint, quantity: bigint, { start, end }: RawWindow): bigint =>
  roundedShare(unitPrice * quantity, BigInt(end - start), HOUR);

/** Looks at a plan cell by cell: it covers the demand, from what is offered, and not too dear. */
export function auditPlan(problem: PlanProblem, solved: Solved): void {
  const simplest = cheapestSingle(problem);
  if (solved.kind !== 'plan') {
    demand(simplest === null, `a plan is called ${solved.kind}, and one ask would do`);
    return;
  }
  const { plan } = solved;
  checkCover(problem, plan);
  checkOffers(problem, plan);
  const cost = plan.fills.reduce<bigint>(
    (sum, { unitPrice, quantity, window }) => sum + costOf(unitPrice, quantity, window),
    0n,
  );
  demand(cost === plan.amount, `a plan says it costs ${plan.amount}, and costs ${cost}`);
  // Each fill is rounded by itself, and the best is known to one part in a million.
  const slack = BigInt(plan.fills.length) + cost / 1_000_000n + 1n;
  const isCheap = simplest === null || cost <= simplest + slack;
  demand(isCheap, `a plan costs ${cost}, and a single ask ${String(simplest)}`);
}

function windowOf(wanted: StepFunction): RawWindow {
  const segments = segmentsOf(wanted);
  return { start: segments[0]?.window.start ?? 0, end: segments.at(-1)?.window.end ?? 0 };
}

function checkCover({ demand: wanted }: PlanProblem, { fills }: Plan): void {
  for (const at of cellsOf(windowOf(wanted))) {
    const own = fills.filter(({ window }) => window.start <= at && at < window.end);
    const bought = own.reduce((sum, { quantity }) => sum + quantity, 0n);
    const asked = valueAt(wanted, at);
    demand(bought >= asked, `a plan covers ${bought} of ${asked} at ${new Date(at).toISOString()}`);
  }
}

function checkOffers({ asks }: PlanProblem, { fills }: Plan): void {
  for (const { listingId, remaining } of asks) {
    const own = fills.filter((fill) => fill.listingId === listingId);
    for (const { window } of own) {
      for (const at of cellsOf(window)) {
        const here = own.filter((fill) => fill.window.start <= at && at < fill.window.end);
        const bought = here.reduce((sum, { quantity }) => sum + quantity, 0n);
        const offered = valueAt(remaining, at);
        demand(bought <= offered, `a plan takes ${bought} of ${offered} that ${listingId} offers`);
      }
    }
  }
}

/** What the demand's peak costs throughout, from one ask in its lots; null when no ask has all of it. */
function cheapestSingle(problem: PlanProblem): bigint | null {
  if (problem.spread.providersMin > 1) return null;
  const costs = problem.asks.flatMap((ask) => singleCost(problem, ask) ?? []);
  return costs.reduce<bigint | null>((least, cost) => {
    return least === null || cost < least ? cost : least;
  }, null);
}

function singleCost({ demand: wanted, rooms }: PlanProblem, ask: Ask): bigint | null {
  const { start, end } = windowOf(wanted);
  const { grid, lotSize, remaining, poolId, unitPrice } = ask;
  const window = { start: Math.floor(start / grid) * grid, end: Math.ceil(end / grid) * grid };
  const most = wanted.values.reduce((high, value) => (value > high ? value : high), 0n);
  const peak = ((most + lotSize - 1n) / lotSize) * lotSize;
  const room = rooms.get(poolId);
  for (const at of cellsOf(window)) {
    const isFree = valueAt(remaining, at) >= peak;
    const isAllowed = room === undefined || valueAt(room, at) >= peak;
    if (!isFree || !isAllowed) return null;
  }
  return costOf(unitPrice, peak, window);
}
