import { Inject, Injectable } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import type { ReservationId } from '../../kernel/ids.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/platform.module.js';
import { inputMaxOf } from '../model/billing.rules.js';
import {
  estimate,
  estimateUnlimited,
  isEstimate,
  OUTPUT_TOKENS_DEFAULT,
  type Estimate,
} from '../model/estimate.js';
import type { InferenceRequest } from '../model/inference.request.js';
import { isMirrored, type Pilot } from '../model/pilot.js';
import { AdmissionService } from './admission.service.js';
import type { ClientAnswer } from './client-answer.js';
import type { InferenceCall, Route } from './inference-call.js';
import { LaneDirectory } from './lane-directory.js';
import { PilotService } from './pilot.service.js';
import { RouteRun } from './route-run.js';
import { RoutingService } from './routing.service.js';
import { MONOTONIC } from './tokens.js';
import { UsageRecorder } from './usage-recorder.js';

export const MIRROR_LIMITS = {
  /** Repetitions under way in one process, and of one organization in it. */
  underWay: 16,
  ofOrganization: 4,
} as const;

/**
 * Repeats a share of requests on another lane, beside and after what clients get: nothing waits for it, its
 * failures are its own, and it gives way to whoever has no room.
 */
@Injectable()
export class MirrorService {
  private readonly underWay = new Map<string, number>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly pilots: PilotService,
    private readonly directory: LaneDirectory,
    private readonly routings: RoutingService,
    private readonly admission: AdmissionService,
    private readonly runs: RouteRun,
    private readonly recorder: UsageRecorder,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(MONOTONIC) private readonly monotonic: () => number,
  ) {}

  /** Returns at once, and never throws. */
  consider(call: InferenceCall, route: Route): void {
    if (this.stopping.signal.aborted) return;
    const mirroring = this.mirror(call, route)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'a request could not be mirrored'))
      .finally(() => this.running.delete(mirroring));
    this.running.add(mirroring);
  }

  /** Ends everything under way; resolves when it is recorded. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private async mirror(call: InferenceCall, route: Route): Promise<void> {
    const pilot = await this.pilots.running(call.organizationId);
    if (pilot === null || !isMirrored(pilot, servedBy(call, route))) return;
    if (!this.hasRoom(call.organizationId)) return;
    this.count(call.organizationId, 1);
    try {
      await this.repeat(pilot, call, route);
    } finally {
      this.count(call.organizationId, -1);
    }
  }

  /** Also not while records wait: those of clients go first. */
  private hasRoom(organizationId: string): boolean {
    const all = [...this.underWay.values()].reduce((sum, count) => sum + count, 0);
    const own = this.underWay.get(organizationId) ?? 0;
    const isFree = all < MIRROR_LIMITS.underWay && own < MIRROR_LIMITS.ofOrganization;
    return isFree && !this.recorder.isBehind;
  }

  private count(organizationId: string, change: 1 | -1): void {
    const count = (this.underWay.get(organizationId) ?? 0) + change;
    if (count === 0) this.underWay.delete(organizationId);
    else this.underWay.set(organizationId, count);
  }

  private async repeat(pilot: Pilot, call: InferenceCall, route: Route): Promise<void> {
    const { pilotId } = pilot;
    const giveWay = new AbortController();
    const gone = AbortSignal.any([giveWay.signal, this.stopping.signal]);
    const repeated = repetitionOf(call, { pilotId, route, gone, arrivedAt: this.monotonic() });
    const found = await this.routeTo(pilot, repeated, () => giveWay.abort());
    if (found === null) return;
    const most = mostOf(repeated.request, found.estimate);
    if (!(await this.isTaken(pilotId, most, found))) return;
    const arrivedAt = this.monotonic();
    const end = await this.runs.run({ ...repeated, arrivedAt }, found, null);
    await this.pilots.giveBack(pilotId, most - end.used);
  }

  /** What was set aside for it on the lane must not be lost with what goes wrong here. */
  private async isTaken(pilotId: string, most: bigint, route: Route): Promise<boolean> {
    let isTaken = false;
    try {
      isTaken = await this.pilots.take(pilotId, most);
    } finally {
      if (!isTaken && route.kind === 'reservation') route.ticket.cancel();
    }
    return isTaken;
  }

  private routeTo({ mirror }: Pilot, call: InferenceCall, giveWay: () => void): Promise<Route | null> {
    return mirror.kind === 'fallback'
      ? this.routeToFallback(call)
      : this.routeToReservation(call, mirror.reservationId, giveWay);
  }

  /** Only where the lane could serve it beside everything else, right now. */
  private async routeToReservation(
    call: InferenceCall,
    reservationId: ReservationId,
    giveWay: () => void,
  ): Promise<Route | null> {
    const lanes = await this.directory.lanesOf(call.organizationId);
    const lane = lanes.find((one) => one.reservationId === reservationId);
    if (lane === undefined) return null;
    const { weights, contextLength } = lane;
    const size = { weights, contextLength, rate: this.admission.rateOf(lane) };
    const found = estimate(call.request, size);
    if (!isEstimate(found)) return null;
    const { requestId: id, keyId, request } = call;
    const entry = { id, keyId, tier: request.tier, estimate: found.weighted, patienceMs: null };
    const ticket = await this.admission.tryIdle(lane, entry, giveWay);
    return ticket === null ? null : { kind: 'reservation', lane, estimate: found, ticket };
  }

  private async routeToFallback({ organizationId, keyId, request }: InferenceCall): Promise<Route | null> {
    const { fallback, credential } = await this.routings.inForce(organizationId, keyId);
    if (fallback === null) return null;
    const outputTokensMax = request.outputTokensMax ?? OUTPUT_TOKENS_DEFAULT;
    const found = estimateUnlimited({ ...request, outputTokensMax });
    return { kind: 'fallback', fallback, credential, estimate: found };
  }
}

const SHARE_WHOLE = 10_000;

function servedBy({ request }: InferenceCall, route: Route): Parameters<typeof isMirrored>[1] {
  return {
    operation: request.operation,
    reservationId: route.kind === 'reservation' ? route.lane.reservationId : null,
    model: request.model.model,
    draw: randomInt(SHARE_WHOLE),
  };
}

interface Repeating {
  readonly pilotId: string;
  readonly route: Route;
  readonly gone: AbortSignal;
  readonly arrivedAt: number;
}

/** The same request, at the same tier, with the bound that its client's lane was told. */
function repetitionOf(
  call: InferenceCall,
  { pilotId, route, gone, arrivedAt }: Repeating,
): InferenceCall {
  const { requestId, request } = call;
  return {
    ...{ ...call, arrivedAt, client: discarding(gone), mirrored: { pilotId, requestId } },
    requestId: `${requestId}.mirror`,
    request: { ...request, outputTokensMax: route.estimate.outputTokens },
  };
}

/** Takes an answer as fast as it comes, and keeps nothing of it. */
function discarding(gone: AbortSignal): ClientAnswer {
  return { gone, keep: () => true, letGo: () => undefined, begin: () => undefined, write: () => null, end: () => undefined };
}

/** The most it can be billed, in tokens as they are. */
const mostOf = ({ promptTokens }: InferenceRequest, { bounds }: Estimate): bigint =>
  BigInt(inputMaxOf(promptTokens)) + BigInt(bounds.outputMax);
