import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Instant } from '../../../kernel/time.js';
import { POOL } from '../../../platform/platform.module.js';
import type { JobMessage } from '../../../platform/queue/job.js';
import { LAYOUT, type Dataset, type Format } from '../../model/export/export-request.js';

/** An export that this process makes, until another takes it over. */
export interface Claim {
  readonly exportId: string;
  readonly attempt: string;
  readonly organizationId: string;
  /** `member:…` or `key:…`. */
  readonly requestedBy: string;
  readonly dataset: Dataset;
  readonly format: Format;
  readonly month: string;
  /** The invoice or credit note that it is of; null: what counts of the month. */
  readonly document: string | null;
  /** Of how many that is, from 1. */
  readonly attempts: number;
}

export interface FinishedFile {
  readonly fileName: string;
  readonly invoiceNumber: string | null;
  /** When its month was closed without an invoice; null: it has one, or is a draft. */
  readonly closedAt: Instant | null;
  readonly bytes: bigint;
  readonly sha256: string;
  readonly rows: bigint;
  /** What has to be said of it. */
  readonly notes: readonly string[];
}

/** Somebody else makes the file now: what was written is no part of it. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError';
  constructor() {
    super('another process makes this export now');
  }
}

/** Whoever has not been heard of for so long is taken to be gone; by the database's clock. */
const SILENT_SECONDS = 30;

const CLAIM = `
  UPDATE export SET status = 'running', attempt = $2, attempts = attempts + 1, alive_at = now(), rows_done = 0
  WHERE export_id = $1 AND status IN ('queued', 'running')
    AND (attempt IS NULL OR alive_at < now() - make_interval(secs => ${SILENT_SECONDS}))
  RETURNING organization_id, requested_by, dataset, format, month, document, attempts`;
const FORGET_OTHERS = 'DELETE FROM export_part WHERE export_id = $1 AND attempt <> $2';
/** Nothing is written for an attempt that was given up, however late. */
const PUT_PART = `
  WITH mine AS (
    UPDATE export SET alive_at = now() WHERE export_id = $1 AND attempt = $2 RETURNING 1
  )
  INSERT INTO export_part (export_id, attempt, part, content) SELECT $1, $2, $3, $4 FROM mine`;
const KEEP_ALIVE = 'UPDATE export SET alive_at = now() WHERE export_id = $1 AND attempt = $2';
const PROGRESS = `
  UPDATE export SET alive_at = now(), rows_done = $3, rows_expected = $4
  WHERE export_id = $1 AND attempt = $2`;
/** What follows is put into the outbox by the statement that says what has become of the export: both, or neither. */
const andPut = (update: string, jobs: string): string => `
  WITH mine AS (${update} RETURNING 1), put AS (
    INSERT INTO eventstore.outbox (queue, job, dedupe_key, payload, run_at)
    SELECT queue, job, "dedupeKey", payload, to_timestamp("runAt" / 1000.0)
    FROM mine, jsonb_to_recordset(${jobs}::jsonb)
      AS given(queue text, job text, "dedupeKey" text, payload text, "runAt" float8)
    ON CONFLICT (queue, dedupe_key) DO NOTHING
  )
  SELECT FROM mine`;
const FINISH = andPut(
  `UPDATE export SET status = 'ready', file_name = $3, invoice_number = $4, bytes = $5, sha256 = $6,
    rows_done = $7, rows_expected = $7, finished_at = $8, failure = NULL, layout = $9, notes = $11, closed_at = $12
  WHERE export_id = $1 AND attempt = $2`,
  '$10',
);
const RELEASE = `UPDATE export SET attempt = NULL WHERE export_id = $1 AND attempt = $2`;
const FAIL = andPut(
  `UPDATE export SET status = 'failed', failure = $3, finished_at = $4, attempt = NULL
  WHERE export_id = $1 AND attempt = $2`,
  '$5',
);
const FORGET = `
  WITH gone AS (DELETE FROM export_part WHERE export_id = $1)
  UPDATE export SET status = 'expired' WHERE export_id = $1 AND status = 'ready'`;
