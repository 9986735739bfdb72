import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import { InvariantError } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Timers } from '../../platform/clock/timers.js';
import { ADMISSION_LIMITS, type Entry } from '../model/admission.js';
import { costOf, estimate, estimateUnlimited, isEstimate, type Estimate, type Unfit } from '../model/estimate.js';
import type { Failure } from '../model/gateway.failure.js';
import { applyCaps, waitingOf } from '../model/guardrails.js';
import {
  cappedBy,
  failedWith,
  lateFor,
  notHeld,
  RECORDS_WAIT,
  refusedBy,
  BEING_BOUGHT,
  STOPPING,
  unfitFor,
  type InferenceError,
} from '../model/inference.error.js';
import type { InferenceRequest } from '../model/inference.request.js';
import type { Lane } from '../model/lane.js';
import { notePlaces, orderLanes } from '../model/lane.order.js';
import { isNamed } from '../model/model.name.js';
import type { Policy } from '../model/routing.js';
import type { Tier } from '../model/tier.js';
import { AdmissionService, type Ticket } from './admission.service.js';
import { GATEWAY_BOUNDS, type GatewayLimits } from './gateway-limits.js';
import { GuardrailService } from './guardrail.service.js';
import { rateLimitHeaders, type Headers, type IncomingCall, type InferenceCall, type Route, type Told } from './inference-call.js';
import { LaneDirectory } from './lane-directory.js';
import { LaneMeasurements } from './lane-measurements.js';
import { MirrorService } from './mirror.service.js';
import { RouteRun } from './route-run.js';
import { RoutingService, type RoutingInForce } from './routing.service.js';
import { SpotService } from './spot.service.js';
import { GATEWAY_LIMITS, MONOTONIC, TIMERS } from './tokens.js';
import { UsageRecorder } from './usage-recorder.js';

/** A lane that could serve a request, and what that could cost. */
interface Fit {
  readonly lane: Lane;
  readonly estimate: Estimate;
}

type Found =
  /** `tier`: at which it was let in. */
  | { readonly kind: 'route'; readonly route: Route; readonly tier: Tier }
  | { readonly kind: 'error'; readonly error: InferenceError; readonly headers: Headers };

type Waited =
  | { readonly kind: 'admitted'; readonly ticket: Ticket; readonly tier: Tier }
  | { readonly kind: 'refused'; readonly error: InferenceError };

const SHARE_WHOLE = 10_000;
/** Tiers that may be asked to find out how a lane is now. */
const PATIENT: ReadonlySet<Tier> = new Set(['standard', 'batch']);

/** Takes a request to a lane of its organization's, and to another when that one fails before its first token. */
@Injectable()
export class GatewayService implements OnModuleDestroy {
  private underWay = 0;
  private isStopping = false;
  private emptied: () => void = () => undefined;

  constructor(
    private readonly directory: LaneDirectory,
    private readonly routings: RoutingService,
    private readonly guardrails: GuardrailService,
    private readonly admission: AdmissionService,
    private readonly measurements: LaneMeasurements,
    private readonly runs: RouteRun,
    private readonly recorder: UsageRecorder,
    private readonly mirrors: MirrorService,
    private readonly spot: SpotService,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(GATEWAY_LIMITS) private readonly limits: GatewayLimits,
    @Inject(MONOTONIC) private readonly monotonic: () => number,
  ) {}

  /** Lanes of an organization that hold something right now. */
  async activeLanes(organizationId: OrganizationId): Promise<readonly Lane[]> {
    const lanes = await this.directory.lanesOf(organizationId);
    return lanes.filter((lane) => this.admission.rateOf(lane) > 0n);
  }

  async serve(call: IncomingCall): Promise<Told> {
    if (this.isStopping) return errorOf(STOPPING);
    if (this.recorder.isFullFor(call.request.tier)) return errorOf(RECORDS_WAIT);
    this.underWay += 1;
    try {
      return await this.guard(call);
    } finally {
      this.underWay -= 1;
      if (this.underWay === 0) this.emptied();
    }
  }

