import fc from 'fast-check';
import type pg from 'pg';
import '../support/property-seed.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import type { Instant } from '../../src/kernel/time.js';
import { GatewayUsageService } from '../../src/metering/application/gateway-usage.service.js';
import { contentHashOf } from '../../src/metering/application/usage-content.js';
import { WARY_FOR } from '../../src/metering/application/usage-at-once.js';
import { nameOf, storeReports } from '../../src/metering/application/usage-store.js';
import type { GatewayRecord } from '../../src/metering/contract.js';
import type { UsageReport } from '../../src/metering/model/usage-report.js';
import type { Clock } from '../../src/platform/clock/clock.js';
import { CountedExchanges } from '../support/counted-exchanges.js';
import { gatewayRecord } from '../support/gateway-records.js';

const NOW = Date.parse('2030-05-15T10:30:00Z') as Instant;
const CLOCK = { now: () => NOW } as Clock;
const SOURCE = 'https://gateway.example.com/eu-1';

let counted: CountedExchanges;
let pool: pg.Pool;

beforeAll(async () => {
  counted = await CountedExchanges.open();
  pool = counted.pool;
});
afterAll(() => counted.close());

interface Said {
  readonly id: number;
  readonly output: number;
  /** Served by the organization's own fallback. */
  readonly isFallback: boolean;
}

/** What the gateway records, or what the holder reports of requests of the same names. */
interface Batch {
  readonly by: 'gateway' | 'holder';
  readonly said: readonly Said[];
}

const laneOf = (side: string, id: number): ReservationId => `m@fp8~${side}-${id % 2}` as ReservationId;

function recordOf(side: string, { id, output, isFallback }: Said): GatewayRecord {
  const whose = { organizationId: `${side}-holder`, reservationId: laneOf(side, id), servedAt: NOW - 60_000 * (id % 3) };
  const counts = { input: 10n, cachedInput: 5n, output: BigInt(output), reasoning: 0n };
  return gatewayRecord(whose, { id: `r${id}`, counts, ...(isFallback ? { reservationId: null } : {}) });
}

async function report(side: string, said: readonly Said[]): Promise<void> {
  const reports = said.map(({ id, output }) => {
    const counts = { input: 10n, cachedInput: 5n, output: BigInt(output), reasoning: 0n };
    const one: UsageReport = { source: SOURCE, id: `e${id}`, requestId: `r${id}`, reservationId: laneOf(side, id), servedAt: NOW, counts, corrects: null };
    return { name: nameOf(one), report: one, contentHash: contentHashOf(one) };
  });
  const organizationId = `${side}-holder` as OrganizationId;
  const reporter = { organizationId, actor: 'key:k', now: NOW };
  await storeReports(pool, organizationId, [{ reporter, reports, evidenceOf: () => 'holder' }]);
}

let warmed = 0;
/** A service that has just failed goes step by step. */
async function stepByStep(): Promise<GatewayUsageService> {
  const service = new GatewayUsageService(pool, CLOCK);
  warmed += 1;
  const record = recordOf('warm', { id: warmed, output: 7, isFallback: false });
  await service.record([record]);
  await service.record([record]);
  return service;
}

/** What is kept of one side, in words that both sides share. */
async function keptOf(side: string): Promise<unknown> {
  const values = [`${side}-%`, `m@fp8~${side}-%`, side];
  const reports = `SELECT source, replace(id, $3, '') AS id, replace(reservation_id, $3, '') AS lane, served_at, output_tokens, counted, evidence,
    tier, ttft_us, content_hash, corrects_id FROM usage_report WHERE organization_id LIKE $1 AND $2 <> '' ORDER BY 1, 2`;
  const pending = `SELECT replace(reservation_id, $3, '') AS lane, cycle, hour, minute, model, tier, sum(events) AS events, sum(output_tokens) AS output
    FROM usage_pending WHERE reservation_id LIKE $2 AND $1 <> '' GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`;
  const jobs = `SELECT replace(dedupe_key, $3, '') AS job FROM eventstore.outbox WHERE dedupe_key LIKE '%' || $2 AND $1 <> '' ORDER BY 1`;
  const all = [reports, pending, jobs].map(async (query) => (await pool.query<Record<string, unknown>>(query, values)).rows);
  // Content names the reservation, whose name is its side's.
  return (await Promise.all(all)).map((rows) => rows.map(({ content_hash: _, ...row }) => row));
}

const said: fc.Arbitrary<Said> = fc.record({
  id: fc.nat(15),
  output: fc.constantFrom(7, 7, 9),
  isFallback: fc.nat(7).map((one) => one === 0),
});
const batch: fc.Arbitrary<Batch> = fc.record({
  by: fc.constantFrom('gateway', 'gateway', 'gateway', 'holder'),
  said: fc.uniqueArray(said, { minLength: 1, maxLength: 5, selector: ({ id }) => id }),
});

describe('records of the gateway that are stored by one exchange', () => {
  it('are kept as if they were stored step by step, with names that come again and worse records of a holder', async () => {
    let run = 0;
    const seen = { atOnce: 0, again: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 3, maxLength: 8 }), async (batches) => {
        run += 1;
        const [fast, slow] = [`f${run}`, `s${run}`];
        const slowly = await stepByStep();
        for (const one of batches) {
          if (one.by === 'holder') {
            await Promise.all([report(fast, one.said), report(slow, one.said)]);
            continue;
          }
          const before = counted.count;
          await new GatewayUsageService(pool, CLOCK).record(one.said.map((each) => recordOf(fast, each)));
          seen[counted.count === before + 1 ? 'atOnce' : 'again'] += 1;
          const between = counted.count;
          await slowly.record(one.said.map((each) => recordOf(slow, each)));
          expect(counted.count).toBeGreaterThan(between + 1);
        }
        expect(await keptOf(fast)).toEqual(await keptOf(slow));
      }),
      { numRuns: 40 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
  });

  it('goes step by step for a while after it failed', async () => {
    const service = await stepByStep();
    const countOf = async (id: number): Promise<number> => {
      const before = counted.count;
      await service.record([recordOf('wary', { id, output: 7, isFallback: false })]);
      return counted.count - before;
    };
    for (let id = 0; id < WARY_FOR; id += 1) expect(await countOf(id)).toBeGreaterThan(1);
    expect(await countOf(WARY_FOR)).toBe(1);
    const { rows } = await pool.query(`SELECT count(*)::int AS n FROM usage_report WHERE organization_id = 'wary-holder'`);
    expect(rows).toEqual([{ n: WARY_FOR + 1 }]);
  });
});
