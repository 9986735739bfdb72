import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Instant } from '../../kernel/time.js';
import { POOL } from '../../platform/platform.module.js';
import { INVOICE_REFERENCE, METER_REFERENCE, type Sides } from '../model/reconciliation/compare.js';

/** What both sides say of one thing, whenever they said it. */
export interface Compared extends Sides {
  readonly organizationId: string | null;
  readonly happenedAt: Date;
}

/** What happened on either side in the window, and whatever differed before. */
const REFERENCES = `
  SELECT reference FROM stripe_movement WHERE posted_at >= $1 AND posted_at < $2
  UNION SELECT reference FROM stripe_balance_line WHERE is_booked AND created_at >= $1 AND created_at < $2
  UNION SELECT reference FROM reconciliation_difference
    WHERE resolved_at IS NULL AND NOT starts_with(reference, '${INVOICE_REFERENCE}')
      AND NOT starts_with(reference, '${METER_REFERENCE}')`;

const PAGE = `
  WITH page AS (SELECT reference FROM (${REFERENCES}) AS wanted WHERE reference > $3 ORDER BY reference LIMIT $4)
  SELECT page.reference, movement.amount::text AS ours, line.amount::text AS theirs,
    movement.organization_id AS "organizationId",
    coalesce(movement.posted_at, line.created_at, difference.happened_at) AS "happenedAt"
  FROM page
  LEFT JOIN stripe_movement AS movement ON movement.reference = page.reference
  LEFT JOIN LATERAL (
    SELECT sum(amount) AS amount, min(created_at) AS created_at FROM stripe_balance_line
    WHERE reference = page.reference AND is_booked
  ) AS line ON true
  LEFT JOIN reconciliation_difference AS difference ON difference.reference = page.reference
  ORDER BY page.reference`;

interface Row {
  readonly reference: string;
  readonly ours: string | null;
  readonly theirs: string | null;
  readonly organizationId: string | null;
  readonly happenedAt: Date;
}

/** The books beside Stripe's balance, page by page in the order of Stripe's names. */
@Injectable()
export class ReconciliationQueries {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async compared(
    { start, end }: { readonly start: Instant; readonly end: Instant },
    after: string,
    limit: number,
  ): Promise<readonly Compared[]> {
    const { rows } = await this.pool.query<Row>(PAGE, [new Date(start), new Date(end), after, limit]);
    return rows.map(({ ours, theirs, ...row }) => ({ ...row, ours: amountOf(ours), theirs: amountOf(theirs) }));
  }
}

const amountOf = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
