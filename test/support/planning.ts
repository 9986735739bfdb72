import type { Ask, PlanProblem } from '../../src/allocation/model/plan.problem.js';
import type { ListingId, OrganizationId, PoolId } from '../../src/kernel/ids.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import { fromSegments, maximumOver, minimumOver, type StepFunction } from '../../src/kernel/step-function.js';
import { ceilToGrid, floorToGrid, HOUR_MS, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import { contains, type Window } from '../../src/kernel/window.js';
import { hour, hours, MARKET, price, tokens } from './market.js';

/** `[from, to, tokens/s]` in hours from day zero. */
export type Stretch = readonly [from: number, to: number, quantity: number];

export const curve = (...stretches: readonly Stretch[]): StepFunction =>
  fromSegments(
    stretches.map(([from, to, value]) => ({ window: hours(from, to), value: BigInt(value) })),
  );

/** An ask `A1` of provider `A` in pool `A`, if nothing else is said. */
export function ask(
  name: string,
  unitPrice: number,
  remaining: readonly Stretch[],
  changes: Partial<Ask> = {},
): Ask {
  const owner = name.slice(0, 1);
  return {
    listingId: name as ListingId,
    marketId: MARKET,
    poolId: `pool-${owner}` as PoolId,
    sellerId: owner as OrganizationId,
    providerId: owner as OrganizationId,
    unitPrice: price(unitPrice),
    grid: HOUR_MS,
    lotSize: tokens(1),
    remaining: curve(...remaining),
    ...changes,
  };
}

export interface Rules {
  readonly providersMin?: number;
  readonly share?: number | null;
  readonly rooms?: Readonly<Record<string, StepFunction>>;
}

export function problem(
  demand: StepFunction,
  asks: readonly Ask[],
  { providersMin = 1, share = null, rooms = {} }: Rules = {},
): PlanProblem {
  const byPool = Object.entries(rooms).map(([id, room]) => [id as PoolId, room] as const);
  return {
    demand,
    asks,
    rooms: new Map(byPool),
    spread: { providersMin, providerShareMax: share as BasisPoints | null },
  };
}

interface Choice {
  readonly ask: Ask;
  readonly window: Window;
  readonly most: number;
  readonly peak: number;
}

/**
 * The cheapest amount by trying everything: each ask in each cell of its grid at each quantity.
 * Null when nothing covers the demand. Knows nothing of the planner.
 */
export function cheapestByTrying(given: PlanProblem, from: number, to: number): bigint | null {
  const coarsest = Math.max(...given.asks.map(({ grid }) => grid), HOUR_MS) as Duration;
  const first = floorToGrid(hour(from), coarsest);
  const end = ceilToGrid(hour(to), coarsest);
  const lines: Instant[] = [];
  for (let at = first; at < end; at = plus(at, HOUR_MS)) lines.push(at);
  const demand = lines.map((at) => at0(given.demand, at));
  const choices = choicesOf(given, lines);
  const ceiling = lines.map((at) => ceilingAt(given, choices.filter(({ window }) => contains(window, at))));
  const search = { given, lines, demand, ceiling, choices, best: null };
  return tryAll(search, 0, { covered: lines.map(() => 0), cost: 0, taken: [] });
}

const at0 = (fn: StepFunction, at: Instant): number =>
  Number(minimumOver(fn, { start: at, end: plus(at, 1) }));

function choicesOf({ asks, demand }: PlanProblem, lines: readonly Instant[]): readonly Choice[] {
  const choices = asks.flatMap((one) =>
    lines
      .filter((at) => at % one.grid === 0)
      .map((start) => ({ start, end: plus(start, one.grid) }))
      .map((window) => {
        const peak = Number(maximumOver(demand, window));
        const lot = Number(one.lotSize);
        const useful = Math.ceil(peak / lot) * lot;
        const most = Math.min(useful, Number(minimumOver(one.remaining, window)));
        return { ask: one, window, most, peak };
      }),
  );
  // In time order, so that what cannot be covered any more is seen early.
  return choices.filter(({ ask: one, most }) => most >= Number(one.lotSize)).sort((a, b) => a.window.start - b.window.start);
}

/**
 * More than demanded only where a cell of somebody's grid, needed elsewhere, reaches, or a lot does: of each provider
 * where it is parted among them.
 */
function ceilingAt({ spread }: PlanProblem, choices: readonly Choice[]): number {
  if (choices.length === 0) return 0;
  const isParted = spread.providersMin > 1 || spread.providerShareMax !== null;
  if (!isParted) return Math.max(...choices.map(({ ask: one, peak }) => peak + Number(one.lotSize) - 1));
  const lots = new Map<string, number>();
  for (const { ask: { providerId, lotSize } } of choices) {
    lots.set(providerId, Math.max(lots.get(providerId) ?? 0, Number(lotSize)));
  }
  return Math.max(...choices.map(({ peak }) => peak)) + [...lots.values()].reduce((sum, lot) => sum + lot, -1);
}

interface Search {
  readonly given: PlanProblem;
  readonly lines: readonly Instant[];
  readonly demand: readonly number[];
  readonly ceiling: readonly number[];
  readonly choices: readonly Choice[];
  best: bigint | null;
}

interface Taken {
  readonly covered: readonly number[];
  readonly cost: number;
  readonly taken: readonly (readonly [choice: Choice, quantity: number])[];
}

function tryAll(search: Search, index: number, so: Taken): bigint | null {
  const { lines, demand, ceiling, choices } = search;
  if (search.best !== null && BigInt(so.cost) >= search.best) return search.best;
  const choice = choices[index];
  const settled = choice?.window.start ?? Infinity;
  if (lines.some((at, cell) => at < settled && so.covered[cell]! < demand[cell]!)) return search.best;
  if (choice === undefined) {
    if (keepsRules(search.given, so)) search.best = BigInt(so.cost);
    return search.best;
  }
  const { window, ask: one, most } = choice;
  const spanned = (window.end - window.start) / HOUR_MS;
  for (let quantity = 0; quantity <= most; quantity += Number(one.lotSize)) {
    const covered = so.covered.map((value, cell) =>
      lines[cell]! >= window.start && lines[cell]! < window.end ? value + quantity : value,
    );
    if (covered.some((value, cell) => value > ceiling[cell]!)) break;
    const cost = so.cost + quantity * spanned * Number(one.unitPrice);
    const taken = quantity === 0 ? so.taken : [...so.taken, [choice, quantity] as const];
    tryAll(search, index + 1, { covered, cost, taken });
  }
  return search.best;
}

function keepsRules({ spread, rooms }: PlanProblem, { taken }: Taken): boolean {
  const byProvider = new Map<string, number>();
  let total = 0;
  for (const [{ ask: one, window }, quantity] of taken) {
    const volume = quantity * (window.end - window.start);
    total += volume;
    byProvider.set(one.providerId, (byProvider.get(one.providerId) ?? 0) + volume);
  }
  const share = spread.providerShareMax ?? 10_000;
  return (
    byProvider.size >= spread.providersMin &&
    [...byProvider.values()].every((own) => own * 10_000 <= share * total) &&
    [...rooms].every(([poolId, room]) =>
      taken
        .filter(([choice]) => choice.ask.poolId === poolId)
        .every(([{ window }], _index, own) => {
          const held = own.filter(([other]) => other.window.start === window.start);
          const sum = held.reduce((all, [, quantity]) => all + quantity, 0);
          return BigInt(sum) <= minimumOver(room, window);
        }),
    )
  );
}
