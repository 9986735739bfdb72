import { z } from 'zod';
import { instant, text } from '../../eventstore/codec-fields.js';
import type { RowObject } from '../../eventstore/projection.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { overagePartsSchema } from '../application/overage-parts.codec.js';
import { CHARGE_KINDS } from '../model/charge.js';
import type { InvoiceLine } from '../model/invoice-register.events.js';
import { storedParts } from './overage-part.rows.js';

/** How a line of an invoice stands in a column: what it does not say is left out. */
export function storedLine({ amount, served, evidence, version, parts, ...line }: InvoiceLine): RowObject {
  return {
    ...line,
    ...(evidence === null ? {} : { evidence }),
    ...(version === null ? {} : { version }),
    ...(parts.length === 0 ? {} : { parts: storedParts(parts) }),
    amount: amount.toString(),
    served: served === null ? null : { ...served },
  };
}

/** Reads what {@link storedLine} made. What was added to lines later is null on those from before, or none. */
export const storedLineSchema = z.object({
  ...{ kind: z.enum(CHARGE_KINDS), reservationId: text<ReservationId>(), postedAt: instant },
  amount: z.string().transform((amount) => BigInt(amount) as MicroUsd),
  served: z.object({ start: instant, end: instant.nullable() }).nullable(),
  evidence: z.string().nullable().default(null),
  version: z.number().int().nullable().default(null),
  parts: overagePartsSchema,
});
