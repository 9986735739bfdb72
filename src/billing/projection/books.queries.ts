import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { POOL } from '../../platform/platform.module.js';
import { readParts } from './overage-part.rows.js';
import type { ChargeKind } from '../model/charge.js';
import type { CreditableLine } from '../model/creditable.js';
import type { ChargeRow, EntryRow } from '../model/export/books.tables.js';

/** Some of the charges of one month, by their place in the books. */
export interface ChargesQuery {
  readonly organizationId: OrganizationId;
  readonly month: string;
  readonly after: number;
  /** Null: to the end. */
  readonly through: number | null;
}

/** The lines that were booked in a window, and those that came too late for the one before. */
export interface EntriesQuery {
  readonly organizationId: OrganizationId;
  readonly window: Window;
  /** What was booked before the window after this version is in it too; null: nothing. */
  readonly lateAfter: number | null;
  readonly through: number | null;
}

/** `extract` would work in decimal digits. Instants are whole milliseconds, of which a double has every one. */
const ms = (column: string): string => `round(date_part('epoch', ${column}) * 1000)`;
const LAST = 2 ** 31 - 1;

const CHARGES = 'organization_id = $1 AND month = $2 AND version > $3 AND version <= $4';
const CHARGE_PAGE = `
  SELECT version, month, kind, reservation_id, amount::text, ${ms('served_from')}, ${ms('served_to')},
    evidence, ${ms('posted_at')}, parts
  FROM ledger_charge WHERE ${CHARGES} ORDER BY version LIMIT $5`;
const CHARGE_COUNT = `SELECT count(*)::text FROM ledger_charge WHERE ${CHARGES}`;

const ENTRIES = `entry.organization_id = $1 AND entry.version <= $4
  AND ((entry.posted_at >= $2 AND entry.posted_at < $3)
    OR ($5::int IS NOT NULL AND entry.posted_at < $2 AND entry.version > $5))`;
const ENTRY_PAGE = `
  SELECT entry.version, entry.line, entry.kind, entry.account, entry.amount::text,
    entry.balance::text, entry.reservation_id, entry.order_id, ${ms('entry.posted_at')}, charge.kind
  FROM ledger_entry AS entry
  LEFT JOIN ledger_charge AS charge ON entry.kind = 'TransferReceived'
    AND charge.organization_id = entry.organization_id AND charge.version = entry.version
  WHERE ${ENTRIES} AND (entry.version, entry.line) > ($6, $7)
  ORDER BY entry.version, entry.line LIMIT $8`;
const ENTRY_COUNT = `SELECT count(*)::text FROM ledger_entry AS entry WHERE ${ENTRIES}`;

const CREDITS = `
  SELECT version, kind, reservation_id, amount::text, ${ms('served_from')}, ${ms('served_to')}, evidence, ${ms('posted_at')}
  FROM ledger_charge WHERE organization_id = $1 AND reservation_id = ANY($2) AND month >= $3 AND kind = 'credit' ORDER BY version`;
const READ_THROUGH = 'SELECT max(version) FROM ledger_entry WHERE organization_id = $1';
const HELD = 'SELECT reservation_id FROM ledger_sale WHERE organization_id = $1 AND reservation_id = ANY($2)';

const ENDED = `
  SELECT reservation_id, ${ms('min(posted_at)')} FROM ledger_entry
  WHERE organization_id = $1 AND account = ANY($2) AND version <= $3 AND posted_at < $4
    AND kind IN ('EscrowCancelled', 'EscrowCurtailed') AND balance = 0
  GROUP BY reservation_id`;

/** Which reservations of an organization, and as far as the books say by then. */
export interface EndedQuery {
  readonly organizationId: OrganizationId;
  readonly reservationIds: readonly string[];
  readonly before: Instant;
  /** Null: to the end. */
  readonly through: number | null;
}

/** A credit, or what was taken back of one, with when it was booked. */
export interface PostedCredit extends CreditableLine {
  readonly version: number;
  readonly postedAt: Instant;
}

/** Credits as far as the read model has read the books. */
export interface ReadCredits {
  readonly credits: readonly PostedCredit[];
  /** Version of the books; what came since is in the log alone. */
  readonly through: number;
}

/** Whose credits, and since which month they may have been booked. */
export interface CreditsQuery {
  readonly organizationId: string;
  readonly reservationIds: readonly string[];
  readonly since: string;
}

type Value = string | number | null;

/** The books as rows, page by page, in the order of their keys. */
@Injectable()
export class BooksQueries {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async charges(query: ChargesQuery, limit: number): Promise<readonly ChargeRow[]> {
    const { organizationId, month, after, through } = query;
    const values = [organizationId, month, after, through ?? LAST, limit];
    const { rows } = await this.pool.query<Value[]>({ text: CHARGE_PAGE, values, rowMode: 'array' });
    return rows.map(readCharge);
  }

