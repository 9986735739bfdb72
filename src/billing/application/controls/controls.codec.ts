import { z } from 'zod';
import { basisPoints, duration, instant, integer, text, whole, window } from '../../../eventstore/codec-fields.js';
import type { EventShapes } from '../../../eventstore/event-codec.js';
import { ROLES } from '../../../identity/contract.js';
import type { OrderId, OrganizationId, QuoteId, ReservationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { ControlEvent } from '../../model/controls/controls.events.js';
import { APPROVAL_ENDS, MEASURES, type Scope, type Subject } from '../../model/controls/controls.state.js';
import { postings } from '../card-money.codec.js';

const money = whole<MicroUsd>();
const organizationId = text<OrganizationId>();
const reservationId = text<ReservationId>();
const quoteId = text<QuoteId>().nullable();

export const spender = z.object({
  ...{ actor: z.string(), memberId: z.string().nullable() },
  ...{ role: z.enum(ROLES).nullable(), isAttended: z.boolean() },
});

const split = z.object({
  ...{ sellerId: organizationId, providerId: organizationId, exchangeId: organizationId },
  ...{ royalty: basisPoints, fee: basisPoints },
});
const sale = z.object({ reservationId, split, window, grid: duration, amount: money });
const purchase = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('order'),
    ...{ orderId: text<OrderId>(), amount: money, request: z.string() },
  }),
  z.object({ kind: z.literal('holds'), quoteId, sales: z.array(sale) }),
]);

const limits = z
  .object({
    ...{ perOrder: money.nullable(), perDay: money.nullable() },
    ...{ perMonth: money.nullable(), approvalAbove: money.nullable() },
  })
  .nullable();
const creditLine = z.object({ limit: money, termDays: integer<number>(), from: instant }).nullable();
const alerts = z.array(integer<number>());
const budget = z.object({ amount: money, spentAlerts: alerts, committedAlerts: alerts }).nullable();
// Before there were others, every budget was the organization's.
const scope = text<Scope>().default('organization');
const invoiceNumber = z.string();

/** How finance controls stand in the log, among the events of the books. */
export const controlShapes: EventShapes<ControlEvent> = {
  SpendLimitsSet: {
    schema: z.object({ subject: text<Subject>(), limits, before: limits, postings }),
  },
  ApprovalRequested: {
    schema: z.object({
      ...{ approvalId: z.string(), spender, amount: money, purchase },
      ...{ requestedAt: instant, expiresAt: instant, postings },
    }),
  },
  ApprovalDecided: {
    schema: z.object({
      ...{ approvalId: z.string(), end: z.enum(APPROVAL_ENDS), decidedBy: z.string(), note: z.string() },
      ...{ decidedAt: instant, reservationIds: z.array(reservationId), quoteId, postings },
    }),
  },
  CreditLineSet: { schema: z.object({ line: creditLine, before: creditLine, postings }) },
  CreditLineBilled: {
    schema: z.object({ invoiceNumber, amount: money, dueAt: instant, postings }),
  },
  CreditLineUnbilled: { schema: z.object({ invoiceNumber, amount: money, postings }) },
  CreditLineRepaid: {
    schema: z.object({
      ...{ amount: money, postings },
      bills: z.array(z.object({ invoiceNumber, amount: money })),
    }),
  },
  CreditLineFrozen: {
    schema: z.object({ invoiceNumber, overdue: money, dueAt: instant, postings }),
  },
  BudgetSet: { schema: z.object({ scope, budget, before: budget, postings }) },
  BudgetThresholdReached: {
    schema: z.object({
      ...{ scope, month: z.string(), measure: z.enum(MEASURES), percent: integer<number>() },
      ...{ amount: money, budget: money, postings },
    }),
  },
};
