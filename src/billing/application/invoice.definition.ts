import { z } from 'zod';
import { instant, text, whole } from '../../eventstore/codec-fields.js';
import { defineCodec } from '../../eventstore/event-codec.js';
import { streamId } from '../../eventstore/event.js';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import { assert, present } from '../../kernel/assert.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import { jobType, toMessage, type JobMessage } from '../../platform/queue/job.js';
import { CHARGE_KINDS } from '../model/charge.js';
import { isInvoice } from '../model/closing.js';
import {
  invoiceDecider,
  type InvoiceCommand,
  type InvoiceRejection,
} from '../model/invoice-register.js';
import type { CreditNoteIssued, InvoiceEvent, InvoiceIssued } from '../model/invoice-register.events.js';
import type { InvoiceRegister } from '../model/invoice-register.state.js';
import { TAXED_KINDS } from '../model/tax/invoice-tax.js';
import { MICRO_USD_PER_CENT } from '../model/top-up.js';
import { overagePartsSchema } from './overage-parts.codec.js';
import { recordTaxJob, reverseTaxJob } from './tax/tax.jobs.js';

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

/** Issues a credit note that was asked for, or refuses it, should whoever asked be gone. */
export const issueCreditNoteJob = jobType('billing', 'issue-credit-note', z.object({ requestId: z.string() }));

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
    // Jobs of before there was tax give none back.
    ...{ invoiceNumber: z.string().default(''), tax: z.string().default('0') },
    // Who was paid too much gives it back already; null: the exchange does.
    settles: z.string().nullable().default(null),
  }),
);

const money = whole<MicroUsd>();
const organizationId = text<OrganizationId>();
const reservationId = text<ReservationId>();

const soldBy = z.object({ invoice: money, reservation: money });
const taxItem = z.object({ kind: z.enum(TAXED_KINDS), cents: whole<bigint>() });
const taxLine = z.object({
  ...{ jurisdiction: z.string(), country: z.string(), state: z.string().nullable() },
  ...{ taxType: z.string().nullable(), percentage: z.string().nullable() },
  ...{ taxable: money, amount: money, reason: z.string() },
});
const fixed = z.object({ issuer: z.string(), customer: z.string() });
const parties = fixed.nullable().default(null);
const layout = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);
/** Also as a calculation is kept. */
export const taxSchema = z.object({
  ...{ calculationId: z.string(), items: z.array(taxItem), lines: z.array(taxLine), amount: money },
});

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
      // Before there was tax none was charged.
      tax: taxSchema.nullable().default(null),
      // Before statements had numbers they went by the invoice's.
      statementNumber: z.string().nullable().default(null),
      // Before it was said parties were fixed when they were first asked for.
      parties,
      // Before there were layouts an hour of overage was one line.
      layout: layout.default(1),
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
          parts: overagePartsSchema,
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
  MonthClosed: {
    schema: z.object({
      ...{ organizationId, month: z.string(), through: z.number().int(), booksAfter: z.number().int().nullable() },
      ...{ parties: fixed, layout, closedAt: instant },
    }),
  },
  CreditNoteAsked: {
    schema: z.object({
      ...{ requestId: z.string(), invoiceNumber: z.string(), organizationId, reservationId },
      ...{ amount: money, reason: z.string(), charged: money, sold: soldBy, parties, askedAt: instant },
    }),
  },
  CreditNoteRefused: {
    schema: z.object({ requestId: z.string(), number: z.string(), organizationId, available: money, refusedAt: instant }),
  },
  CreditNoteIssued: {
    schema: z.object({
      // Before they were asked for first they were issued at once.
      requestId: z.string().nullable().default(null),
      ...{ number: z.string(), invoiceNumber: z.string(), organizationId, reservationId },
      ...{ amount: money, reason: z.string(), issuedAt: instant },
      // Before counts were settled by notes the exchange gave every one.
      settles: z.string().nullable().default(null),
      tax: z.object({ sold: money, taxable: money, amount: money }).nullable().default(null),
      parties,
    }),
  },
});

/** What a caller is told: the number of the document, the name of what is asked for, or the month that has no number. */
export interface InvoiceAnswer {
  readonly number: string;
  /** Of a credit note that is refused: micro-USD, as decimal text, that are left. */
  readonly available?: string;
}

