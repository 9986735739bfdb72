import type { Pool } from 'pg';
import type { Statement } from '../../eventstore/statements-query.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { storedAtOnce, Wariness } from './usage-at-once.js';
import { ALL_OR_FAIL, insertStatement, requestOf, rowsOf, useOf } from './usage-insert.js';
import { storingLockStatements } from './usage-locks.js';
import { pendingStatement } from './usage-pending.js';
import { unrivalledStatement } from './usage-rivals.js';
import { storeReports, type ReportRequest, type Stored } from './usage-store.js';
import { sumByMinute } from './usage-sums.js';

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

function statementsOf(organizationId: OrganizationId, requests: readonly ReportRequest[]): readonly Statement[] {
  const rows = rowsOf(requests);
  const better = rows.filter(({ evidence }) => evidence !== 'holder');
  const uses = sumByMinute(rows.map(({ report }) => useOf(report)));
  const [first] = rows;
  return [
    ...storingLockStatements(rows.map(({ report }) => report.reservationId)),
    insertStatement(ALL_OR_FAIL, organizationId, rows),
    ...(better.length > 0 ? [unrivalledStatement(better.map(requestOf), 'provider')] : []),
    ...(first === undefined ? [] : [pendingStatement(uses, first.reporter.now)]),
  ];
}

/** Stores requests of one organization: by one exchange where that is likely to do, else step by step. */
export class UsageStorage {
  private readonly wariness = new Wariness<OrganizationId>();

  constructor(private readonly pool: Pool) {}

  /** As {@link storeReports}. */
  async store(organizationId: OrganizationId, requests: readonly ReportRequest[]): Promise<readonly Stored[]> {
    if (!this.wariness.isWary(organizationId) && !requests.some(hasCorrections)) {
      const stored = await storeAtOnce(this.pool, organizationId, requests);
      if (stored !== null) return stored;
      this.wariness.note(organizationId);
    }
    return storeReports(this.pool, organizationId, requests);
  }
}

const hasCorrections = ({ reports }: ReportRequest): boolean => reports.some(({ report }) => report.corrects !== null);
