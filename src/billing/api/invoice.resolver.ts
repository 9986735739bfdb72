import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { PageArguments, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { apiError } from '../../api/graphql/errors.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { parseMonth } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import { InvoiceService } from '../application/invoice.service.js';
import { TaxService } from '../application/tax/tax.service.js';
import { InvoiceLineQueries } from '../projection/invoice-line.queries.js';
import { showInvoice, showInvoiceRejection, showSummary, type Summarized } from './invoice.presentation.js';
import {
  InvoiceConnection,
  InvoiceType,
  IssueInvoiceInput,
  IssueInvoiceResult,
  type InvoiceHeadType,
} from './invoice.types.js';

@Resolver()
export class InvoiceResolver {
  constructor(
    private readonly service: InvoiceService,
    private readonly taxes: TaxService,
    private readonly database: Database,
    private readonly slices: InvoiceLineQueries,
  ) {}

  @Query(() => InvoiceType, {
    description: 'The invoice of a month, or a draft of what is booked until now; of a month that was closed without one, that it was.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async invoice(
    @Args('month', { description: 'Which month, UTC, such as 2026-11.' }) month: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Summarized> {
    const start = parseMonth(month);
    if (!start.ok) throw apiError('BAD_USER_INPUT', `month: ${start.error}`);
    const number = await this.service.numberOf(organizationId, start.value);
    const summary = number === null ? null : await this.slices.summary(organizationId, number);
    if (summary !== null) return showSummary(summary);
    const { closedAt, ...invoice } = await this.service.find(organizationId, start.value);
    const wait = invoice.number === null ? await this.taxes.waitOf(organizationId, invoice.month) : null;
    return showInvoice(invoice, { wait, closedAt });
  }

  @Query(() => InvoiceConnection, { description: 'Invoices that were issued, oldest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async invoices(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<InvoiceHeadType>> {
    const page = readPage(pageArguments, 1);
    const [after] = page.after ?? [];
    const rows = await this.database.invoice.findMany({
      where: { organizationId, ...(after && { number: { gt: after } }) },
      orderBy: { number: 'asc' },
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, ({ number }) => [number]);
  }

  @Mutation(() => IssueInvoiceResult, { description: 'Closes a month: its invoice never changes again.' })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async issueInvoice(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The month.' }) { month }: IssueInvoiceInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const start = parseMonth(month);
    if (!start.ok) {
      const accepted = 'a month that is over, such as 2026-11';
      return invalidInput([{ field: 'month', reason: 'is no month', accepted }]);
    }
    const outcome = await this.service.issue(caller, start.value, idempotencyKey);
    if (!outcome.accepted) return showInvoiceRejection(outcome.rejection);
    return { __typename: 'IssueInvoiceSuccess', ...outcome.answer };
  }
}
