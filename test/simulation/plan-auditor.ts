import type { Solved } from '../../src/allocation/application/plan.solving.js';
import type { Offers, PlanConstraints } from '../../src/allocation/model/plan.offers.js';
import type { Ask, Fill, Plan } from '../../src/allocation/model/plan.problem.js';
import { segmentsOf, valueAt, type StepFunction } from '../../src/kernel/step-function.js';
import { MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import { missingOf } from './insistence.js';
import type { RawWindow } from './pool-book.js';
import type { RawPromises } from './raw-terms.js';
import { HOUR, roundedShare } from './rounding.js';
import { demand } from './violation.js';

/** What a pool promises, as the log has it. */
export type PromisesOf = (poolId: string) => RawPromises;

/** What somebody wanted planned, and what there was to plan it from. */
export interface Asked {
  readonly demand: StepFunction;
  readonly offers: Offers;
  readonly constraints: PlanConstraints;
  readonly promisesOf: PromisesOf;
}

/** The finest grid of all pools. */
const CELL = 15 * MINUTE_MS;
const WHOLE = 10_000n;

function* cellsOf({ start, end }: RawWindow): Generator<Instant> {
  for (let at = start; at < end; at += CELL) yield at as Instant;
}

const costOf = (unitPrice: bigint, quantity: bigint, { start, end }: RawWindow): bigint =>
  roundedShare(unitPrice * quantity, BigInt(end - start), HOUR);

/** Looks at a plan cell by cell: it covers the demand, from what is offered, as its buyer insists, and not too dear. */
export function auditPlan(asked: Asked, solved: Solved): void {
  const simplest = cheapestOfFew(asked);
  if (solved.kind !== 'plan') {
    demand(simplest === null, `a plan is called ${solved.kind}, and one ask would do, or two`);
    return;
  }
  const { plan } = solved;
  checkCover(asked, plan);
  checkOffers(asked, plan);
  for (const fill of plan.fills) checkFill(asked, fill);
  checkProviders(asked, plan);
  const cost = plan.fills.reduce<bigint>(
    (sum, { unitPrice, quantity, window }) => sum + costOf(unitPrice, quantity, window),
    0n,
  );
  demand(cost === plan.amount, `a plan says it costs ${plan.amount}, and costs ${cost}`);
  // Each fill is rounded by itself, and the best is known to one part in a million.
  const slack = BigInt(plan.fills.length) + cost / 1_000_000n + 2n;
  const isCheap = simplest === null || cost <= simplest + slack;
  demand(isCheap, `a plan costs ${cost}, and a single ask ${String(simplest)}, or two`);
}

function windowOf(wanted: StepFunction): RawWindow {
  const segments = segmentsOf(wanted);
  return { start: segments[0]?.window.start ?? 0, end: segments.at(-1)?.window.end ?? 0 };
}

function checkCover({ demand: wanted }: Asked, { fills }: Plan): void {
  for (const at of cellsOf(windowOf(wanted))) {
    const own = fills.filter(({ window }) => window.start <= at && at < window.end);
    const bought = own.reduce((sum, { quantity }) => sum + quantity, 0n);
    const needed = valueAt(wanted, at);
    demand(bought >= needed, `a plan covers ${bought} of ${needed} at ${new Date(at).toISOString()}`);
  }
}

function checkOffers({ offers }: Asked, { fills }: Plan): void {
  for (const { ask } of offers.offers) {
    const { listingId, remaining } = ask;
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

/** Of an ask as it is, of a pool that promises what is insisted on, and for no more than is to be paid. */
function checkFill(asked: Asked, { listingId, poolId, providerId, unitPrice }: Fill): void {
  const ask = asked.offers.offers.map((offer) => offer.ask).find((one) => one.listingId === listingId);
  const isAsk = ask?.poolId === poolId && ask.providerId === providerId && ask.unitPrice === unitPrice;
  demand(isAsk, `a plan takes of ${listingId} what it does not offer`);
  const { unitPriceMax } = asked.constraints;
  const isWithin = unitPriceMax === null || unitPrice <= unitPriceMax;
  demand(isWithin, `a plan pays ${unitPrice} for ${listingId}, above ${String(unitPriceMax)}`);
  const missing = missingOf(asked.promisesOf(poolId), asked.constraints);
  demand(missing === null, `a plan takes of ${poolId} and insists on other ${String(missing)}`);
}

/** So many providers take part, and none serves more of all token-hours than its share. */
function checkProviders({ constraints }: Asked, { fills }: Plan): void {
  const { providersMin, providerShareMax } = constraints;
  const served = new Map<string, bigint>();
  let all = 0n;
  for (const { providerId, quantity, window } of fills) {
    const volume = quantity * BigInt(window.end - window.start);
    served.set(providerId, (served.get(providerId) ?? 0n) + volume);
    all += volume;
  }
  demand(served.size >= providersMin, `a plan takes part of ${served.size} providers, not of ${providersMin}`);
  const most = [...served.values()].reduce((high, one) => (one > high ? one : high), 0n);
  const isWithin = providerShareMax === null || most * WHOLE <= all * BigInt(providerShareMax);
  demand(isWithin, `a plan takes ${most} of ${all} from one provider, above ${String(providerShareMax)}`);
}

/**
 * What the demand's peak costs throughout, from one ask in its lots, or half from each of two; null where none has it. More
 * than is wanted is bought for a cell of a grid, or a lot: of each provider where it is parted among them.
 */
function cheapestOfFew(asked: Asked): bigint | null {
  const { providersMin, providerShareMax } = asked.constraints;
  const fit = asked.offers.offers.map(({ ask }) => ask).filter((ask) => isFit(asked, ask));
  const isFree = providersMin <= 1 && providerShareMax === null;
  if (isFree) return least(fit.map((ask) => costOfAll(asked, [ask], peakOf(asked.demand))));
  if (providersMin > 2 || (providerShareMax ?? 5_000) < 5_000) return null;
  if (segmentsOf(asked.demand).length > 1) return null;
  const half = (peakOf(asked.demand) + 1n) / 2n;
  return least(fit.flatMap((a) => fit.filter((b) => a.providerId < b.providerId).map((b) => costOfAll(asked, [a, b], half))));
}

function isFit({ constraints, promisesOf }: Asked, { poolId, unitPrice }: Ask): boolean {
  const isWithin = constraints.unitPriceMax === null || unitPrice <= constraints.unitPriceMax;
  return isWithin && missingOf(promisesOf(poolId), constraints) === null;
}

const least = (costs: readonly (bigint | null)[]): bigint | null =>
  costs.reduce((low, cost) => (low === null || (cost !== null && cost < low) ? cost : low), null);

const peakOf = (wanted: StepFunction): bigint => wanted.values.reduce((high, value) => (value > high ? value : high), 0n);

/** The same of each throughout the demand, on the grid and in lots of all; null where one of them has less. */
function costOfAll({ demand: wanted, offers }: Asked, asks: readonly Ask[], quantity: bigint): bigint | null {
  const { start, end } = windowOf(wanted);
  const windowOn = (grid: number): RawWindow => ({ start: Math.floor(start / grid) * grid, end: Math.ceil(end / grid) * grid });
  const [window, ...others] = asks.map(({ grid }) => windowOn(grid));
  if (window === undefined || others.some((other) => other.start !== window.start || other.end !== window.end)) return null;
  let size = quantity;
  while (asks.some(({ lotSize }) => size % lotSize !== 0n)) size += 1n;
  const most = asks.reduce((sum, { lotSize }) => sum + lotSize, peakOf(wanted) - 1n);
  if (size * BigInt(asks.length) > most) return null;
  // Of two asks of one pool there would be less room, but theirs are of two providers.
  for (const { poolId, remaining } of asks) {
    const room = offers.rooms.get(poolId);
    for (const at of cellsOf(window)) {
      if (valueAt(remaining, at) < size || (room !== undefined && valueAt(room, at) < size)) return null;
    }
  }
  return asks.reduce((sum, { unitPrice }) => sum + costOf(unitPrice, size, window), 0n);
}
