import type { solvePlan, Solved } from '../../src/allocation/application/plan.solving.js';
import type { problemOf, PlanConstraints } from '../../src/allocation/model/plan.offers.js';
import type { Fill, Plan } from '../../src/allocation/model/plan.problem.js';
import { StreamBusyError } from '../../src/eventstore/stream-errors.js';
import type { MarketId, OrganizationId } from '../../src/kernel/ids.js';
import { add, rectangle, segmentsOf, ZERO, type StepFunction } from '../../src/kernel/step-function.js';
import { ceilToGrid, HOUR_MS, MINUTE_MS, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import type { Callers } from './callers.js';
import { BUYERS } from './cast.js';
import { insistsOnAny } from './insistence.js';
import type { LogAuditor } from './log-auditor.js';
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
  readonly constraints: PlanConstraints;
  readonly spoiling: Spoiling;
}

const HOLD_FOR = (15 * MINUTE_MS) as Duration;

interface Occasion {
  readonly marketId: MarketId;
  readonly now: Instant;
  readonly key: string;
  /** What the demand is near to; null: it may be anything. */
  readonly ask: Pick<OpenListing, 'window' | 'quantity'> | null;
  readonly constraints: PlanConstraints;
}

/** Up to three different quantities one after the other, often what one ask or two could cover. */
export function planWish(random: SeededRandom, { marketId, now, key, ask, constraints }: Occasion): PlanWish {
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
  return { marketId, buyerId: random.pick(BUYERS), key, demand, constraints, spoiling };
}

/** How the product plans. */
export interface Planning {
  readonly problemOf: typeof problemOf;
  readonly solvePlan: typeof solvePlan;
}

/** Those who plan: they ask a process what it offers, find the cheapest cover, and hold it. */
export class Planners {
  readonly counts = { plans: 0, plansRefused: 0, plansInsisting: 0, plansSpread: 0 };

  constructor(
    private readonly callers: Callers,
    private readonly logOf: (marketId: MarketId) => LogAuditor,
    private readonly product: Planning,
  ) {}

  async plan(process: MarketProcess, wish: PlanWish, newId: string): Promise<void> {
    const segments = segmentsOf(wish.demand);
    const start = segments[0]?.window.start as Instant;
    const window = { start, end: segments.at(-1)?.window.end as Instant };
    try {
      const { marketId, buyerId } = wish;
      const offers = await process.offers(marketId, buyerId, window);
      const problem = this.product.problemOf(wish.demand, offers, wish.constraints);
      const solved = await this.product.solvePlan(problem, solve);
      const log = this.logOf(marketId);
      await log.catchUp();
      auditPlan(wish, offers, solved, log.book);
      this.count(wish, solved);
      if (solved.kind === 'plan') await this.hold(process, wish, solved.plan, newId);
    } catch (error) {
      const isUnknown = error instanceof StreamBusyError || error instanceof ConnectionLostError;
      if (!isUnknown) throw error;
    }
  }

  private count({ constraints }: PlanWish, { kind }: Solved): void {
    this.counts[kind === 'plan' ? 'plans' : 'plansRefused'] += 1;
    if (kind !== 'plan') return;
    if (insistsOnAny(constraints)) this.counts.plansInsisting += 1;
    const { providersMin, providerShareMax } = constraints;
    if (providersMin > 1 || providerShareMax !== null) this.counts.plansSpread += 1;
  }

  private hold(process: MarketProcess, wish: PlanWish, { fills, amount }: Plan, newId: string): Promise<void> {
    const { marketId, buyerId, key, spoiling } = wish;
    const all = fills.map(({ listingId, window, quantity }) => ({ listingId, window, quantity }));
    const content = { type: 'HoldPackage', buyerId, holds: spoiled(all, spoiling), holdFor: HOLD_FOR } as const;
    this.logOf(marketId).packages.insists(content, { ...wish, amount: spoiling === 'none' ? amount : null });
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
