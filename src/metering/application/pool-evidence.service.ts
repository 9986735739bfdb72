import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { Holdings } from '../../allocation/contract.js';
import { systemContext, toExecuteRequest } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import type { PoolId } from '../../kernel/ids.js';
import { valueAt } from '../../kernel/step-function.js';
import { formatInstant, MINUTE_MS, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { putJob } from '../../platform/queue/put-job.js';
import { PoolDirectory } from '../../providers/contract.js';
import { countOf } from '../adapter/quantile.sketch.js';
import { PoolProbes } from '../contract.js';
import type { AssessPool } from '../model/pool-evidence.decide.js';
import {
  EVIDENCE_SOURCES,
  WATCHED,
  type Comparison,
  type EvidenceSource,
  type Sampled,
  type Watched,
} from '../model/pool-evidence.events.js';
import { evidenceSince } from '../model/pool-evidence.rules.js';
import type { ProbeRun } from '../model/probe.js';
import { WEIGHTED_TOKEN, weightedOf } from '../model/rating.js';
import { evidenceProjection } from '../projection/evidence.projection.js';
import { dayOf, makeDays, readDays, type EvidenceDay } from './evidence-days.js';
import { evidenceDefinition, nextSlot, probePoolMessage } from './evidence.definition.js';
import { figuresOf, mergeAll } from './service-sketches.js';

/** What is used is looked at over so long: a pool between two requests is not idle. */
const LOOK_BACK = (5 * MINUTE_MS) as Duration;
/** However often a provider changes its pool. */
const PROBED_LATELY = (30 * MINUTE_MS) as Duration;
/** Idle: less than half of what is held is used. */
const IDLE_BELOW = 2n;

const USED = `
  SELECT reservation_id AS "reservationId", sum(input_tokens) AS input, sum(cached_tokens) AS cached,
    sum(output_tokens) AS output, sum(reasoning_tokens) AS reasoning
  FROM usage_report WHERE reservation_id = ANY($1) AND served_at >= $2 AND served_at <= $3
  GROUP BY reservation_id`;
const KEEP = `
  INSERT INTO probe (pool_id, slot, number, profile_version, sent_at, outcome, prompt_tokens,
    output_tokens, ttft_us, streaming_us, concurrency)
  SELECT $1, $2, given.number, $3, given.sent_at, given.outcome, given.prompt_tokens,
    given.output_tokens, given.ttft_us, given.streaming_us, given.concurrency
  FROM jsonb_to_recordset($4::jsonb) AS given(number integer, sent_at timestamptz, outcome text,
    prompt_tokens integer, output_tokens integer, ttft_us bigint, streaming_us bigint, concurrency integer)
  ON CONFLICT DO NOTHING`;
/** Late events are taken in for 35 days; nothing looks further back. */
const FORGET = `DELETE FROM probe WHERE pool_id = $1 AND sent_at < $2::timestamptz - interval '35 days'`;
const NEWEST = `
  SELECT bool_and(outcome = 'completed') AS kept FROM probe
  WHERE pool_id = $1 AND profile_version = $2 AND slot = (
    SELECT max(slot) FROM probe WHERE pool_id = $1 AND profile_version = $2)`;

/** What was measured of pools, and what follows from it. */
@Injectable()
export class PoolEvidenceService extends PoolProbes implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly pools: PoolDirectory,
    private readonly holdings: Holdings,
    private readonly database: Database,
    private readonly metrics: Metrics,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  onModuleInit(): void {
    this.definitions.add(evidenceDefinition);
    this.subscriptions.addProjection(evidenceProjection);
    const help = 'Pools that are slower than in the seven days before, by what is slower.';
    this.metrics.add(async () => {
      const found = await this.database.poolAlarm.groupBy({ by: ['source', 'figure'], _count: true });
      const values = found.map(({ source, figure, _count: value }) => ({ labels: { source, figure }, value }));
      return [{ name: 'headroom_pool_regressions', help, values }];
    });
  }

  async schedule(poolId: PoolId, why: string | null): Promise<void> {
    const now = this.clock.now();
    const runAt = why === null ? nextSlot(now) : now;
    await putJob(this.database, probePoolMessage(poolId, runAt, why));
  }

  async isDue(poolId: PoolId, profileVersion: number): Promise<boolean> {
    const since = new Date(plus(this.clock.now(), -PROBED_LATELY));
    const where = { poolId, profileVersion, sentAt: { gt: since } };
    return (await this.database.probe.count({ where })) === 0 && this.isIdle(poolId);
  }

  private async isIdle(poolId: PoolId): Promise<boolean> {
    const now = this.clock.now();
    const held = await this.holdings.heldOf(poolId);
    if (held.length === 0) return true;
    const seconds = BigInt(LOOK_BACK / 1_000);
    const room = held.reduce((sum, { quantity }) => sum + valueAt(quantity, now), 0n) * seconds * WEIGHTED_TOKEN;
    const ids = held.map(({ reservationId }) => reservationId);
    type Row = Readonly<Record<'reservationId' | 'input' | 'cached' | 'output' | 'reasoning', string>>;
    const values = [ids, formatInstant(plus(now, -LOOK_BACK)), formatInstant(now)];
    const { rows } = await this.pool.query<Row>(USED, values);
    const used = rows.reduce((sum, { reservationId, input, cached, output, reasoning }) => {
      const weights = held.find((one) => one.reservationId === reservationId)?.usage.weights;
      if (weights === undefined) return sum;
      const counts = { input: BigInt(input), cachedInput: BigInt(cached) };
      return sum + weightedOf({ ...counts, output: BigInt(output), reasoning: BigInt(reasoning) }, weights);
    }, 0n);
    return used === 0n || used * IDLE_BELOW < room;
  }

  async record({ poolId, slot, profileVersion, probes }: ProbeRun): Promise<void> {
    const rows = probes.map((probe, number) => ({
      ...{ number, sent_at: formatInstant(probe.sentAt), outcome: probe.outcome },
      ...{ prompt_tokens: probe.promptTokens, output_tokens: probe.outputTokens },
      ...{ ttft_us: probe.ttft, streaming_us: probe.streaming, concurrency: probe.concurrency },
    }));
    await this.pool.query(KEEP, [poolId, formatInstant(slot), profileVersion, JSON.stringify(rows)]);
    await this.pool.query(FORGET, [poolId, formatInstant(this.clock.now())]);
  }

  /** Says what changed of the pool's level and of its alarms; the same look twice says it once. */
  async assess(poolId: PoolId, look: string): Promise<void> {
    const facts = await this.pools.facts(poolId);
    if (facts === null) return;
    const now = this.clock.now();
    const { marketId, providerId } = facts;
    const { profileVersion } = facts.terms.usage;
    const of = { poolId, profileVersion };
    await makeDays(this.pool, of, now);
    const days = await readDays(this.pool, of, now);
    const { rows } = await this.pool.query<{ kept: boolean | null }>(NEWEST, [poolId, profileVersion]);
    // The day before these is there to be compared with.
    const since = evidenceSince(now);
    const counted = days.filter(({ day }) => day >= since);
    const counts = {
      served: samplesOf(counted, 'traffic'),
      probed: samplesOf(counted, 'probe'),
      isContractKept: rows[0]?.kept ?? null,
    };
    const comparisons = EVIDENCE_SOURCES.flatMap((source) =>
      WATCHED.map((figure) => compare(days, { source, figure }, dayOf(now))),
    );
    const basis = { poolId, marketId, providerId, profileVersion, counts, comparisons };
    const command: AssessPool = { type: 'AssessPool', ...basis, now };
    const request = toExecuteRequest(systemContext('assess-pool', `${poolId} ${look}`), command, now);
    await this.streams.execute(evidenceDefinition, poolId, request);
  }
}

const samplesOf = (days: readonly EvidenceDay[], source: EvidenceSource): number =>
  days.filter((day) => day.source === source).reduce((sum, { sketches }) => sum + countOf(sketches.promptTokens), 0);

function compare(
  days: readonly EvidenceDay[],
  { source, figure }: { readonly source: EvidenceSource; readonly figure: Watched },
  today: Instant,
): Comparison {
  const own = days.filter((day) => day.source === source);
  const of = (isRecent: boolean): Sampled => {
    const merged = mergeAll(own.filter(({ day }) => (day === today) === isRecent).map(({ sketches }) => sketches));
    const quantiles = figuresOf(merged)[figure];
    return { samples: countOf(merged[figure]), value: figure === 'ttft' ? quantiles.p95 : quantiles.p5 };
  };
  return { source, figure, recent: of(true), baseline: of(false) };
}
