import { Inject, Injectable } from '@nestjs/common';
import type { CommandContext } from '../../eventstore/command-context.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import {
  idInMarket,
  marketOf,
  type ListingId,
  type MarketId,
  type OrganizationId,
  type ReservationId,
} from '../../kernel/ids.js';
import type { Quantity } from '../../kernel/quantity.js';
import { segmentsOf, type StepFunction } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import type { AttemptLimiter } from '../../platform/rate-limit/attempt-limiter.js';
import type { MarketAnswer, ReservationView } from '../model/market.answer.js';
import type { MarketRejection } from '../model/market.rejections.js';
import { offersIn, problemOf, type Offers, type PlanConstraints } from '../model/plan.offers.js';
import type { PlanAnswer } from '../model/plan.problem.js';
import { explainShortage } from '../model/plan.shortage.js';
import { LinearSolver } from './linear-solver.js';
import { MarketService, type MarketOutcome } from './market.service.js';
import { solvePlan } from './plan.solving.js';
import { HOLD_FOR, type TradeRequest } from './trading.service.js';

/** Solving takes a processor for seconds: nobody's plans may keep those of others waiting. */
export const PLAN_LIMITS = { attemptsMax: 60, windowMs: 60_000 };
export const PLAN_LIMITER = Symbol('PlanLimiter');

/** The organization has asked for more plans than it may within a minute. */
export interface TooManyPlans {
  readonly kind: 'too-many';
  readonly retryAfterSeconds: number;
}

export interface PlanRequest {
  /** `llama-3.3-70b`: all its markets, if no quantizations are named. */
  readonly model: string;
  readonly demand: StepFunction;
  readonly constraints: PlanConstraints;
}

/** One rectangle to hold. */
export interface PlannedHold {
  readonly listingId: ListingId;
  readonly window: Window;
  readonly quantity: Quantity;
}

export type HoldPlanOutcome =
  | { readonly accepted: true; readonly reservations: readonly ReservationView[] }
  | {
      readonly accepted: false;
      /** Which of the holds, from 0. */
      readonly index: number;
      readonly rejection: JsonOf<MarketRejection>;
    };

interface Held {
  /** Place in what was asked for. */
  readonly index: number;
  readonly reservation: ReservationView;
}

interface Package {
  readonly marketId: MarketId;
  readonly holds: readonly (PlannedHold & {
    /** Place in what was asked for. */
    readonly index: number;
    readonly reservationId: ReservationId;
  })[];
}

/** Finds the cheapest way to cover a demand, and holds it. */
@Injectable()
export class PlanService {
  constructor(
    private readonly markets: MarketService,
    private readonly solver: LinearSolver,
    @Inject(PLAN_LIMITER) private readonly limiter: AttemptLimiter,
  ) {}

  /** On a snapshot: what it answers can be sold to somebody else before it is held. */
  async plan(
    { organizationId }: AuthenticatedPrincipal,
    { model, demand, constraints }: PlanRequest,
  ): Promise<PlanAnswer | TooManyPlans> {
    const retryAfterSeconds = await this.limiter.attempt(organizationId);
    if (retryAfterSeconds !== null) return { kind: 'too-many', retryAfterSeconds };
    const offers = await this.offers(organizationId, model, demand);
    const problem = problemOf(demand, offers, constraints);
    const solved = await solvePlan(problem, (program) => this.solver.solve(program));
    if (solved.kind !== 'short') return solved;
    const infeasible = explainShortage(demand, offers, constraints, solved.shortage);
    return { kind: 'infeasible', infeasible };
  }

  private async offers(
    buyerId: OrganizationId,
    model: string,
    demand: StepFunction,
  ): Promise<Offers> {
    const segments = segmentsOf(demand);
    const start = present(segments[0], 'demand').window.start;
    const end = present(segments.at(-1), 'demand').window.end;
    const marketIds = await this.markets.marketsOf(model);
    const found = await Promise.all(
      marketIds.map((marketId) =>
        this.markets.read(marketId, (state, now) =>
          offersIn(state, { buyerId, window: { start, end }, now }),
        ),
      ),
    );
    return {
      offers: found.flatMap(({ offers }) => offers),
      rooms: new Map(found.flatMap(({ rooms }) => [...rooms])),
    };
  }

