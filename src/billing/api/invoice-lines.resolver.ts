import { Inject } from '@nestjs/common';
import type { GraphQLError } from 'graphql';
import { Args, ArgsType, Field, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { connectionOf, PageArguments, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { apiError } from '../../api/graphql/errors.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { parseMonth, type Instant } from '../../kernel/time.js';
import { InvoiceService } from '../application/invoice.service.js';
import { IssuedLines } from '../application/issued-lines.js';
import { totalsOf } from '../model/kind-totals.js';
import type { LinesPart, PlacedLine } from '../model/lines-part.js';
import { groupTotals } from '../model/overage-parts.js';
import { InvoiceLineQueries } from '../projection/invoice-line.queries.js';
import type { InvoiceDocument } from '../projection/invoice.queries.js';
import type { Summarized } from './invoice.presentation.js';
import { InvoiceDocumentType } from './invoice-life.types.js';
import { InvoiceKindTotalType, InvoiceLineType, InvoiceType, LINES_AT_ONCE } from './invoice.types.js';
import { OverageTotalType } from './overage.types.js';

const InvoiceLineConnection = connectionOf(InvoiceLineType, 'InvoiceLine', 'lines of an invoice');

@ArgsType()
class InvoiceLinesArguments extends PageArguments {
  @Field(() => String, { nullable: true, description: 'Of the invoice of this month, UTC, such as 2026-11, or of its draft. This, or a number.' })
  month?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of your invoice of this number, also one that is void.' })
  number?: string | null;
}

/** Lines of an invoice by pages: of a draft the books are read as far as a page takes, of an issued invoice as many rows as it has lines. */
@Resolver(() => InvoiceType)
export class InvoiceLinesResolver {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(IssuedLines) private readonly issued: IssuedLines,
    @Inject(InvoiceLineQueries) private readonly slices: InvoiceLineQueries,
  ) {}

  @Query(() => InvoiceLineConnection, {
    description: 'Lines of one of your invoices, or of the draft of a month, oldest first; none where you have no such invoice.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async invoiceLines(
    @Args() { month = null, number = null, ...pageArguments }: InvoiceLinesArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<InvoiceLineType>> {
    const page = readPage(pageArguments, 1);
    const place = { after: placeIn(page.after), limit: page.first + 1 };
    const which = readWhich(month, number);
    const rows = await ('number' in which ? this.issued.page(organizationId, which.number, place) : this.ofMonth(organizationId, which.start, place));
    return toConnection<InvoiceLineType & Placed, InvoiceLineType>(rows, page, (row) => row, keyOf);
  }

  @ResolveField(() => [InvoiceLineType])
  async lines(@Parent() { lines, summary }: Summarized): Promise<readonly InvoiceLineType[]> {
    if (summary === null) return atOnce(lines);
    const { invoice, lineCount } = summary;
    if (lineCount > LINES_AT_ONCE) throw tooMany(lineCount);
    return (await this.slices.page(invoice.organizationId, invoice.number, { after: 0, limit: lineCount })) ?? [];
  }

  @ResolveField(() => [InvoiceKindTotalType], { description: 'Lines by what they are for, however many there are; the largest sum first.' })
  totals(@Parent() { lines, summary }: Summarized): readonly InvoiceKindTotalType[] {
    return summary?.totals ?? totalsOf(lines);
  }

  @ResolveField(() => [OverageTotalType], { description: 'Overage by token class and served tier; what is told apart of it.' })
  overage(@Parent() { lines, summary }: Summarized): readonly OverageTotalType[] {
    return summary?.overage ?? groupTotals(lines);
  }

  private async ofMonth(organizationId: OrganizationId, start: Instant, part: LinesPart): Promise<readonly PlacedLine<InvoiceLineType>[]> {
    const number = await this.invoices.numberOf(organizationId, start);
    const page = number === null ? null : await this.slices.page(organizationId, number, part);
    return page ?? this.invoices.lines(organizationId, start, part);
  }
}

/** The same of an invoice by its number. */
@Resolver(() => InvoiceDocumentType)
export class InvoiceDocumentLinesResolver {
  constructor(@Inject(IssuedLines) private readonly issued: IssuedLines) {}

  @ResolveField(() => [InvoiceLineType])
  async lines(@Parent() { organizationId, number }: InvoiceDocument): Promise<readonly InvoiceLineType[]> {
    const whose = organizationId as OrganizationId;
    const count = await this.issued.count(whose, number);
    if (count > LINES_AT_ONCE) throw tooMany(count);
    return this.issued.page(whose, number, { after: 0, limit: LINES_AT_ONCE });
  }
}

function atOnce(lines: readonly InvoiceLineType[]): readonly InvoiceLineType[] {
  if (lines.length <= LINES_AT_ONCE) return lines;
  throw tooMany(lines.length);
}

function tooMany(count: number): GraphQLError {
  return apiError('BAD_USER_INPUT', `lines: there are ${count}, and at most ${LINES_AT_ONCE} are told at once: ask for invoiceLines, page by page`);
}

/** Places are whole numbers from 1; a cursor that holds none begins at the start. */
function placeIn(after: readonly string[] | null): number {
  const [place = ''] = after ?? [];
  return /^\d{1,9}$/.test(place) ? Number(place) : 0;
}

/** Of a month or of a number, and of one of them. */
function readWhich(month: string | null, number: string | null): { readonly number: string } | { readonly start: Instant } {
  if (number !== null && month === null) return { number };
  if (month === null || number !== null) throw apiError('BAD_USER_INPUT', 'month: expected a month, such as 2026-11, or else a number, and not both');
  const start = parseMonth(month);
  if (!start.ok) throw apiError('BAD_USER_INPUT', `month: ${start.error}`);
  return { start: start.value };
}

interface Placed {
  readonly place: number;
}
const keyOf = ({ place }: Placed): readonly string[] => [String(place)];