  /** What is under way may end by itself for a while; then it is ended, and what it used is stored. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    const mirrored = this.mirrors.stop();
    const cancel = this.timers.after(this.limits.drain, () => this.runs.stopAll());
    if (this.underWay > 0) await new Promise<void>((done) => (this.emptied = done));
    cancel();
    await mirrored;
    await this.recorder.drain();
  }

  private async guard(call: IncomingCall): Promise<Told> {
    const guardrails = await this.guardrails.inForce(call.organizationId, call.keyId);
    const capped = applyCaps(call.request, guardrails);
    if (!capped.ok) return errorOf(cappedBy(capped.error));
    return this.route({ ...call, request: capped.value, guardrails });
  }

  private async route(call: InferenceCall): Promise<Told> {
    const { organizationId, keyId, request } = call;
    const [routing, lanes] = await Promise.all([
      this.routings.inForce(organizationId, keyId),
      this.activeLanes(organizationId),
    ]);
    const named = lanes.filter(({ marketId }) => isNamed(request.model, marketId));
    const { fits, unfit } = this.fitsAmong(this.inOrder(named, call, routing.policy), request);
    let left = fits;
    let failure: Failure | null = null;
    for (let attempt = 0; attempt < GATEWAY_BOUNDS.attempts; attempt += 1) {
      const found = await this.findRoute(call, routing, left, unfit);
      // What the last lane said is nearer to the truth than that there is no other.
      if (found.kind === 'error') return failure === null ? found : errorOf(failedWith(failure));
      const { route, tier } = found;
      const others = othersThan(route, left);
      const hasNext = attempt < GATEWAY_BOUNDS.attempts - 1 && hasOther(route, others, routing);
      const spare = hasNext ? `${call.requestId}.${attempt}` : null;
      const served = atTier(call, tier);
      const running = this.runs.run(served, route, spare);
      if (attempt === 0) this.mirrors.consider(served, route);
      const end = await running;
      if (end.kind === 'told') return end.told;
      failure = end.failure;
      left = others;
    }
    // The last attempt tells by itself.
    throw new InvariantError(`a request without an end: ${JSON.stringify(failure)}`);
  }

  private inOrder(
    lanes: readonly Lane[],
    { request }: InferenceCall,
    policy: Policy,
  ): readonly Lane[] {
    const { lane: wanted, tier, ttftMs, tpotMs } = request;
    const candidates = lanes
      .filter(({ reservationId }) => wanted === null || reservationId === wanted)
      .map((lane) => ({ lane, record: this.measurements.of(lane.reservationId) }));
    const draw = policy.kind === 'canary' ? randomInt(SHARE_WHOLE) : 0;
    const isPatient = ttftMs === null && tpotMs === null && PATIENT.has(tier);
    const choice = { policy, now: this.monotonic(), draw, ttftMs, tpotMs, isPatient, costOf: (lane: Lane) => costOf(request, lane) };
    const ordered = orderLanes(candidates, choice);
    notePlaces(ordered);
    return ordered.map(({ lane }) => lane);
  }

  /** Lanes that could serve it, and why the first of the others could not. */
  private fitsAmong(
    lanes: readonly Lane[],
    request: InferenceRequest,
  ): { readonly fits: readonly Fit[]; readonly unfit: Unfit | null } {
    const fits: Fit[] = [];
    let unfit: Unfit | null = null;
    for (const lane of lanes) {
      const { weights, contextLength } = lane;
      const found = estimate(request, { weights, contextLength, rate: this.admission.rateOf(lane) });
      if (isEstimate(found)) fits.push({ lane, estimate: found });
      else unfit ??= found;
    }
    return { fits, unfit };
  }

  /** The first lane with room; else one that is bought, or the fallback; else waiting for the first lane's turn. */
  private async findRoute(
    call: InferenceCall,
    routing: RoutingInForce,
    fits: readonly Fit[],
    unfit: Unfit | null,
  ): Promise<Found> {
    const room = (await this.findRoom(call, fits)) ?? (await this.findElsewhere(call, routing));
    if (room?.kind === 'route') return room;
    const [first] = fits;
    if (first === undefined) return room ?? { kind: 'error', error: whyNone(call.request, unfit), headers: {} };
    const waited = await this.waitFor(call, first);
    if (waited.kind === 'admitted') return routeTo(first, waited.ticket, waited.tier);
    if (this.runs.stopping.aborted) return { kind: 'error', error: STOPPING, headers: {} };
    const headers = rateLimitHeaders(await this.admission.stateOf(first.lane));
    return { kind: 'error', error: waited.error, headers };
  }

  /** The first lane with room for it at once. */
  private async findRoom(call: InferenceCall, fits: readonly Fit[]): Promise<Found | null> {
    for (const fit of fits) {
      const ticket = await this.admission.tryNow(fit.lane, entryOf(call, fit));
      if (ticket !== null) return routeTo(fit, ticket, call.request.tier);
    }
    return null;
  }

