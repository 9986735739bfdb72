import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { TOKEN_CLASSES } from '../../metering/contract.js';
import { POOL } from '../../platform/platform.module.js';
import { invoiceCodec } from '../application/invoice.definition.js';
import { CHARGE_KINDS, type ChargeKind } from '../model/charge.js';
import type { InvoiceIssued, InvoiceLine } from '../model/invoice-register.events.js';
import type { KindTotal } from '../model/kind-totals.js';
import type { LinesPart, PlacedLine } from '../model/lines-part.js';
import type { GroupTotal } from '../model/overage-parts.js';
import { storedLineSchema } from './invoice-line.rows.js';

/** What is told of an issued invoice without its lines. */
export interface InvoiceSummary {
  /** Its lines are left out. */
  readonly invoice: InvoiceIssued;
  readonly lineCount: number;
  readonly totals: readonly KindTotal<ChargeKind>[];
  readonly overage: readonly GroupTotal[];
}

const SUMMARY = `SELECT invoice, line_count AS "lineCount", totals, overage FROM invoice_summary WHERE number = $1 AND organization_id = $2`;
/** By the key: as many rows are read as are told, however many the invoice has. */
export const LINES_PAGE = 'SELECT place, line FROM invoice_line WHERE number = $1 AND place > $2 ORDER BY place LIMIT $3';
const HAS = 'SELECT FROM invoice_summary WHERE number = $1 AND organization_id = $2';

const amount = z.string().transform((text) => BigInt(text) as MicroUsd);
const total = { count: z.number().int(), amount };
const summarySchema = z.object({
  invoice: z.object({ schemaVersion: z.number().int(), data: z.string() }),
  lineCount: z.number().int(),
  totals: z.array(z.object({ kind: z.enum(CHARGE_KINDS), ...total })),
  overage: z.array(z.object({ tokenClass: z.enum(TOKEN_CLASSES), tier: z.string().nullable(), ...total, credited: amount })),
});

/** Issued invoices from the read model, as much of them as is asked for. */
@Injectable()
export class InvoiceLineQueries {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** Some of the lines of an invoice of this organization's; null: the read model has no such invoice, or not yet. */
  async page(organizationId: OrganizationId, number: string, { after, limit }: LinesPart): Promise<readonly PlacedLine<InvoiceLine>[] | null> {
    const known = await this.pool.query(HAS, [number, organizationId]);
    if (known.rowCount === 0) return null;
    const { rows } = await this.pool.query<{ readonly place: number; readonly line: unknown }>(LINES_PAGE, [number, after, limit]);
    return rows.map(({ place, line }) => ({ place, ...storedLineSchema.parse(line) }));
  }

  /** Null: the read model has no such invoice of this organization's, or not yet. */
  async summary(organizationId: OrganizationId, number: string): Promise<InvoiceSummary | null> {
    const { rows } = await this.pool.query(SUMMARY, [number, organizationId]);
    if (rows[0] === undefined) return null;
    const { invoice, ...sums } = summarySchema.parse(rows[0]);
    return { ...sums, invoice: invoiceCodec.decode({ type: 'InvoiceIssued', ...invoice }) as InvoiceIssued };
  }
}
