import type { solvePlan } from '../../src/allocation/application/plan.solving.js';
import { problemOf, type PlanConstraints } from '../../src/allocation/model/plan.offers.js';
import type { Fill } from '../../src/allocation/model/plan.problem.js';
import { StreamBusyError } from '../../src/eventstore/stream-errors.js';
import type { MarketId, OrganizationId } from '../../src/kernel/ids.js';
import { add, rectangle, segmentsOf, ZERO, type StepFunction } from '../../src/kernel/step-function.js';
import { ceilToGrid, HOUR_MS, MINUTE_MS, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import { UNCONSTRAINED } from '../../src/allocation/model/order.state.js';
import type { Callers } from './callers.js';
import { BUYERS } from './cast.js';
import type { OpenListing } from './market-auditor.js';
import type { MarketProcess } from './market-process.js';
import { ConnectionLostError } from './network.js';
import { auditPlan } from './plan-auditor.js';
import type { SeededRandom } from './random.js';
import { solve } from './solver.js';

/** What is wrong with the package that is asked for when the plan is known: nothing, mostly. */
export type Spoiling = 'none' | 'too-much' | 'twice';

/** A demand that somebody wants covered, and then held, whole or not at all. */
export interface PlanWish {
  readonly marketId: MarketId;
  readonly buyerId: OrganizationId;
  /** Of the package. */
  readonly key: string;
  readonly demand: StepFunction;
  readonly providersMin: number;
  readonly spoiling: Spoiling;
}

const HOLD_FOR = (15 * MINUTE_MS) as Duration;
/** Of one market: prices, places and speeds are what they are. */
const ANYTHING: PlanConstraints = {
  ...UNCONSTRAINED,
  ...{ quantizations: [], unitPriceMax: null, providersMin: 1, providerShareMax: null },
};

interface Occasion {
  readonly marketId: MarketId;
  readonly now: Instant;
  readonly key: string;
  /** What the demand is near to; null: it may be anything. */
  readonly ask: Pick<OpenListing, 'window' | 'quantity'> | null;
}

/** Up to three different quantities one after the other, often what one ask or two could cover. */
export function planWish(random: SeededRandom, { marketId, now, key, ask }: Occasion): PlanWish {
  const first = ceilToGrid(Math.max(now, ask?.window.start ?? 0) as Instant, HOUR_MS);
  const hours = Math.floor(((ask?.window.end ?? 0) - first) / HOUR_MS);
  const cells = Math.max(1, Math.min(hours, 6));
  const quantityMax = Math.ceil((ask?.quantity ?? 100) * random.pick([0.2, 0.6, 1.4]));
  let [demand, from] = [ZERO, first];
  for (let left = random.integer(1, Math.min(cells, 3)); left > 0; left -= 1) {
    const end = plus(from, HOUR_MS * random.integer(1, Math.max(1, Math.floor(cells / 3))));
    demand = add(demand, rectangle({ start: from, end }, BigInt(random.integer(1, quantityMax))));
    from = end;
  }
  const spoiling = random.weighted<Spoiling>([[6, 'none'], [2, 'too-much'], [2, 'twice']]);
  const providersMin = random.weighted([[6, 1], [1, 2]]);
  return { marketId, buyerId: random.pick(BUYERS), key, demand, providersMin, spoiling };
}

/** Those who plan: they ask a process what it offers, find the cheapest cover, and hold it. */
export class Planners {
  readonly counts = { plans: 0, plansRefused: 0 };

  constructor(
    private readonly callers: Callers,
    private readonly solvePlanOf: typeof solvePlan,
  ) {}

  async plan(process: MarketProcess, wish: PlanWish, newId: string): Promise<void> {
    const segments = segmentsOf(wish.demand);
    const start = segments[0]?.window.start as Instant;
    const window = { start, end: segments.at(-1)?.window.end as Instant };
    try {
      const { marketId, buyerId, providersMin } = wish;
      const offers = await process.offers(marketId, buyerId, window);
      const problem = problemOf(wish.demand, offers, { ...ANYTHING, providersMin });
      const solved = await this.solvePlanOf(problem, solve);
      auditPlan(problem, solved);
      this.counts[solved.kind === 'plan' ? 'plans' : 'plansRefused'] += 1;
      if (solved.kind === 'plan') await this.hold(process, wish, solved.plan.fills, newId);
    } catch (error) {
      const isUnknown = error instanceof StreamBusyError || error instanceof ConnectionLostError;
      if (!isUnknown) throw error;
    }
  }

  private hold(
    process: MarketProcess,
    { marketId, buyerId, key, spoiling }: PlanWish,
    fills: readonly Fill[],
    newId: string,
  ): Promise<void> {
    const all = fills.map(({ listingId, window, quantity }) => ({ listingId, window, quantity }));
    const content = { type: 'HoldPackage', buyerId, holds: spoiled(all, spoiling), holdFor: HOLD_FOR } as const;
    return this.callers.send(process, { request: { marketId, scope: buyerId, key, content }, newId });
  }
}

type Holds = readonly Pick<Fill, 'listingId' | 'window' | 'quantity'>[];

/** One hold too many: of what is not there, or of what another one took already. */
function spoiled(holds: Holds, spoiling: Spoiling): Holds {
  const last = holds.at(-1);
  if (spoiling === 'none' || last === undefined) return holds;
  if (spoiling === 'twice') return [...holds, last];
  const quantity = (last.quantity * 1_000n) as Fill['quantity'];
  return [...holds, { ...last, quantity }];
}
