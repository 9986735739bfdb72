import {
  BadRequestException,
  Controller,
  ForbiddenException,
  Get,
  Inject,
  NotFoundException,
  Query,
  Req,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAllowed } from '../../api/graphql/access.guard.js';
import { RequestAuthenticator } from '../../api/http/request-authenticator.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { monthOf, parseMonth, type Instant } from '../../kernel/time.js';
import { DocumentFiles } from '../application/documents/document-files.js';
import { InvoiceService } from '../application/invoice.service.js';
import { invoiceCsv } from './invoice-csv.js';

const READ_BOOKS = {
  who: 'members',
  roles: ['owner', 'finance'],
  scope: 'billing:read',
} as const;

/** What stands in the address: a month or a number. */
interface Asked {
  readonly month?: unknown;
  readonly number?: unknown;
  readonly disposition?: unknown;
}

/** Files for controllers. */
@Controller('exports')
export class ExportController {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(DocumentFiles) private readonly documents: DocumentFiles,
    @Inject(RequestAuthenticator) private readonly authenticator: RequestAuthenticator,
  ) {}

  /** The invoice of a month as CSV, a draft while the month has no invoice, no line when it was closed without one; or an invoice by its number, also one that is void. */
  @Get('invoice.csv')
  async invoice(
    @Query() asked: Asked,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const organizationId = await this.whose(request);
    const number = numberIn(asked);
    const invoice =
      number === null
        ? await this.invoices.find(organizationId, startOf(asked.month))
        : found(await this.invoices.findByNumber(organizationId, number));
    const stands = 'closedAt' in invoice && invoice.closedAt !== null ? 'final' : 'draft';
    const name = `headroom-${invoice.number ?? stands}-${invoice.month}.csv`;
    await reply
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'no-store')
      .type('text/csv; charset=utf-8')
      .send(invoiceCsv(invoice));
  }

  /** The same as a document, in the language of who is billed, also a credit note; `inline`: to be shown in a page of ours. */
  @Get('invoice.pdf')
  async pdf(
    @Query() asked: Asked,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const organizationId = await this.whose(request);
    const number = numberIn(asked);
    const { name, pdf } =
      number === null
        ? found(await this.documents.invoicePdf(organizationId, monthOf(startOf(asked.month))), 'the month was closed without an invoice: nothing was charged in it')
        : found(await this.documents.numberedPdf(organizationId, number));
    await reply
      .header('content-disposition', `${asked.disposition === 'inline' ? 'inline' : 'attachment'}; filename="${name}"`)
      .header('content-security-policy', "frame-ancestors 'self'")
      .header('cache-control', 'no-store')
      .type('application/pdf')
      .send(pdf);
  }

  private async whose(request: FastifyRequest): Promise<OrganizationId> {
    const principal = await this.authenticator.authenticate(request);
    if (principal.kind === 'anonymous') {
      throw new UnauthorizedException('sign in, or send an API key as a bearer token');
    }
    if (!isAllowed(READ_BOOKS, principal)) {
      throw new ForbiddenException('this needs an owner, finance, or a key with scope billing:read');
    }
    return principal.organizationId;
  }
}

/** Null: it is of a month. */
function numberIn({ month, number }: Asked): string | null {
  if (number === undefined) return null;
  if (month !== undefined || typeof number !== 'string') throw new BadRequestException('month, or number: one of both');
  return number;
}

function found<Thing>(thing: Thing | null, otherwise = 'your organization has no document of that number'): Thing {
  if (thing === null) throw new NotFoundException(otherwise);
  return thing;
}

function startOf(month: unknown): Instant {
  const start = parseMonth(typeof month === 'string' ? month : '');
  if (!start.ok) throw new BadRequestException(`month: ${start.error}`);
  return start.value;
}
