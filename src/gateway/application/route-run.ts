import { Inject, Injectable } from '@nestjs/common';
import { setMaxListeners } from 'node:events';
import { NO_TOKENS, type GatewayRecord } from '../../metering/contract.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { Timers } from '../../platform/clock/timers.js';
import { CLOCK } from '../../platform/platform.module.js';
import { wantedOf } from '../model/answer.rules.js';
import { billForwarded, billWhole, isClaimed, type Bill, type Claimed } from '../model/billing.rules.js';
import { parse } from '../model/chunk.reading.js';
import { isWorthRetrying, type Failure } from '../model/gateway.failure.js';
import { failedWith, NOT_RECORDED, type InferenceError } from '../model/inference.error.js';
import { asksForTokens } from '../model/inference.request.js';
import { modelOf } from '../model/model.name.js';
import { hasOutput, outputOf } from '../model/token.count.js';
import { DONE_FRAME, errorFrame, showUsage, upstreamBody, usageFrame } from '../model/usage.presentation.js';
import { withoutUsage } from '../model/vendor.facts.js';
import type { Attempt, AttemptOutcome, AttemptTools } from './attempt.js';
import type { GatewayLimits } from './gateway-limits.js';
import { isPlainFor, rateLimitHeaders, type Headers, type InferenceCall, type Route, type Told } from './inference-call.js';
import { LaneDirectory } from './lane-directory.js';
import { lessonOf } from './lane-lesson.js';
import { LaneMeasurements } from './lane-measurements.js';
import { LaneWarmth } from './lane-warmth.js';
import { StreamCount } from './stream-count.js';
import { StreamRelay } from './stream-relay.js';
import { GATEWAY_LIMITS, MONOTONIC, TIMERS } from './tokens.js';
import { Upstream } from './upstream.js';
import { UsageRecorder } from './usage-recorder.js';
import { readWhole } from './whole-answer.js';

/** How a route ended: told to the client, or to be tried elsewhere; `used` in tokens, as billed. */
export type RouteEnd =
  | { readonly kind: 'told'; readonly told: Told; readonly used: bigint }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly used: bigint };

/** What is known of a request that ended on a route. */
interface Ended {
  readonly call: InferenceCall;
  readonly route: Route;
  readonly outcome: AttemptOutcome;
  readonly bill: Bill;
  readonly askedAt: number;
  readonly isCold: boolean;
  /** The request's, or one of its own for a try that was given up. */
  readonly id: string;
}

/** Sends one request over one route: asks, forwards, bills, settles, records, and ends the answer. */
@Injectable()
export class RouteRun {
  private readonly stop = new AbortController();
  private readonly tools: AttemptTools;

