import { Module } from '@nestjs/common';
import { systemTimers } from '../platform/clock/timers.js';
import type { Settings } from '../platform/config/settings.js';
import type { Logger } from '../platform/logging/logger.js';
import { LOGGER, SETTINGS } from '../platform/platform.module.js';
import type { BucketStore } from '../platform/rate-limit/bucket-store.js';
import { RedisBucketStore } from '../platform/rate-limit/redis-bucket-store.js';
import { SimulatorHost } from './adapter/simulator/simulator-host.js';
import { UndiciUpstream } from './adapter/undici.upstream.js';
import { GuardrailsResolver } from './api/guardrails.resolver.js';
import { InferenceRoute } from './api/inference.route.js';
import { PilotExportController } from './api/pilot.export.controller.js';
import { PilotResolver } from './api/pilot.resolver.js';
import { PlatformLanesResolver } from './api/platform-lanes.resolver.js';
import { RoutedLaneResolver } from './api/routed-lane.resolver.js';
import { RoutingResolver } from './api/routing.resolver.js';
import { SpotResolver } from './api/spot.resolver.js';
import { UpstreamResolver } from './api/upstream.resolver.js';
import { AdmissionService } from './application/admission.service.js';
import type { GatewayLimits } from './application/gateway-limits.js';
import { BodyBudget } from './application/body-budget.js';
import { GatewayService } from './application/gateway.service.js';
import { GuardrailService } from './application/guardrail.service.js';
import { LaneDirectory } from './application/lane-directory.js';
import { LaneStandings } from './application/lane-standings.service.js';
import { LaneMeasurements } from './application/lane-measurements.js';
import { LaneWarmth } from './application/lane-warmth.js';
import { MirrorService } from './application/mirror.service.js';
import { PilotReports } from './application/pilot-report.service.js';
import { PilotService } from './application/pilot.service.js';
import { ProbeService } from './application/probe.service.js';
import { Repeats } from './application/repeats.js';
import { RouteRun } from './application/route-run.js';
import { RoutingService } from './application/routing.service.js';
import { SharedBuckets } from './application/shared-buckets.js';
import { SpotPurchases } from './application/spot-purchases.js';
import { SpotRules } from './application/spot-rule.service.js';
import { SpotService } from './application/spot.service.js';
import { StreamCount } from './application/stream-count.js';
import { BUCKET_STORE, GATEWAY_LIMITS, MONOTONIC, TIMERS } from './application/tokens.js';
import { UpstreamLoads } from './application/upstream-load.service.js';
import { Upstream } from './application/upstream.js';
import { UsageRecorder } from './application/usage-recorder.js';

@Module({
  controllers: [PilotExportController],
  providers: [
    ...[AdmissionService, BodyBudget, GatewayService, GuardrailService, GuardrailsResolver, InferenceRoute, LaneDirectory, LaneMeasurements, LaneStandings],
    ...[SpotPurchases, SpotResolver, SpotRules, SpotService],
    ...[LaneWarmth, MirrorService, PilotReports, PilotResolver, PilotService, UpstreamLoads, UpstreamResolver],
    ...[ProbeService, RoutedLaneResolver, RouteRun, RoutingResolver, RoutingService, SimulatorHost, StreamCount, UsageRecorder],
    ...[PlatformLanesResolver, Repeats, SharedBuckets],
    { provide: BUCKET_STORE, useFactory: bucketStoreOf, inject: [SETTINGS, LOGGER] },
    { provide: TIMERS, useValue: systemTimers },
    { provide: MONOTONIC, useValue: (): number => performance.now() },
    { provide: GATEWAY_LIMITS, useFactory: limitsOf, inject: [SETTINGS] },
    { provide: Upstream, useFactory: upstreamOf, inject: [SETTINGS, SimulatorHost] },
  ],
})
export class GatewayModule {}

function bucketStoreOf({ REDIS_URL: redisUrl }: Settings, logger: Logger): BucketStore | null {
  return redisUrl === undefined ? null : new RedisBucketStore(redisUrl, logger);
}

function limitsOf(settings: Settings): GatewayLimits {
  return {
    connect: settings.GATEWAY_CONNECT_MS,
    firstToken: settings.GATEWAY_FIRST_TOKEN_MS,
    betweenTokens: settings.GATEWAY_BETWEEN_TOKENS_MS,
    answer: settings.GATEWAY_ANSWER_MS,
    client: settings.GATEWAY_CLIENT_MS,
    drain: settings.GATEWAY_DRAIN_MS,
    processes: settings.GATEWAY_PROCESSES,
  };
}

function upstreamOf(settings: Settings, simulator: SimulatorHost): Upstream {
  return new UndiciUpstream({
    isLoopbackAllowed: settings.hasLocalEndpoints,
    connectMs: settings.GATEWAY_CONNECT_MS,
    simulator: settings.hasSimulatedUpstream ? () => simulator.url() : null,
  });
}
