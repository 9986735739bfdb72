import { z } from 'zod';
import { instant, text, whole } from '../../eventstore/codec-fields.js';
import { defineCodec } from '../../eventstore/event-codec.js';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import { assert, present } from '../../kernel/assert.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import { jobType, toMessage, type JobMessage } from '../../platform/queue/job.js';
import { CHARGE_KINDS } from '../model/charge.js';
import {
  invoiceDecider,
  type InvoiceCommand,
  type InvoiceRejection,
} from '../model/invoice-register.js';
import type { InvoiceEvent } from '../model/invoice-register.events.js';
import type { InvoiceRegister } from '../model/invoice-register.state.js';

/** The one register of this exchange. */
export const INVOICE_REGISTER = 'register';

/** Looks whether an organization still owes anything, and notes its invoices as paid when not. */
export const settleInvoicesJob = jobType(
  'billing',
  'settle-invoices',
  z.object({ organizationId: z.string() }),
);

/** Looks whether an invoice that is due is paid, and freezes the credit line when not. */
export const reviewDueJob = jobType(
  'billing',
  'review-due-invoice',
  z.object({ organizationId: z.string(), number: z.string() }),
);

/** What of the credit line was due with a void invoice is due with a later one. */
export const unbillCreditLineJob = jobType(
  'billing',
  'unbill-credit-line',
  z.object({ organizationId: z.string(), number: z.string() }),
);

/** Gives back what a credit note says. */
export const payCreditNoteJob = jobType(
  'billing',
  'pay-credit-note',
  z.object({
    number: z.string(),
    organizationId: z.string(),
    reservationId: z.string(),
    amount: z.string(),
    issuedAt: z.number().int(),
  }),
);

const money = whole<MicroUsd>();
const organizationId = text<OrganizationId>();
const reservationId = text<ReservationId>();

export const invoiceCodec = defineCodec<InvoiceEvent>({
  InvoiceIssued: {
    schema: z.object({
      ...{ number: z.string(), organizationId, month: z.string() },
      through: z.number().int(),
      ...{ charges: money, credits: money, issuedAt: instant },
      // Before there were terms of payment everything came out of the wallet at once.
      dueAt: instant.nullable().default(null),
      // Before there were credit lines nothing was drawn.
      onCreditLine: money.default(ZERO_USD),
      // Before statements had numbers they went by the invoice's.
      statementNumber: z.string().nullable().default(null),
      lines: z.array(
        z.object({
          kind: z.enum(CHARGE_KINDS),
          reservationId,
          amount: money,
          served: z.object({ start: instant, end: instant.nullable() }).nullable(),
          // Before there were credits nothing followed from a judgement.
          evidence: z.string().nullable().default(null),
          postedAt: instant,
          version: z.number().int().nullable().default(null),
        }),
      ),
    }),
  },
  InvoicePaid: { schema: z.object({ number: z.string(), organizationId, paidAt: instant }) },
  InvoiceOverdue: {
    schema: z.object({ number: z.string(), organizationId, dueAt: instant, notedAt: instant }),
  },
  InvoiceVoided: {
    schema: z.object({ number: z.string(), organizationId, reason: z.string(), voidedAt: instant }),
  },
  CreditNoteIssued: {
    schema: z.object({
      ...{ number: z.string(), invoiceNumber: z.string(), organizationId, reservationId },
      ...{ amount: money, reason: z.string(), issuedAt: instant },
    }),
  },
});

/** All invoices are one stream: their numbers have no gaps. */
export const invoiceDefinition: StreamDefinition<
  InvoiceRegister,
  InvoiceCommand,
  InvoiceEvent,
  InvoiceRejection,
  { readonly number: string }
> = {
  category: 'invoice',
  decider: invoiceDecider,
  codec: invoiceCodec,
  answer: (command, events) => ({
    number: command.type === 'NoteOverdue' ? command.number : present(events[0], 'invoice').number,
  }),
  schedule: (event, _stream, at) => jobsOf(event, at),
  snapshot: jsonSnapshot<InvoiceRegister>({ schemaVersion: 4, everyEvents: 1_000 }),
  audit: ({ closings, invoices }) => {
    const valid = [...invoices.values()].filter(({ status }) => status !== 'void').length;
    const months = [...closings.values()].map((own) => new Set(own.map(({ month }) => month)).size);
    const closed = months.reduce((sum, size) => sum + size, 0);
    assert(closed === valid, 'an organization has two invoices of one month');
  },
};

function jobsOf(event: InvoiceEvent, at: Instant): readonly JobMessage[] {
  switch (event.type) {
    case 'InvoiceIssued': {
      const { organizationId: owner, number, dueAt } = event;
      const settle = settleInvoices(owner, number, at);
      if (dueAt === null) return [settle];
      const payload = { organizationId: owner, number };
      return [settle, toMessage(reviewDueJob, payload, { runAt: dueAt, dedupeKey: number })];
    }
    case 'CreditNoteIssued': {
      const { number, organizationId: owner, reservationId: about, amount, issuedAt } = event;
      const payload = { number, organizationId: owner, reservationId: about, issuedAt };
      const when = { runAt: at, dedupeKey: number };
      return [toMessage(payCreditNoteJob, { ...payload, amount: amount.toString() }, when)];
    }
    case 'InvoiceVoided': {
      const payload = { organizationId: event.organizationId, number: event.number };
      return [toMessage(unbillCreditLineJob, payload, { runAt: at, dedupeKey: event.number })];
    }
    case 'InvoicePaid':
    case 'InvoiceOverdue':
      return [];
  }
}

/** Because of an invoice, or of money that came in. */
export function settleInvoices(owner: OrganizationId, cause: string, at: Instant): JobMessage {
  const when = { runAt: at, dedupeKey: `${owner} ${cause}` };
  return toMessage(settleInvoicesJob, { organizationId: owner }, when);
}