/** All invoices are one stream: their numbers have no gaps. */
export const invoiceDefinition: StreamDefinition<
  InvoiceRegister,
  InvoiceCommand,
  InvoiceEvent,
  InvoiceRejection,
  InvoiceAnswer
> = {
  category: 'invoice',
  decider: invoiceDecider,
  codec: invoiceCodec,
  answer: (command, events) => (command.type === 'NoteOverdue' ? { number: command.number } : answerOf(present(events[0], 'invoice'))),
  schedule: (event, _stream, at) => jobsOf(event, at),
  snapshot: jsonSnapshot<InvoiceRegister>({ schemaVersion: 10, everyEvents: 1_000 }),
  audit: ({ closings, invoices }) => {
    const valid = [...invoices.values()].filter(({ status }) => status !== 'void').length;
    const all = [...closings.values()];
    assert(all.every((own) => new Set(own.map(({ month }) => month)).size === own.length), 'a month was closed twice');
    const invoiced = all.reduce((sum, own) => sum + own.filter(isInvoice).length, 0);
    assert(invoiced === valid, 'an invoice counts that closes no month, or the other way round');
  },
};

function answerOf(event: InvoiceEvent): InvoiceAnswer {
  if (event.type === 'CreditNoteAsked') return { number: event.requestId };
  if (event.type === 'MonthClosed') return { number: event.month };
  if (event.type === 'CreditNoteRefused') return { number: event.number, available: event.available.toString() };
  return { number: event.number };
}

function jobsOf(event: InvoiceEvent, at: Instant): readonly JobMessage[] {
  switch (event.type) {
    case 'InvoiceIssued': {
      const { organizationId: owner, number, dueAt } = event;
      const settle = [settleInvoices(owner, number, at), ...taxToRecord(event, at)];
      if (dueAt === null) return settle;
      const payload = { organizationId: owner, number };
      return [...settle, toMessage(reviewDueJob, payload, { runAt: dueAt, dedupeKey: number })];
    }
    case 'CreditNoteIssued': {
      const { number, organizationId: owner, reservationId: about, amount, issuedAt, invoiceNumber, settles } = event;
      const payload = { number, organizationId: owner, reservationId: about, issuedAt, invoiceNumber, settles };
      const amounts = { amount: amount.toString(), tax: (event.tax?.amount ?? 0n).toString() };
      const when = { runAt: at, dedupeKey: number };
      return [toMessage(payCreditNoteJob, { ...payload, ...amounts }, when), ...taxToReverse(event, at)];
    }
    case 'InvoiceVoided': {
      const payload = { organizationId: event.organizationId, number: event.number };
      return [toMessage(unbillCreditLineJob, payload, { runAt: at, dedupeKey: event.number })];
    }
    case 'CreditNoteAsked':
      return [toMessage(issueCreditNoteJob, { requestId: event.requestId }, { runAt: at, dedupeKey: event.requestId })];
    case 'InvoicePaid':
    case 'InvoiceOverdue':
    case 'MonthClosed':
    case 'CreditNoteRefused':
      return [];
  }
}

/** Also tax of nothing is reported: that a customer accounts for it is told to authorities. */
function taxToRecord({ organizationId: owner, number, month, tax }: InvoiceIssued, at: Instant): readonly JobMessage[] {
  if (tax === null) return [];
  const { calculationId } = tax;
  return [toMessage(recordTaxJob, { organizationId: owner, number, month, calculationId }, { runAt: at, dedupeKey: number })];
}

function taxToReverse({ organizationId: owner, number, invoiceNumber, tax }: CreditNoteIssued, at: Instant): readonly JobMessage[] {
  const cents = tax === null ? 0n : (tax.taxable + tax.amount) / MICRO_USD_PER_CENT;
  if (cents === 0n) return [];
  const payload = { organizationId: owner, invoiceNumber, document: number, cents: cents.toString() };
  return [toMessage(reverseTaxJob, payload, { runAt: at, dedupeKey: number })];
}

/** Because of an invoice, or of money that came in. */
export function settleInvoices(owner: OrganizationId, cause: string, at: Instant): JobMessage {
  const when = { runAt: at, dedupeKey: `${owner} ${cause}` };
  return toMessage(settleInvoicesJob, { organizationId: owner }, when);
}

/** The one of all invoices. */
export const INVOICE_STREAM = streamId(invoiceDefinition.category, INVOICE_REGISTER);
