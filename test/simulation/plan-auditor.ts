import type { Solved } from '../../src/allocation/application/plan.solving.js';
import type { Offers, PlanConstraints } from '../../src/allocation/model/plan.offers.js';
import type { Ask, Plan } from '../../src/allocation/model/plan.problem.js';
import { segmentsOf, valueAt, type StepFunction } from '../../src/kernel/step-function.js';
import { MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import { missingOf } from './insistence.js';
import type { MarketAuditor } from './market-auditor.js';
import type { RawWindow } from './pool-book.js';
import { HOUR, roundedShare } from './rounding.js';
import { demand } from './violation.js';

/** The finest grid of all pools. */
const CELL = 15 * MINUTE_MS;
/** A share of all, in basis points. */
const WHOLE = 10_000n;

function* cellsOf({ start, end }: RawWindow): Generator<Instant> {
  for (let at = start; at < end; at += CELL) yield at as Instant;
}

const costOf = (unitPrice: bigint, quantity: bigint, { start, end }: RawWindow): bigint =>
  roundedShare(unitPrice * quantity, BigInt(end - start), HOUR);

/** What somebody wants covered, and what they insist on. */
export interface PlanAsked {
  readonly demand: StepFunction;
  readonly constraints: PlanConstraints;
}

/** What of a pool is bought, as a plan says or as the log does. */
interface Bought {
  readonly poolId: string;
  readonly window: RawWindow;
  readonly quantity: bigint;
  readonly unitPrice: bigint;
}

/** Looks at a plan cell by cell: it covers the demand, from what is offered and may be taken, and not too dear. */
export function auditPlan(asked: PlanAsked, { offers, rooms }: Offers, solved: Solved, book: MarketAuditor): void {
  const asks = offers.flatMap(({ ask }) => (faultOf(asked, ask, book) === null ? [ask] : []));
  const simplest = cheapestSingle(asked, asks, rooms);
  if (solved.kind !== 'plan') {
    demand(simplest === null, `a plan is called ${solved.kind}, and one ask would do`);
    return;
  }
  const { plan } = solved;
  checkBought('a plan', asked, plan.fills, book);
  checkSpread('a plan', asked, plan.fills, book);
  checkOffers(asks, plan);
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

/** That all of it is of what may be taken, and that there is enough of it in every cell. */
export function checkBought(name: string, asked: PlanAsked, all: readonly Bought[], book: MarketAuditor): void {
  for (const one of all) {
    const fault = faultOf(asked, one, book);
    demand(fault === null, `${name} is of ${one.poolId} ${String(fault)}`);
  }
  checkCover(name, asked, all);
}

/** That it is of enough providers, and not too much of it of one: in token-hours of all that is bought. */
export function checkSpread(name: string, { constraints }: PlanAsked, all: readonly Bought[], book: MarketAuditor): void {
  const volumes = new Map<string, bigint>();
  let whole = 0n;
  for (const { poolId, quantity, window } of all) {
    const { providerId } = book.pool(poolId);
    const volume = quantity * BigInt(window.end - window.start);
    volumes.set(providerId, (volumes.get(providerId) ?? 0n) + volume);
    whole += volume;
  }
  const { providersMin, providerShareMax } = constraints;
  demand(volumes.size >= providersMin, `${name} has ${volumes.size} providers and insists on ${providersMin}`);
  const most = BigInt(providerShareMax ?? WHOLE);
  for (const [providerId, volume] of volumes) {
    const isWithin = volume * WHOLE <= whole * most;
    demand(isWithin, `${name} has ${volume} of ${whole} from ${providerId}, above ${most}`);
  }
}

/** Why something may not be bought; null: it may. */
function faultOf({ constraints }: PlanAsked, { poolId, unitPrice }: Pick<Bought, 'poolId' | 'unitPrice'>, book: MarketAuditor): string | null {
  const missing = missingOf(book.orders.bids.promisesOf(poolId), constraints);
  if (missing !== null) return `and insists on other ${missing}`;
  const { unitPriceMax, quantizations } = constraints;
  if (unitPriceMax !== null && unitPrice > unitPriceMax) return `and pays ${unitPrice}, above ${unitPriceMax}`;
  const isAny = quantizations.length === 0 || quantizations.some((one) => poolId.split('~')[0]?.endsWith(`@${one}`));
  return isAny ? null : `and insists on ${quantizations.join()}`;
}

function windowOf(wanted: StepFunction): RawWindow {
  const segments = segmentsOf(wanted);
  return { start: segments[0]?.window.start ?? 0, end: segments.at(-1)?.window.end ?? 0 };
}

function checkCover(name: string, { demand: wanted }: PlanAsked, all: readonly Bought[]): void {
  for (const at of cellsOf(windowOf(wanted))) {
    const own = all.filter(({ window }) => window.start <= at && at < window.end);
    const bought = own.reduce((sum, { quantity }) => sum + quantity, 0n);
    const asked = valueAt(wanted, at);
    demand(bought >= asked, `${name} covers ${bought} of ${asked} at ${new Date(at).toISOString()}`);
  }
}

function checkOffers(asks: readonly Ask[], { fills }: Plan): void {
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
function cheapestSingle(asked: PlanAsked, asks: readonly Ask[], rooms: Offers['rooms']): bigint | null {
  const { providersMin, providerShareMax } = asked.constraints;
  if (providersMin > 1 || (providerShareMax !== null && BigInt(providerShareMax) < WHOLE)) return null;
  const costs = asks.flatMap((ask) => singleCost(asked, ask, rooms) ?? []);
  return costs.reduce<bigint | null>((least, cost) => {
    return least === null || cost < least ? cost : least;
  }, null);
}

function singleCost({ demand: wanted }: PlanAsked, ask: Ask, rooms: Offers['rooms']): bigint | null {
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
