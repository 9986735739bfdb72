import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { PoolId } from '../../kernel/ids.js';
import { isZero, restrict, valueAt } from '../../kernel/step-function.js';
import { DAY_MS, plus, type Instant } from '../../kernel/time.js';
import { PoolProbes, probePoolJob, type Probe } from '../../metering/contract.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { Timers } from '../../platform/clock/timers.js';
import type { Settings } from '../../platform/config/settings.js';
import { CLOCK, SETTINGS } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { PoolDirectory, ServingDirectory, type PoolFacts, type Serving } from '../../providers/contract.js';
import type { Wanted } from '../model/answer.rules.js';
import { modelOf } from '../model/model.name.js';
import { PROBE, probeBody } from '../model/probe.request.js';
import { outputOf } from '../model/token.count.js';
import { vendorOf } from '../model/vendor.lanes.js';
import type { AttemptTools } from './attempt.js';
import type { GatewayLimits } from './gateway-limits.js';
import { StreamRelay } from './stream-relay.js';
import { GATEWAY_LIMITS, MONOTONIC, TIMERS } from './tokens.js';
import { Upstream } from './upstream.js';

const WANTED: Wanted = { operation: 'chat', answers: 1, outputMax: PROBE.outputTokens, mustSay: true };
const MICRO_OF_MILLI = 1_000;
/** No pool is registered for longer ahead. */
const AHEAD_MAX = 4_000 * DAY_MS;

/**
 * Our own requests to pools: through the same upstream and the same relay as everybody's, to nobody's account.
 * They go into no reservation's bucket and no usage report; metering keeps them apart.
 */
@Injectable()
export class ProbeService implements OnModuleInit, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly tools: AttemptTools;

  constructor(
    private readonly jobs: JobRegistry,
    private readonly probes: PoolProbes,
    private readonly pools: PoolDirectory,
    private readonly servings: ServingDirectory,
    upstream: Upstream,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIMERS) timers: Timers,
    @Inject(GATEWAY_LIMITS) limits: GatewayLimits,
    @Inject(MONOTONIC) private readonly monotonic: () => number,
  ) {
    this.tools = { upstream, timers, limits, monotonic, stopping: this.stopping.signal };
  }

  onModuleInit(): void {
    this.jobs.register(probePoolJob, ({ poolId, slot }) => this.turn(poolId as PoolId, slot as Instant));
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** May run twice: the first one's requests are kept, and each look at them counts once. */
  async turn(poolId: PoolId, slot: Instant): Promise<void> {
    const facts = await this.pools.facts(poolId);
    if (facts === null || isOver(facts, this.clock.now())) return;
    if (await this.mayProbe(facts)) await this.probe(facts, slot);
    await this.probes.assess(poolId, `${slot} ${this.clock.now()}`);
    await this.probes.schedule(poolId, null);
  }

  private async mayProbe({ poolId, nameplate, terms }: PoolFacts): Promise<boolean> {
    if (!this.settings.PROBES || valueAt(nameplate, this.clock.now()) === 0n) return false;
    return this.probes.isDue(poolId, terms.usage.profileVersion);
  }

  private async probe(facts: PoolFacts, slot: Instant): Promise<void> {
    const { poolId } = facts;
    const serving = await this.servings.find(poolId);
    if (serving === null) return;
    const probes: Probe[] = [];
    // One after the other: as small as can be.
    for (let number = 0; number < PROBE.requests; number += 1) {
      probes.push(await this.ask(facts, serving, `${poolId} ${slot} ${number}`));
      // That we stopped says nothing of the pool: the job is run again.
      this.stopping.signal.throwIfAborted();
    }
    const { profileVersion } = facts.terms.usage;
    await this.probes.record({ poolId, slot, profileVersion, probes });
  }

  private async ask({ marketId }: PoolFacts, serving: Serving, seed: string): Promise<Probe> {
    const { url, credential } = serving;
    const body = probeBody(seed, { vendor: vendorOf(serving), model: modelOf(marketId) });
    const sentAt = this.clock.now();
    const askedAt = this.monotonic();
    const attempt = {
      url: `${url.replace(/\/$/, '')}/chat/completions`,
      ...{ credential, body: Buffer.from(JSON.stringify(body)), isStream: true, isPlain: true, isListed: false },
      wanted: WANTED,
      ...{ client: NOBODY, deadline: null, coalescing: null },
      begin: () => undefined,
    };
    const { failure, own, firstAt, lastAt } = await new StreamRelay(attempt, this.tools).run();
    return {
      ...{ sentAt, outcome: failure?.reason ?? 'completed' },
      ...{ promptTokens: PROBE.promptWords, outputTokens: outputOf(own), concurrency: PROBE.concurrency },
      ttft: firstAt === null ? null : micro(firstAt - askedAt),
      streaming: firstAt === null || lastAt === null ? null : micro(lastAt - firstAt),
    };
  }
}

const micro = (milliseconds: number): number => Math.round(milliseconds * MICRO_OF_MILLI);

/** Nothing of it is there to be served from now on. */
function isOver({ nameplate }: PoolFacts, now: Instant): boolean {
  return isZero(restrict(nameplate, { start: now, end: plus(now, AHEAD_MAX) }));
}

/** What comes is measured and thrown away. */
const NOBODY = {
  gone: new AbortController().signal,
  keep: (): boolean => true,
  letGo: (): void => undefined,
  begin: (): void => undefined,
  write: async (): Promise<void> => undefined,
  end: (): void => undefined,
};