  constructor(
    private readonly recorder: UsageRecorder,
    private readonly measurements: LaneMeasurements,
    private readonly directory: LaneDirectory,
    private readonly warmth: LaneWarmth,
    private readonly streams: StreamCount,
    upstream: Upstream,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIMERS) timers: Timers,
    @Inject(GATEWAY_LIMITS) limits: GatewayLimits,
    @Inject(MONOTONIC) private readonly monotonic: () => number,
  ) {
    // Every request under way listens to it.
    setMaxListeners(0, this.stop.signal);
    this.tools = { upstream, timers, limits, monotonic, stopping: this.stop.signal };
  }

  /** Aborts when everything is to end. */
  get stopping(): AbortSignal {
    return this.stop.signal;
  }

  /** Ends everything under way, with what was forwarded billed and recorded. */
  stopAll(): void {
    this.stop.abort();
  }

  /** `spare`: names the try if it fails and another may follow; null: this is the last one. */
  async run(call: InferenceCall, route: Route, spare: string | null): Promise<RouteEnd> {
    try {
      return await this.runThrough(call, route, spare);
    } catch (error) {
      // A bug: what was set aside must not be lost with it.
      if (route.kind === 'reservation') route.ticket.settle(NO_TOKENS);
      throw error;
    }
  }

  private async runThrough(
    call: InferenceCall,
    route: Route,
    spare: string | null,
  ): Promise<RouteEnd> {
    const askedAt = this.monotonic();
    const headers = headersOf(call, route);
    const [{ url }] = targetOf(route, call.request.model.model);
    const isCold = this.warmth.isCold(url);
    const outcome = await this.askCounted(call, route, headers);
    if (outcome.firstAt !== null) this.warmth.answered(url);
    const bill = billOf(outcome, route);
    if (route.kind === 'reservation') {
      route.ticket.settle(bill.counts);
      this.learn(call, route, outcome, askedAt);
    }
    const { failure, isCommitted } = outcome;
    const isGivenUp = failure !== null && !isCommitted && isWorthRetrying(failure) && spare !== null;
    const id = isGivenUp ? spare : call.requestId;
    const record = this.recordOf({ call, route, outcome, bill, askedAt, isCold, id });
    const recorded = this.recorder.record(record);
    const used = bill.counts.input + bill.counts.output;
    // The next lane does not wait for it: the record of the request itself is stored after this one.
    if (isGivenUp) return { kind: 'failed', failure, used };
    const isStored = await recorded;
    return { kind: 'told', told: tell(call, { outcome, bill, headers, isStored }), used };
  }

  /** Repetitions do not make clients' chunks wait for each other. */
  private askCounted(call: InferenceCall, route: Route, headers: Headers): Promise<AttemptOutcome> {
    const { request: { isStream }, keyId, mirrored } = call;
    const asked = this.ask(call, route, headers);
    return isStream && mirrored === null ? asked.finally(this.streams.begin(keyId)) : asked;
  }

  private ask(call: InferenceCall, route: Route, headers: Headers): Promise<AttemptOutcome> {
    const { request, client } = call;
    const [target, model] = targetOf(route, request.model.model);
    const path = { chat: 'chat/completions', completion: 'completions', embedding: 'embeddings' };
    const vendor = route.kind === 'reservation' ? route.lane.vendor : 'openai';
    const { outputTokens } = route.estimate;
    const isPlain = isPlainFor(request, route);
    const body = upstreamBody(request, { vendor, model, outputTokens });
    const attempt: Attempt = {
      url: `${target.url.replace(/\/$/, '')}/${path[request.operation]}`,
      credential: target.credential,
      body: Buffer.from(JSON.stringify(body)),
      isStream: request.isStream,
      isPlain,
      isListed: asksForTokens(request.body),
      wanted: wantedOf(request, isPlain, route.estimate),
      client,
      deadline: deadlineOf(call),
      coalescing: this.coalescingOf(call),
      begin: ({ isSimulated }) => client.begin({ ...headers, ...labelOf(isSimulated) }),
    };
    return request.isStream ? new StreamRelay(attempt, this.tools).run() : readWhole(attempt, this.tools);
  }

  private coalescingOf({ keyId, guardrails: { coalescing } }: InferenceCall): Attempt['coalescing'] {
    if (coalescing === null) return null;
    const { windowMs, fromStreams } = coalescing;
    return { windowMs, isDue: () => this.streams.of(keyId) >= fromStreams };
  }

  /** What it says of the lane. Mirrored requests say nothing: clients go where clients were served. */
  private learn(
    { mirrored, request: { tier, isStream } }: InferenceCall,
    { lane }: Route & { readonly kind: 'reservation' },
    outcome: AttemptOutcome,
    askedAt: number,
  ): void {
    const { failure } = outcome;
    const { ttftPromisedMs } = lane;
    const asked = { tier, isStream, ttftPromisedMs, askedAt, now: this.monotonic() };
    const lesson = mirrored === null ? lessonOf(outcome, asked) : null;
    if (lesson === null) return;
    this.measurements.add(lane.reservationId, lesson.hasFailed, lesson.speed);
    // Its credential may have been replaced meanwhile.
    if (failure?.message.endsWith(' 401') === true) this.directory.forget(lane.poolId);
  }

  private recordOf({ call, route, outcome, bill, askedAt, isCold, id }: Ended): GatewayRecord {
    const { request, arrivedAt, organizationId, keyId, mirrored } = call;
    const { failure, own } = outcome;
    const { reservationId, model, servedAt, concurrency } = this.laneColumns(call, route);
    const { ttft, streaming } = timeColumns(outcome, arrivedAt);
    const { claimedInput, claimedOutput } = claimColumns(outcome.claimed);
    const isOwn = mirrored === null;
    // Member by member: an object of so many that is put together from others is slow to make.
    return {
      id, organizationId, keyId, reservationId, model, servedAt, concurrency, counts: bill.counts,
      ownOutput: outputOf(own), claimedInput, claimedOutput, claimedTimes: outcome.times, mirrored, isCold,
      dispute: bill.dispute, reason: failure?.reason ?? 'completed', tier: isOwn ? request.tier : 'batch',
      isStream: request.isStream, ttft, streaming,
      queued: microseconds(askedAt - arrivedAt), duration: microseconds(this.monotonic() - arrivedAt),
    };
  }

  private laneColumns(
    { request }: InferenceCall,
    route: Route,
  ): Pick<GatewayRecord, 'reservationId' | 'model' | 'servedAt' | 'concurrency'> {
    if (route.kind === 'fallback') {
      const { model } = request.model;
      return { reservationId: null, model, servedAt: this.clock.now(), concurrency: 1 };
    }
    const { lane, ticket } = route;
    const { reservationId, marketId: model } = lane;
    return { reservationId, model, servedAt: ticket.admittedAt, concurrency: ticket.concurrency };
  }
}

