import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import { chartBalances, type ChartBalance } from '../model/chart-balances.js';
import type { PostedLine } from '../model/chart-of-accounts.js';
import { POOL } from '../../platform/platform.module.js';

/** Books as they stood at some time. */
export interface PastBalances {
  /** Of the last transaction in them. */
  readonly version: number;
  /** By kind of account: all that is set aside together, all escrows together. None that is zero. */
  readonly accounts: readonly { readonly account: string; readonly balance: MicroUsd; readonly currency: string }[];
}

/** What one of these holds stands on several accounts of the chart. */
const PARTED_ACCOUNTS: readonly string[] = ['clearing', 'uncollected'];

const LAST = `
  SELECT version FROM ledger_entry WHERE organization_id = $1 AND posted_at <= $2
  ORDER BY posted_at DESC, version DESC LIMIT 1`;

/** For each account the last line up to a transaction: one look into the index each. */
const BALANCES = `
  SELECT split_part(known.account, ':', 1) AS account, sum(line.balance)::text AS balance, line.currency
  FROM ledger_balance AS known CROSS JOIN LATERAL (
    SELECT balance, currency FROM ledger_entry AS entry
    WHERE entry.organization_id = known.organization_id AND entry.account = known.account AND entry.version <= $2
    ORDER BY entry.version DESC, entry.line DESC LIMIT 1
  ) AS line
  WHERE known.organization_id = $1
  GROUP BY 1, 3 HAVING sum(line.balance) <> 0 ORDER BY 1`;

/**
 * All lines of such accounts up to a transaction, by what they are for. What a
 * transfer is for is told as journal entries tell it.
 */
const PARTED = `
  SELECT entry.account, entry.kind, charge.kind AS "transferKind", sum(entry.amount)::text AS amount
  FROM ledger_entry AS entry
  LEFT JOIN ledger_charge AS charge ON entry.kind = 'TransferReceived'
    AND charge.organization_id = entry.organization_id AND charge.version = entry.version
  WHERE entry.organization_id = $1 AND entry.account = ANY($3) AND entry.version <= $2
  GROUP BY 1, 2, 3`;

/** Balances as of any instant, from the lines of the books. */
@Injectable()
export class BalanceQueries {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** Through the last transaction that was posted by then; null when there was none. */
  async asOf(organizationId: OrganizationId, at: Instant): Promise<PastBalances | null> {
    // Books of before there were any; the database knows no year 0.
    if (at < 0) return null;
    const found = await this.pool.query<{ version: number }>(LAST, [organizationId, formatInstant(at)]);
    const version = found.rows[0]?.version;
    if (version === undefined) return null;
    const { rows } = await this.pool.query<{ account: string; balance: string; currency: string }>(BALANCES, [organizationId, version]);
    const accounts = rows.map((row) => ({ ...row, balance: BigInt(row.balance) as MicroUsd }));
    return { version, accounts };
  }

  /** The same by the chart of accounts. */
  async chartOf(organizationId: OrganizationId, { version, accounts }: PastBalances): Promise<readonly ChartBalance[]> {
    type Row = PostedLine & { readonly amount: string };
    const { rows } = await this.pool.query<Row>(PARTED, [organizationId, version, PARTED_ACCOUNTS]);
    const whole = accounts.filter(({ account }) => !PARTED_ACCOUNTS.includes(account));
    const own = whole.map(({ account, balance: amount }) => ({ account, kind: '', transferKind: null, amount }));
    return chartBalances([...own, ...rows.map((row) => ({ ...row, amount: BigInt(row.amount) }))]);
  }
}
