import { formatInstant } from '../../kernel/time.js';
import { defineProjection, type AnyProjection } from '../../eventstore/projection.js';
import { invoiceCodec } from '../application/invoice.definition.js';
import type { InvoiceIssued } from '../model/invoice-register.js';

/** Invoices as rows. */
export const invoiceProjection: AnyProjection = defineProjection<InvoiceIssued>({
  name: 'invoice',
  category: 'invoice',
  tables: [{ name: 'invoice', key: ['number'] }],
  codec: invoiceCodec,
  project: ({ type: _type, ...invoice }) => {
    const { number, month, charges, credits } = invoice;
    const row = {
      ...{ number, organization_id: invoice.organizationId, month, charges, credits },
      lines: invoice.lines.map(({ amount, served, evidence, ...line }) => ({
        ...line,
        ...(evidence === null ? {} : { evidence }),
        amount: amount.toString(),
        served: served === null ? null : { ...served },
      })),
      issued_at: formatInstant(invoice.issuedAt),
    };
    return [{ kind: 'put', table: 'invoice', row }];
  },
});
