import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import type { Statement } from '../../eventstore/statements-query.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import type { TokenWeights } from '../../providers/contract.js';
import { GatewayUsage, type RecordEnd } from '../contract.js';
import { GATEWAY_SOURCE, type GatewayRecord } from '../model/gateway-record.js';
import { weightedOf, type WeightedTokens } from '../model/rating.js';
import { inTransaction } from '../../platform/database/transaction.js';
import { insertAllStatement, insertRecords, nameOf } from './gateway-insert.js';
import { storedAtOnce, Wariness } from './usage-at-once.js';
import { storingLocks, storingLockStatements } from './usage-locks.js';
import { pendingStatement, putPending } from './usage-pending.js';
import { takeBackRivals, unrivalledStatement, type RecordedRequest } from './usage-rivals.js';
import { sumByMinute, type TimedUse } from './usage-sums.js';

const ENDS = `SELECT id, reason FROM usage_report WHERE organization_id = $1 AND source = $2 AND id = ANY($3)`;

/** What was rated of an hour, and what waits to be. */
const USED = `
  SELECT coalesce(sum(input_tokens), 0) AS input, coalesce(sum(cached_tokens), 0) AS "cachedInput",
    coalesce(sum(output_tokens), 0) AS output, coalesce(sum(reasoning_tokens), 0) AS reasoning
  FROM (
    SELECT input_tokens, cached_tokens, output_tokens, reasoning_tokens
    FROM usage_hour WHERE reservation_id = $1 AND hour = $2
    UNION ALL
    SELECT input_tokens, cached_tokens, output_tokens, reasoning_tokens
    FROM usage_pending WHERE reservation_id = $1 AND hour = $2
  ) AS known`;

/** Takes in what the gateway measured: the same rows and the same rating as what others report. */
@Injectable()
export class GatewayUsageService extends GatewayUsage {
  private readonly wariness = new Wariness<'gateway'>();

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  /** By one exchange where that is likely to do, else step by step: see `usage-at-once.ts`. */
  async record(records: readonly GatewayRecord[]): Promise<void> {
    if (records.length === 0) return;
    const now = this.clock.now();
    if (!this.wariness.isWary('gateway')) {
      if (await storedAtOnce(this.pool, statementsOf(records, now))) return;
      this.wariness.note('gateway');
    }
    await this.recordByStep(records, now);
  }

  private async recordByStep(records: readonly GatewayRecord[], now: Instant): Promise<void> {
    const store = async (client: PoolClient): Promise<void> => {
      const stored = await insertRecords(client, records, now);
      const served = records.filter((one) => stored.has(nameOf(one))).flatMap(toUse);
      const by = { evidence: 'gateway', actor: GATEWAY_SOURCE, now } as const;
      const back = await takeBackRivals(client, served, by);
      const uses = sumByMinute([...served, ...back]);
      if (uses.length > 0) await putPending(client, uses, now);
    };
    await inTransaction(this.pool, store, { locks: storingLocks(reservationsOf(records)) });
  }

  async ends(organizationId: OrganizationId, ids: readonly string[]): Promise<readonly RecordEnd[]> {
    const statement = { name: 'gateway-usage-ends', text: ENDS, values: [organizationId, GATEWAY_SOURCE, ids] };
    return (await this.pool.query<RecordEnd>(statement)).rows;
  }

  async usedIn(
    reservationId: ReservationId,
    hour: Instant,
    weights: TokenWeights,
  ): Promise<WeightedTokens> {
    type Row = Readonly<Record<'input' | 'cachedInput' | 'output' | 'reasoning', string>>;
    const { rows } = await this.pool.query<Row>(USED, [reservationId, formatInstant(hour)]);
    const { input = 0, cachedInput = 0, output = 0, reasoning = 0 } = rows[0] ?? {};
    const counts = {
      ...{ input: BigInt(input), cachedInput: BigInt(cachedInput) },
      ...{ output: BigInt(output), reasoning: BigInt(reasoning) },
    };
    return weightedOf(counts, weights);
  }
}

const reservationsOf = (records: readonly GatewayRecord[]): readonly ReservationId[] =>
  records.flatMap(({ reservationId }) => reservationId ?? []);

/** Locks, records, and what waits to be rated: all of them new, and none with a worse record that counts. */
function statementsOf(records: readonly GatewayRecord[], now: Instant): readonly Statement[] {
  const served = records.flatMap(toUse);
  return [
    ...storingLockStatements(reservationsOf(records)),
    insertAllStatement(records, now),
    ...(served.length > 0 ? [unrivalledStatement(served, 'gateway'), pendingStatement(sumByMinute(served), now)] : []),
  ];
}

/** What is to be rated: nothing of an organization's own fallback. */
function toUse({ id, reservationId, servedAt, counts, model, tier }: GatewayRecord): readonly ServedUse[] {
  if (reservationId === null) return [];
  return [{ requestId: id, reservationId, servedAt, model, tier, sum: { events: 1n, counts } }];
}

type ServedUse = TimedUse & RecordedRequest;
