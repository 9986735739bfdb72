import type { solvePlan } from '../../src/allocation/application/plan.solving.js';
import type { PlanConstraints, problemOf } from '../../src/allocation/model/plan.offers.js';
import type { Fill } from '../../src/allocation/model/plan.problem.js';
import { StreamBusyError } from '../../src/eventstore/stream-errors.js';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import type { MarketId, OrganizationId } from '../../src/kernel/ids.js';
import type { BasisPoints, UnitPrice } from '../../src/kernel/money.js';
import { add, rectangle, segmentsOf, ZERO, type StepFunction } from '../../src/kernel/step-function.js';
import { ceilToGrid, HOUR_MS, MINUTE_MS, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import { UNCONSTRAINED } from '../../src/allocation/model/order.state.js';
import type { Callers } from './callers.js';
import { BUYERS } from './cast.js';
import type { OpenListing } from './market-auditor.js';
import type { MarketProcess } from './market-process.js';
import { ConnectionLostError } from './network.js';
import { auditPlan, type PromisesOf } from './plan-auditor.js';
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
  readonly constraints: PlanConstraints;
  readonly spoiling: Spoiling;
}

const HOLD_FOR = (15 * MINUTE_MS) as Duration;
/** Of one market: it has one quantization. */
const ANYTHING: PlanConstraints = {
  ...UNCONSTRAINED,
  ...{ quantizations: [], unitPriceMax: null, providersMin: 1, providerShareMax: null },
};

type Limit = (random: SeededRandom, price: number) => Partial<PlanConstraints>;

/** What some asks keep to and others do not; often just enough. */
const LIMITS: readonly Limit[] = [
  (random) => ({ providersMin: random.integer(2, 3) }),
  (random) => ({ providerShareMax: random.pick([3_400, 5_000, 7_500, 9_999]) as BasisPoints }),
  (random, price) => ({ unitPriceMax: BigInt(random.pick([price, price, price - 1, 2 * price]) + random.integer(0, 1)) as UnitPrice }),
  (random) => ({ ttftP95Max: random.pick([249, 250, 400, 899, 900]) as Duration }),
  (random) => ({ streamTokensPerSecondMin: random.pick([300, 301, 1_000, 2_000, 2_001]) }),
];

/** Mostly nothing; else one thing, or two. */
function limited(random: SeededRandom, price: number): PlanConstraints {
  const count = random.weighted([[6, 0], [4, 1], [1, 2]]);
  const chosen = random.shuffled(LIMITS).slice(0, count).map((limit) => limit(random, Math.max(price, 1)));
  return Object.assign({}, ANYTHING, ...chosen) as PlanConstraints;
}

interface Occasion {
  readonly marketId: MarketId;
  readonly now: Instant;
  readonly key: string;
  /** What the demand is near to; null: it may be anything. */
  readonly ask: Pick<OpenListing, 'window' | 'quantity' | 'unitPrice'> | null;
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
  const constraints = limited(random, Number(ask?.unitPrice ?? 1_000n));
  return { marketId, buyerId: random.pick(BUYERS), key, demand, constraints, spoiling };
}

/** How the product makes plans. */
export interface Planning {
  readonly problemOf: typeof problemOf;
  readonly solvePlan: typeof solvePlan;
}

const isLimited = (constraints: PlanConstraints): boolean => canonicalJson(asText(constraints)) !== canonicalJson(asText(ANYTHING));
const asText = (constraints: PlanConstraints): unknown => ({ ...constraints, unitPriceMax: String(constraints.unitPriceMax) });

/** Those who plan: they ask a process what it offers, find the cheapest cover, and hold it. */
export class Planners {
  readonly counts = { plans: 0, plansRefused: 0, plansLimited: 0 };

  constructor(
    private readonly callers: Callers,
    private readonly planning: Planning,
    private readonly promisesOf: (wish: PlanWish) => PromisesOf,
  ) {}

  async plan(process: MarketProcess, wish: PlanWish, newId: string): Promise<void> {
    const segments = segmentsOf(wish.demand);
    const start = segments[0]?.window.start as Instant;
    const window = { start, end: segments.at(-1)?.window.end as Instant };
    try {
      const { marketId, buyerId, demand, constraints } = wish;
      const offers = await process.offers(marketId, buyerId, window);
      const problem = this.planning.problemOf(demand, offers, constraints);
      const solved = await this.planning.solvePlan(problem, solve);
      auditPlan({ demand, offers, constraints, promisesOf: this.promisesOf(wish) }, solved);
      this.counts[solved.kind === 'plan' ? 'plans' : 'plansRefused'] += 1;
      if (solved.kind === 'plan' && isLimited(constraints)) this.counts.plansLimited += 1;
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
