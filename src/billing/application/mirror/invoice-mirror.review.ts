import { Inject, Injectable } from '@nestjs/common';
import type { Window } from '../../../kernel/window.js';
import { Database } from '../../../platform/database/prisma.js';
import type { StripeInvoice } from '../../../platform/prisma/generated/client.js';
import type { InvoiceFacts } from '../../adapter/stripe/invoice-gateway.js';
import { INVOICE_REFERENCE, type DifferenceKind } from '../../model/reconciliation/compare.js';
import { creditedCents, statusThere, type MirroredState } from '../../model/stripe-invoice.js';
import { MICRO_USD_PER_CENT } from '../../model/top-up.js';
import type { Compared } from '../../projection/reconciliation.queries.js';
import { PaymentProvider } from '../payment-provider.js';
import { answered } from '../stripe-answer.js';

/** What both sides say, and how it differs. */
export interface Judged extends Compared {
  readonly kind: DifferenceKind | null;
}

const PAGE = 200;

/** Our invoices beside those at Stripe: what changed in the window, what is still open, and what differed. */
@Injectable()
export class InvoiceMirrorReview {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
  ) {}

  /** @throws Error when Stripe does not answer: ask again */
  async *compared({ start, end }: Window): AsyncGenerator<Judged> {
    const differing = await this.database.reconciliationDifference.findMany({
      where: { resolvedAt: null, reference: { startsWith: INVOICE_REFERENCE } },
      select: { reference: true },
    });
    const numbers = differing.map(({ reference }) => reference.slice(INVOICE_REFERENCE.length));
    const updatedAt = { lt: new Date(end) };
    const OR = [{ updatedAt: { ...updatedAt, gte: new Date(start) } }, { status: 'open' }, { number: { in: numbers } }];
    for (let after = ''; ; ) {
      const where = { AND: [{ OR }, { updatedAt, number: { gt: after } }] };
      const page = await this.database.stripeInvoice.findMany({ where, orderBy: { number: 'asc' }, take: PAGE });
      for (const row of page) yield await this.compare(row);
      if (page.length < PAGE) return;
      after = page.at(-1)?.number ?? '';
    }
  }

  private async compare(row: StripeInvoice): Promise<Judged> {
    const { number, customerId, organizationId, issuedAt: happenedAt, totalCents, credited } = row;
    const there = answered(await this.provider.gateway.invoices.find(customerId, number));
    const due = totalCents - creditedCents(totalCents, credited);
    const theirs = there === null ? null : (there.totalCents - there.creditedCents) * MICRO_USD_PER_CENT;
    const ours = due * MICRO_USD_PER_CENT;
    return { reference: `${INVOICE_REFERENCE}${number}`, organizationId, happenedAt, ours, theirs, kind: differenceOf(row, there) };
  }
}

function differenceOf(ours: StripeInvoice, there: InvoiceFacts | null): DifferenceKind | null {
  // A draft is none yet.
  if (there === null || there.status === 'draft') return 'missing-there';
  const { totalCents, credited } = ours;
  if (there.totalCents !== totalCents || there.creditedCents !== creditedCents(totalCents, credited)) return 'amount-differs';
  const status = ours.status as MirroredState;
  return there.status === statusThere({ status, totalCents, credited }) ? null : 'status-differs';
}