  async countCharges({ organizationId, month, after, through }: ChargesQuery): Promise<bigint> {
    return this.count(CHARGE_COUNT, [organizationId, month, after, through ?? LAST]);
  }

  async entries(
    query: EntriesQuery,
    after: { readonly version: number; readonly line: number } | null,
    limit: number,
  ): Promise<readonly EntryRow[]> {
    const place = [after?.version ?? 0, after?.line ?? -1];
    const values = [...valuesOf(query), ...place, limit];
    const { rows } = await this.pool.query<Value[]>({ text: ENTRY_PAGE, values, rowMode: 'array' });
    return rows.map(readEntry);
  }

  countEntries(query: EntriesQuery): Promise<bigint> {
    return this.count(ENTRY_COUNT, valuesOf(query));
  }

  /** Both looks are at one state of the read model, which may be made anew meanwhile. */
  async credits({ organizationId, reservationIds, since }: CreditsQuery): Promise<ReadCredits> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const reached = await client.query<Value[]>({ text: READ_THROUGH, values: [organizationId], rowMode: 'array' });
      const { rows } = await client.query<Value[]>({ text: CREDITS, values: [organizationId, reservationIds, since], rowMode: 'array' });
      return { credits: rows.map(readCredit), through: Number(reached.rows[0]?.[0] ?? 0) };
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  /** Those of some reservations that the organization bought. */
  async held(organizationId: string, reservationIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<string[]>({ text: HELD, values: [organizationId, reservationIds], rowMode: 'array' });
    return new Set(rows.flat());
  }

  /** When nothing was left any more of what was set aside for reservations, since they were cancelled or taken back. */
  async ended({ organizationId, reservationIds, before, through }: EndedQuery): Promise<ReadonlyMap<string, Instant>> {
    if (reservationIds.length === 0) return new Map();
    const accounts = reservationIds.map((id) => `escrow:${id}`);
    const values = [organizationId, accounts, through ?? LAST, new Date(before)];
    const { rows } = await this.pool.query<[string, number]>({ text: ENDED, values, rowMode: 'array' });
    return new Map(rows.map(([reservationId, endedAt]) => [reservationId, endedAt as Instant]));
  }

  private async count(text: string, values: readonly unknown[]): Promise<bigint> {
    const { rows } = await this.pool.query<string[]>({ text, values: [...values], rowMode: 'array' });
    return BigInt(rows[0]?.[0] ?? 0);
  }
}

function valuesOf({ organizationId, window, through, lateAfter }: EntriesQuery): readonly unknown[] {
  const dates = [new Date(window.start), new Date(window.end)];
  return [organizationId, ...dates, through ?? LAST, lateAfter];
}

const instantOf = (value: Value | undefined): Instant | null =>
  value === null || value === undefined ? null : (Number(value) as Instant);
const textOf = (value: Value | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

/** A million of them are read for a file: each member is taken from its place. */
function readCharge(row: readonly Value[]): ChargeRow {
  return {
    version: Number(row[0]),
    month: String(row[1]),
    kind: row[2] as ChargeKind,
    reservationId: String(row[3]),
    amount: BigInt(row[4] ?? 0),
    servedFrom: instantOf(row[5]),
    servedTo: instantOf(row[6]),
    evidence: textOf(row[7]),
    postedAt: Number(row[8]) as Instant,
    // The one column that is no text or number.
    parts: readParts(row[9] as unknown),
  };
}

function readCredit(row: readonly Value[]): PostedCredit {
  const start = instantOf(row[4]);
  const served = start === null ? null : { start, end: instantOf(row[5]) };
  const what = { version: Number(row[0]), kind: row[1] as ChargeKind, reservationId: String(row[2]), amount: BigInt(row[3] ?? 0) };
  return { ...what, served, evidence: textOf(row[6]), postedAt: Number(row[7]) as Instant };
}

function readEntry(row: readonly Value[]): EntryRow {
  const [version, line, kind, account, amount, balance, ...about] = row;
  const [reservationId, orderId, postedAt, transferKind] = about;
  return {
    ...{ version: Number(version), line: Number(line), kind: String(kind), account: String(account) },
    ...{ amount: BigInt(amount ?? 0), balance: BigInt(balance ?? 0) },
    ...{ reservationId: textOf(reservationId), orderId: textOf(orderId) },
    ...{ postedAt: Number(postedAt) as Instant, transferKind: textOf(transferKind) },
  };
}