const earlier = (which: string): string => `
  SELECT sha256 FROM export
  WHERE ${which} AND organization_id = $1 AND dataset = $2 AND format = $3
    AND sha256 IS NOT NULL AND layout = $4 AND file_name = $5
  ORDER BY finished_at, export_id LIMIT 1`;
const EARLIER = earlier('invoice_number = $6');
/** Of a month that was closed without an invoice; its name says which. */
const EARLIER_WITHOUT = earlier('invoice_number IS NULL AND closed_at IS NOT NULL');
const PART = 'SELECT content FROM export_part WHERE export_id = $1 AND attempt = $2 AND part = $3';

/** Files in parts, in PostgreSQL: whichever process made one, any can serve it. */
@Injectable()
export class ExportStore {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** Null when it is made by somebody, or was made. */
  async claim(exportId: string, attempt: string): Promise<Claim | null> {
    type Row = Pick<Claim, 'dataset' | 'format' | 'month' | 'document' | 'attempts'> & {
      readonly organization_id: string;
      readonly requested_by: string;
    };
    const { rows } = await this.pool.query<Row>(CLAIM, [exportId, attempt]);
    const [row] = rows;
    if (row === undefined) return null;
    await this.pool.query(FORGET_OTHERS, [exportId, attempt]);
    const { organization_id: organizationId, requested_by: requestedBy, ...what } = row;
    return { exportId, attempt, organizationId, requestedBy, ...what };
  }

  async putPart({ exportId, attempt }: Claim, part: number, content: Buffer): Promise<void> {
    await this.mine(PUT_PART, [exportId, attempt, part, content]);
  }

  async progress({ exportId, attempt }: Claim, done: bigint, expected: bigint | null): Promise<void> {
    await this.mine(PROGRESS, [exportId, attempt, done.toString(), expected?.toString() ?? null]);
  }

  /** It is still made by this process, and nobody takes it over. */
  async keepAlive({ exportId, attempt }: Claim): Promise<void> {
    await this.mine(KEEP_ALIVE, [exportId, attempt]);
  }

  async finish(
    { exportId, attempt }: Claim,
    file: FinishedFile,
    at: Date,
    next: readonly JobMessage[],
  ): Promise<void> {
    const { fileName, invoiceNumber, closedAt, bytes, sha256, rows, notes } = file;
    const sizes = [bytes.toString(), sha256, rows.toString()];
    const named = [exportId, attempt, fileName, invoiceNumber];
    await this.mine(FINISH, [...named, ...sizes, at, LAYOUT, JSON.stringify(next), notes, closedAt === null ? null : new Date(closedAt)]);
  }

  /** It may be tried again, by anybody. */
  async release({ exportId, attempt }: Claim): Promise<void> {
    await this.pool.query(RELEASE, [exportId, attempt]);
  }

  async fail(
    { exportId, attempt }: Claim,
    failure: string,
    at: Date,
    next: readonly JobMessage[],
  ): Promise<void> {
    await this.pool.query(FAIL, [exportId, attempt, failure, at, JSON.stringify(next)]);
  }

  /** The file is gone; what it was stays known. */
  async forget(exportId: string): Promise<void> {
    await this.pool.query(FORGET, [exportId]);
  }

  /** Of the first file of the same invoice or closed month, data set, format, layout and name; null: there was none. */
  async earlierHash(invoiceNumber: string | null, fileName: string, { dataset, format, organizationId }: Claim): Promise<string | null> {
    const what = [organizationId, dataset, format, LAYOUT, fileName];
    const [query, values] = invoiceNumber === null ? [EARLIER_WITHOUT, what] : [EARLIER, [...what, invoiceNumber]];
    const { rows } = await this.pool.query<{ sha256: string }>(query, values);
    return rows[0]?.sha256 ?? null;
  }

  /** Null after the last part. */
  async part(exportId: string, attempt: string, part: number): Promise<Buffer | null> {
    const { rows } = await this.pool.query<{ content: Buffer }>(PART, [exportId, attempt, part]);
    return rows[0]?.content ?? null;
  }

  private async mine(text: string, values: readonly unknown[]): Promise<void> {
    const { rowCount } = await this.pool.query(text, [...values]);
    if (rowCount !== 1) throw new SupersededError();
  }
}
