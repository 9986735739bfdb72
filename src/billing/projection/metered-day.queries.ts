import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Window } from '../../kernel/window.js';
import { POOL } from '../../platform/platform.module.js';
import { METER_REFERENCE } from '../model/reconciliation/compare.js';

/** What a meter was told of a customer's UTC day. */
export interface MeteredDay {
  readonly reference: string;
  readonly organizationId: string;
  readonly customerId: string;
  readonly firstHour: Date;
  /** Weighted tokens. */
  readonly quantity: bigint;
  /** Some of it was written down after the window, and Stripe was not asked yet. */
  readonly isUnderWay: boolean;
}

/** Days of which something was told in the window, and those that differed before. */
const PAGE = `
  WITH page AS (
    SELECT reference FROM (
      SELECT reference FROM stripe_meter_event WHERE created_at >= $1 AND created_at < $2
      UNION SELECT reference FROM reconciliation_difference
        WHERE resolved_at IS NULL AND starts_with(reference, '${METER_REFERENCE}')
    ) AS wanted WHERE reference > $3 ORDER BY reference LIMIT $4
  )
  SELECT told.reference, told.organization_id AS "organizationId", told.customer_id AS "customerId",
    min(told.hour) AS "firstHour", sum(told.quantity)::text AS quantity,
    bool_or(call.status = 'pending' AND told.created_at >= $2) AS "isUnderWay"
  FROM page
  JOIN stripe_meter_event AS told ON told.reference = page.reference
  JOIN stripe_call AS call ON call.call_id = told.call_id
  GROUP BY told.reference, told.organization_id, told.customer_id
  ORDER BY told.reference`;

type Row = Omit<MeteredDay, 'quantity'> & { readonly quantity: string };

/** Metered days, page by page in the order of their names. */
@Injectable()
export class MeteredDays {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async page({ start, end }: Window, after: string, limit: number): Promise<readonly MeteredDay[]> {
    const { rows } = await this.pool.query<Row>(PAGE, [new Date(start), new Date(end), after, limit]);
    return rows.map((row) => ({ ...row, quantity: BigInt(row.quantity) }));
  }
}