/** One that moves a request down is for the time that it waits; this one is for all of it. */
function deadlineOf({ arrivedAt, guardrails: { deadline } }: InferenceCall): Attempt['deadline'] {
  if (deadline === null || deadline.lowerTo !== null) return null;
  const { afterMs } = deadline;
  return { afterMs, at: arrivedAt + afterMs };
}

const microseconds = (ms: number): number => Math.max(0, Math.round(ms * 1_000));

function timeColumns(
  { firstAt, lastAt }: AttemptOutcome,
  arrivedAt: number,
): Pick<GatewayRecord, 'ttft' | 'streaming'> {
  if (firstAt === null || lastAt === null) return { ttft: null, streaming: null };
  return { ttft: microseconds(firstAt - arrivedAt), streaming: microseconds(lastAt - firstAt) };
}

function claimColumns(claimed: Claimed): Pick<GatewayRecord, 'claimedInput' | 'claimedOutput'> {
  if (claimed.kind === 'none' || claimed.kind === 'unfit') {
    return { claimedInput: null, claimedOutput: null };
  }
  return { claimedInput: claimed.claim.input, claimedOutput: claimed.claim.output };
}

function targetOf(
  route: Route,
  asked: string,
): readonly [{ readonly url: string; readonly credential: string | null }, string] {
  if (route.kind === 'reservation') return [route.lane.endpoint, modelOf(route.lane.marketId)];
  const { fallback, credential } = route;
  return [{ url: fallback.url, credential }, fallback.model ?? asked];
}

/** Whole answers that failed are not paid for: nothing of them was forwarded. Neither is one that says nothing. */
function billOf({ failure, isCommitted, own, claimed }: AttemptOutcome, route: Route): Bill {
  const { bounds } = route.estimate;
  if (failure === null) {
    const bill = billWhole(own, claimed, bounds);
    return hasOutput(own) || bounds.outputMax === 0 ? bill : { ...bill, counts: NO_TOKENS };
  }
  return isCommitted ? billForwarded(own, bounds) : { counts: NO_TOKENS, dispute: null };
}

function headersOf({ requestId, request }: InferenceCall, route: Route): Headers {
  const common = { 'x-request-id': requestId, 'x-headroom-tier': request.tier };
  if (route.kind === 'fallback') return { ...common, 'x-headroom-lane': 'fallback' };
  const { reservationId, marketId } = route.lane;
  return {
    ...{ ...common, 'x-headroom-lane': reservationId, 'x-headroom-market': marketId },
    ...rateLimitHeaders(route.ticket.state),
  };
}

const labelOf = (isSimulated: boolean): Headers =>
  isSimulated ? { 'x-headroom-simulated': 'true' } : {};

interface Telling {
  readonly outcome: AttemptOutcome;
  readonly bill: Bill;
  readonly headers: Headers;
  readonly isStored: boolean;
}

/** Ends the answer: only now that its usage is kept. */
function tell({ request, client }: InferenceCall, told: Telling): Told {
  const { outcome, bill, headers } = told;
  const { isCommitted, answer, head } = outcome;
  const error = errorOf(told);
  if (answer !== null && error === null) {
    const bytes = withBilledUsage(answer.bytes, outcome.claimed, bill);
    return { kind: 'answer', headers: { ...headers, ...labelOf(answer.isSimulated) }, bytes };
  }
  if (error !== null && !isCommitted) return { kind: 'error', headers, error };
  const usage = request.includesUsage ? usageFrame(head, bill.counts) : '';
  const end = error === null ? `${usage}${DONE_FRAME}` : errorFrame(error);
  client.end(Buffer.from(end));
  return { kind: 'streamed' };
}

function errorOf({ outcome: { failure }, isStored }: Telling): InferenceError | null {
  if (failure !== null) return failedWith(failure);
  return isStored ? null : NOT_RECORDED;
}

/** As it came, when it says what is billed; else with what is. */
function withBilledUsage(bytes: Uint8Array, claimed: Claimed, { counts }: Bill): Uint8Array {
  if (isClaimed(counts, claimed)) return bytes;
  const body = parse(new TextDecoder().decode(bytes)) ?? {};
  return Buffer.from(JSON.stringify({ ...withoutUsage(body), usage: showUsage(counts) }));
}