  /** What is bought, or else the fallback; the error says that something is being bought. */
  private async findElsewhere(call: InferenceCall, routing: RoutingInForce): Promise<Found | null> {
    const bought = await this.findBought(call, routing);
    if (bought?.kind === 'route') return bought;
    const route = fallbackOf(call.request, routing);
    return route === null ? bought : { kind: 'route', route, tier: call.request.tier };
  }

  /** Nothing is bought for who asked for one lane and no other. */
  private async findBought(call: InferenceCall, { policy }: RoutingInForce): Promise<Found | null> {
    if (policy.kind === 'pinned') return null;
    const lane = await this.spot.laneFor(call);
    if (lane === null) return null;
    if (lane === 'late') return { kind: 'error', error: BEING_BOUGHT, headers: {} };
    const [fit] = this.fitsAmong([lane], call.request).fits;
    if (fit === undefined) return null;
    const ticket = await this.admission.tryNow(lane, entryOf(call, fit));
    return ticket === null ? null : routeTo(fit, ticket, call.request.tier);
  }

  /** Until it is its turn, its tier has waited long enough, or its key's deadline says what comes next. */
  private async waitFor(call: InferenceCall, fit: Fit): Promise<Waited> {
    const { tier, operation } = call.request;
    const ended = AbortSignal.any([call.client.gone, this.runs.stopping]);
    const waiting = waitingOf(tier, call.guardrails.deadline, this.monotonic() - call.arrivedAt);
    const { patienceMs } = waiting;
    const first = await this.admission.wait(fit.lane, { ...entryOf(call, fit), patienceMs }, ended);
    if (first.kind === 'admitted') return { ...first, tier };
    const { refusal } = first;
    if (refusal.kind !== 'over-limit' || waiting.kind === 'own-tier') {
      return { kind: 'refused', error: refusedBy(refusal, operation) };
    }
    if (waiting.kind === 'refused-after') {
      const isTiers = waiting.patienceMs > ADMISSION_LIMITS.patience[tier];
      const error = isTiers ? refusedBy(refusal, operation) : lateFor(waiting.afterMs, refusal.retryAfterMs);
      return { kind: 'refused', error };
    }
    const lower = { ...entryOf(call, fit), tier: waiting.to };
    const second = await this.admission.wait(fit.lane, lower, ended);
    if (second.kind === 'admitted') return { ...second, tier: waiting.to };
    // What a lower tier could never hold is no reason that helps: at its own it could come again.
    return { kind: 'refused', error: refusedBy(second.refusal.kind === 'too-large' ? refusal : second.refusal, operation) };
  }
}

/** Waits for nothing: what was let in must not be lost on the way to its lane. */
const routeTo = (fit: Fit, ticket: Ticket, tier: Tier): Found =>
  ({ kind: 'route', route: { kind: 'reservation', ...fit, ticket }, tier });

const errorOf = (error: InferenceError): Told => ({ kind: 'error', headers: {}, error });

function atTier(call: InferenceCall, tier: Tier): InferenceCall {
  return tier === call.request.tier ? call : { ...call, request: { ...call.request, tier } };
}

function entryOf({ requestId: id, keyId, request: { tier } }: InferenceCall, fit: Fit): Entry {
  return { id, keyId, tier, estimate: fit.estimate.weighted, patienceMs: null };
}

function whyNone(request: InferenceRequest, unfit: Unfit | null): InferenceError {
  const { model, quantization } = request.model;
  if (unfit !== null) return unfitFor(unfit, request.operation);
  return notHeld(quantization === null ? model : `${model}@${quantization}`);
}

const othersThan = (route: Route, fits: readonly Fit[]): readonly Fit[] =>
  route.kind === 'fallback' ? [] : fits.filter(({ lane }) => lane !== route.lane);

/** Whether there is somewhere else to go when a route fails. */
function hasOther(route: Route, others: readonly Fit[], { fallback, policy }: RoutingInForce): boolean {
  const mayFallBack = fallback !== null && policy.kind !== 'pinned';
  return route.kind === 'reservation' && (others.length > 0 || mayFallBack);
}

/** Not for who asked for one lane and no other. */
function fallbackOf(
  request: InferenceRequest,
  { fallback, credential, policy }: RoutingInForce,
): Route | null {
  if (fallback === null || policy.kind === 'pinned' || request.lane !== null) return null;
  return { kind: 'fallback', fallback, credential, estimate: estimateUnlimited(request) };
}
