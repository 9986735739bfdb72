import fc from 'fast-check';
import type pg from 'pg';
import '../support/property-seed.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import type { Instant } from '../../src/kernel/time.js';
import { contentHashOf } from '../../src/metering/application/usage-content.js';
import { WARY_FOR } from '../../src/metering/application/usage-at-once.js';
import { UsageStorage } from '../../src/metering/application/usage-exchange.js';
import type { Evidence } from '../../src/metering/application/usage-rivals.js';
import { nameOf, storeReports, type NamedReport, type ReportRequest, type Stored } from '../../src/metering/application/usage-store.js';
import type { UsageReport } from '../../src/metering/model/usage-report.js';
import { CountedExchanges } from '../support/counted-exchanges.js';

/** One event of a group: which, what it says, the request it is of, and whether it corrects. */
interface Said {
  readonly id: number;
  readonly output: number;
  readonly isNamed: boolean;
  readonly corrects: number | null;
}

interface Group {
  readonly evidence: Exclude<Evidence, 'gateway'>;
  readonly requests: readonly (readonly Said[])[];
}

const NOW = Date.parse('2030-05-15T10:30:00Z') as Instant;
const SOURCE = 'https://gateway.example.com/eu-1';

let counted: CountedExchanges;
let pool: pg.Pool;

beforeAll(async () => {
  counted = await CountedExchanges.open();
  pool = counted.pool;
});
afterAll(() => counted.close());

function reportOf(side: string, { id, output, isNamed, corrects }: Said): NamedReport {
  const report: UsageReport = {
    ...{ source: SOURCE, id: corrects === null ? `e${id}` : `c${id}-${corrects}`, requestId: isNamed ? `r${id}` : null },
    reservationId: `m@fp8~${side}-${(corrects ?? id) % 2}` as ReservationId,
    servedAt: (NOW - 60_000 * (id % 3)) as Instant,
    counts: { input: 10n, cachedInput: 5n, output: BigInt(output), reasoning: 0n },
    corrects: corrects === null ? null : { source: SOURCE, id: `e${corrects}` },
  };
  return { name: nameOf(report), report, contentHash: contentHashOf(report) };
}

function requestsOf(side: string, { evidence, requests }: Group): readonly ReportRequest[] {
  const organizationId = `${side}-${evidence}` as OrganizationId;
  const reporter = { organizationId, actor: 'key:k', now: NOW };
  return requests.map((said) => ({ reporter, reports: said.map((one) => reportOf(side, one)), evidenceOf: () => evidence }));
}

const plain = (side: string, ...ids: readonly number[]): Promise<readonly Stored[]> => plainBy(new UsageStorage(pool), side, ...ids);
function plainBy(storage: UsageStorage, side: string, ...ids: readonly number[]): Promise<readonly Stored[]> {
  const said = ids.map((id) => ({ id, output: 7, isNamed: false, corrects: null }));
  return storage.store(`${side}-holder` as OrganizationId, requestsOf(side, { evidence: 'holder', requests: [said] }));
}

/** What is kept of one side, in words that both sides share. */
async function keptOf(side: string): Promise<unknown> {
  const values = [`${side}-%`, `m@fp8~${side}-%`, side];
  const reports = `SELECT replace(organization_id, $3, '') AS who, source, id, replace(reservation_id, $3, '') AS lane, served_at,
    output_tokens, counted, evidence, request_id, corrects_id FROM usage_report WHERE organization_id LIKE $1 AND $2 <> '' ORDER BY 1, 2, 3`;
  const pending = `SELECT replace(reservation_id, $3, '') AS lane, cycle, hour, minute, model, sum(events) AS events, sum(input_tokens) AS input,
    sum(output_tokens) AS output FROM usage_pending WHERE reservation_id LIKE $2 AND $1 <> '' GROUP BY 1, 2, 3, 4, 5
    HAVING sum(events) <> 0 OR sum(output_tokens) <> 0 ORDER BY 1, 2, 3, 4, 5`;
  const jobs = `SELECT replace(dedupe_key, $3, '') AS job FROM eventstore.outbox WHERE dedupe_key LIKE '%' || $2 AND $1 <> '' ORDER BY 1`;
  const all = [reports, pending, jobs].map(async (query) => (await pool.query(query, values)).rows);
  return Promise.all(all);
}

/** Most groups have none: those with corrections never go at once. */
const corrects = fc.nat(40).map((one) => (one < 3 ? one : null));