  /**
   * Holds everything or nothing: each market's part at once, market by market. When one refuses, what
   * the others held is released; when a process ends in between, the same key goes on from there, and
   * what nobody comes back for expires as every hold does.
   */
  async hold(request: TradeRequest, holds: readonly PlannedHold[]): Promise<HoldPlanOutcome> {
    const packages = packagesOf(holds);
    if (!Array.isArray(packages)) return packages;
    const held: Held[] = [];
    for (const [place, part] of packages.entries()) {
      const outcome = await this.holdPackage(request, place, part);
      if (!outcome.accepted) {
        await this.releaseAll(request, held);
        return refusedOf(part, outcome.rejection);
      }
      held.push(...holdsOf(part, outcome.answer));
    }
    held.sort((a, b) => a.index - b.index);
    return { accepted: true, reservations: held.map(({ reservation }) => reservation) };
  }

  private holdPackage(
    request: TradeRequest,
    place: number,
    { marketId, holds }: Package,
  ): Promise<MarketOutcome> {
    const buyerId = request.caller.organizationId;
    const packageId = uuidV7();
    const pieces = holds.map(({ reservationId, listingId, window, quantity }) => ({
      ...{ reservationId, listingId, window, quantity },
    }));
    const command = { type: 'HoldPackage', packageId, buyerId, holds: pieces } as const;
    const context = contextOf(request, place === 0 ? '' : ` ${place}`);
    return this.markets.execute(marketId, { ...command, holdFor: HOLD_FOR }, context);
  }

  /** A hold that is gone already is released. */
  private async releaseAll(request: TradeRequest, held: readonly Held[]): Promise<void> {
    const holderId = request.caller.organizationId;
    for (const { reservation, index } of held) {
      const { reservationId, marketId } = reservation;
      const command = { type: 'ReleaseHold', reservationId, holderId } as const;
      await this.markets.execute(marketId, command, contextOf(request, ` release ${index}`));
    }
  }
}

/**
 * The first market gets the caller's own key, so that the key with other content is refused there;
 * others get one that no caller can send: keys hold no spaces.
 */
function contextOf(
  { caller, mutation, idempotencyKey, input }: TradeRequest,
  suffix: string,
): CommandContext {
  return commandOf(caller, mutation, `${idempotencyKey}${suffix}`, input);
}

/** What is held of a package: what was the first time, where the key was asked with before. */
function holdsOf({ holds }: Package, answer: MarketAnswer): readonly Held[] {
  const reservations = answer.kind === 'package' ? answer.reservations : [];
  return holds.map(({ index }, place) => ({ index, reservation: present(reservations[place], 'a hold') }));
}

/** The holds by market, in the order in which markets come first. */
function packagesOf(
  holds: readonly PlannedHold[],
): Package[] | Extract<HoldPlanOutcome, { readonly accepted: false }> {
  const byMarket = new Map<MarketId, Package['holds'][number][]>();
  for (const [index, hold] of holds.entries()) {
    const marketId = marketOf(hold.listingId);
    if (marketId === null) {
      return { accepted: false, index, rejection: { code: 'LISTING_NOT_FOUND' } };
    }
    const reservationId = idInMarket<ReservationId>(marketId, uuidV7());
    const own = byMarket.get(marketId) ?? [];
    own.push({ ...hold, index, reservationId });
    byMarket.set(marketId, own);
  }
  return [...byMarket].map(([marketId, own]) => ({ marketId, holds: own }));
}

function refusedOf({ holds }: Package, rejection: JsonOf<MarketRejection>): HoldPlanOutcome {
  if (rejection.code !== 'PACKAGE_REFUSED') return { accepted: false, index: 0, rejection };
  const { index } = present(holds[rejection.index], 'the hold that was refused');
  return { accepted: false, index, rejection: rejection.reason };
}
