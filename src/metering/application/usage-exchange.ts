import type { Pool } from 'pg';
import { StatementsQuery, type Statement } from '../../eventstore/statements-query.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { LOCK_TIMEOUT } from '../../platform/database/transaction.js';
import { ALL_OR_FAIL, insertStatement, requestOf, rowsOf, useOf } from './usage-insert.js';
import { storingLockStatements } from './usage-locks.js';
import { pendingStatement } from './usage-pending.js';
import { unrivalledStatement } from './usage-rivals.js';
import { storeReports, type ReportRequest, type Stored } from './usage-store.js';
import { sumByMinute } from './usage-sums.js';

/** What `usage-insert.ts` and `usage-rivals.ts` fail with, and nothing else that is sent here. */
const DIVISION_BY_ZERO = '22012';
export const BOUND: Statement = { name: 'bound-lock-timeout', text: `SELECT set_config('lock_timeout', '${LOCK_TIMEOUT}', true)`, values: [] };

/**
 * Stores requests without corrections by one message exchange, which is one transaction: locks, events,
 * what waits to be rated. What the last is follows from the events alone as long as every one of them is
 * new and counts; where one is not, or takes back another's, all of it fails.
 *
 * @returns null: it failed so, and nothing was stored
 */
async function storeAtOnce(
  pool: Pool,
  organizationId: OrganizationId,
  requests: readonly ReportRequest[],
): Promise<readonly Stored[] | null> {
  const isStored = await storedAtOnce(pool, statementsOf(organizationId, requests));
  return isStored ? requests.map(({ reports }) => ({ kind: 'stored', accepted: reports.length })) : null;
}

/** @returns false: one of the statements failed by dividing by zero, and nothing was stored */
export async function storedAtOnce(pool: Pool, statements: readonly Statement[]): Promise<boolean> {
  const query = new StatementsQuery(statements);
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    client.query(query);
    await query.done;
    return true;
  } catch (error) {
    // The server has rolled it back; the connection is as good as before.
    if ((error as { readonly code?: unknown }).code === DIVISION_BY_ZERO) return false;
    failure = error instanceof Error ? error : new Error(String(error));
    throw failure;
  } finally {
    client.release(failure);
  }
}

function statementsOf(organizationId: OrganizationId, requests: readonly ReportRequest[]): readonly Statement[] {
  const rows = rowsOf(requests);
  const better = rows.filter(({ evidence }) => evidence !== 'holder');
  const uses = sumByMinute(rows.map(({ report }) => useOf(report)));
  const [first] = rows;
  return [
    BOUND,
    ...storingLockStatements(rows.map(({ report }) => report.reservationId)),
    insertStatement(ALL_OR_FAIL, organizationId, rows),
    ...(better.length > 0 ? [unrivalledStatement(better.map(requestOf), 'provider')] : []),
    ...(first === undefined ? [] : [pendingStatement(uses, first.reporter.now)]),
  ];
}

/** After a failure so many groups of an organization go the long way: what was tried is rows that nobody sees, to be cleared away. */
export const WARY_FOR = 16;
const WARY_MAX = 10_000;

/** Stores requests of one organization: by one exchange where that is likely to do, else step by step. */
export class UsageStorage {
  /** Of organizations that failed a while ago: how many of their groups go the long way still. */
  private readonly wary = new Map<OrganizationId, number>();

  constructor(private readonly pool: Pool) {}

  /** As {@link storeReports}. */
  async store(organizationId: OrganizationId, requests: readonly ReportRequest[]): Promise<readonly Stored[]> {
    if (!this.isWary(organizationId) && !requests.some(hasCorrections)) {
      const stored = await storeAtOnce(this.pool, organizationId, requests);
      if (stored !== null) return stored;
      this.note(organizationId);
    }
    return storeReports(this.pool, organizationId, requests);
  }

  private isWary(organizationId: OrganizationId): boolean {
    const left = this.wary.get(organizationId) ?? 0;
    if (left > 1) this.wary.set(organizationId, left - 1);
    else this.wary.delete(organizationId);
    return left > 0;
  }

  private note(organizationId: OrganizationId): void {
    if (this.wary.size >= WARY_MAX) this.wary.clear();
    this.wary.set(organizationId, WARY_FOR);
  }
}

const hasCorrections = ({ reports }: ReportRequest): boolean => reports.some(({ report }) => report.corrects !== null);
