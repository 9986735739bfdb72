import { z } from 'zod';
import { instant, text, whole } from '../../eventstore/codec-fields.js';
import { defineCodec } from '../../eventstore/event-codec.js';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import { assert, present } from '../../kernel/assert.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { CHARGE_KINDS } from '../model/charge.js';
import {
  invoiceDecider,
  type InvoiceIssued,
  type InvoiceRegister,
  type InvoiceRejection,
  type IssueInvoice,
} from '../model/invoice-register.js';

/** The one register of this exchange. */
export const INVOICE_REGISTER = 'register';

const money = whole<MicroUsd>();

export const invoiceCodec = defineCodec<InvoiceIssued>({
  InvoiceIssued: {
    schema: z.object({
      ...{ number: z.string(), organizationId: text<OrganizationId>(), month: z.string() },
      through: z.number().int(),
      ...{ charges: money, credits: money, issuedAt: instant },
      lines: z.array(
        z.object({
          kind: z.enum(CHARGE_KINDS),
          reservationId: text<ReservationId>(),
          amount: money,
          served: z.object({ start: instant, end: instant.nullable() }).nullable(),
          // Before there were credits nothing followed from a judgement.
          evidence: z.string().nullable().default(null),
          postedAt: instant,
        }),
      ),
    }),
  },
});

/** All invoices are one stream: their numbers have no gaps. */
export const invoiceDefinition: StreamDefinition<
  InvoiceRegister,
  IssueInvoice,
  InvoiceIssued,
  InvoiceRejection,
  { readonly number: string }
> = {
  category: 'invoice',
  decider: invoiceDecider,
  codec: invoiceCodec,
  answer: (_command, events) => ({ number: present(events[0], 'invoice').number }),
  schedule: () => [],
  snapshot: jsonSnapshot<InvoiceRegister>({ schemaVersion: 2, everyEvents: 1_000 }),
  audit: ({ count, closings }) => {
    const months = [...closings.values()].map((own) => new Set(own.map(({ month }) => month)).size);
    const closed = months.reduce((sum, size) => sum + size, 0);
    assert(closed === count, 'an organization has two invoices of one month');
  },
};