/** Of the names of one group each is used once: whoever forms groups sees to it. */
const group: fc.Arbitrary<Group> = fc
  .record({
    evidence: fc.constantFrom('holder', 'holder', 'provider'),
    said: fc.uniqueArray(
      fc.record({ id: fc.nat(11), output: fc.constantFrom(7, 7, 7, 9), isNamed: fc.boolean(), corrects }),
      { minLength: 1, maxLength: 6, selector: ({ id, corrects }) => `${id} ${corrects}` },
    ),
    cut: fc.nat(6),
  })
  .map(({ evidence, said, cut }) => {
    // A request with corrections comes alone.
    const parts = said.some(({ corrects }) => corrects !== null) ? [said] : [said.slice(0, cut), said.slice(cut)];
    return { evidence, requests: parts.filter(({ length }) => length > 0) } as Group;
  });

describe('usage that is stored by one exchange', () => {
  it('is answered and kept as if it were stored step by step', async () => {
    let run = 0;
    const seen = { stored: 0, conflict: 0, refused: 0, atOnce: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(group, { minLength: 3, maxLength: 8 }), async (groups) => {
        run += 1;
        const [fast, slow] = [`f${run}`, `s${run}`];
        for (const one of groups) {
          const [ours, theirs] = [requestsOf(fast, one), requestsOf(slow, one)];
          const before = counted.count;
          const outcomes = await new UsageStorage(pool).store(`${fast}-${one.evidence}` as OrganizationId, ours);
          if (counted.count === before + 1) seen.atOnce += 1;
          expect(outcomes).toEqual(await storeReports(pool, `${slow}-${one.evidence}` as OrganizationId, theirs));
          for (const { kind } of outcomes) seen[kind] += 1;
        }
        expect(await keptOf(fast)).toEqual(await keptOf(slow));
      }),
      { numRuns: 60 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
  });

  it('takes back what a worse record was counted, and is not taken back itself', async () => {
    const said = [{ id: 1, output: 7, isNamed: true, corrects: null }];
    const by = async (evidence: Group['evidence']): Promise<unknown> =>
      new UsageStorage(pool).store(`rivals-${evidence}` as OrganizationId, requestsOf('rivals', { evidence, requests: [said] }));
    await by('holder');
    await by('provider');
    const sums = `SELECT sum(output_tokens)::int AS output, count(*)::int AS rows FROM usage_report WHERE reservation_id LIKE 'm@fp8~rivals-%' AND counted`;
    expect((await pool.query(sums)).rows).toEqual([{ output: 7, rows: 3 }]);
    const waiting = `SELECT sum(output_tokens)::int AS output, sum(events)::int AS events FROM usage_pending WHERE reservation_id LIKE 'm@fp8~rivals-%'`;
    expect((await pool.query(waiting)).rows).toEqual([{ output: 7, events: 1 }]);
  });

  it('asks the server once, and prepares each statement once, also where something failed in between', async () => {
    await plain('once', 1);
    const before = counted.count;
    expect(await plain('once', 2, 3)).toEqual([{ kind: 'stored', accepted: 2 }]);
    expect(counted.count).toBe(before + 1);
    expect(await plain('once', 3, 4)).toEqual([{ kind: 'stored', accepted: 1 }]);
    const after = counted.count;
    expect(await plain('once', 5)).toEqual([{ kind: 'stored', accepted: 1 }]);
    expect(counted.count).toBe(after + 1);
    const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM usage_report WHERE organization_id = 'once-holder'`);
    expect(rows).toEqual([{ n: 5 }]);
  });

  it('is not tried for a while after it failed: what was tried has to be cleared away', async () => {
    const storage = new UsageStorage(pool);
    await plainBy(storage, 'wary', 1);
    await plainBy(storage, 'wary', 1);
    for (let count = 0; count < WARY_FOR; count += 1) {
      const before = counted.count;
      await plainBy(storage, 'wary', 10 + count);
      expect(counted.count).toBeGreaterThan(before + 1);
    }
    const before = counted.count;
    await plainBy(storage, 'wary', 100);
    expect(counted.count).toBe(before + 1);
  });

  it('is not there when its connection is lost before the end, and is stored when it is sent again', async () => {
    const holding = await pool.connect();
    try {
      await holding.query('BEGIN; LOCK TABLE usage_pending IN ACCESS EXCLUSIVE MODE');
      let outcome: unknown = null;
      const storing = plain('lost', 1, 2).then((stored) => (outcome = stored), (error: unknown) => (outcome = error));
      // Its events are inserted, and what waits to be rated is not. Asked elsewhere: a transaction sees others as they were at its first look.
      const waiting = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%usage_pending%'`;
      let ended = 0;
      while (ended === 0 && outcome === null) ended = (await pool.query(waiting)).rows.length;
      await storing;
      expect([ended, outcome]).toEqual([1, expect.any(Error)]);
    } finally {
      await holding.query('ROLLBACK');
      holding.release();
    }
    const { rows } = await pool.query(`SELECT FROM usage_report WHERE organization_id = 'lost-holder'`);
    expect(rows).toEqual([]);
    expect(await plain('lost', 1, 2)).toEqual([{ kind: 'stored', accepted: 2 }]);
  });
});
