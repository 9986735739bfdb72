import {
  BadRequestException,
  Controller,
  ForbiddenException,
  Get,
  Inject,
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

/** Files for controllers. */
@Controller('exports')
export class ExportController {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(DocumentFiles) private readonly documents: DocumentFiles,
    @Inject(RequestAuthenticator) private readonly authenticator: RequestAuthenticator,
  ) {}

  /** The invoice of a month as CSV; a draft while the month has no invoice. */
  @Get('invoice.csv')
  async invoice(
    @Query('month') month: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const organizationId = await this.whose(request);
    const invoice = await this.invoices.find(organizationId, startOf(month));
    const name = `headroom-${invoice.number ?? 'draft'}-${invoice.month}.csv`;
    await reply
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'no-store')
      .type('text/csv; charset=utf-8')
      .send(invoiceCsv(invoice));
  }

  /** The same as a document, in the language of who is billed; `inline`: to be shown in a page of ours. */
  @Get('invoice.pdf')
  async pdf(
    @Query('month') month: unknown,
    @Query('disposition') disposition: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const organizationId = await this.whose(request);
    const { name, pdf } = await this.documents.invoicePdf(organizationId, monthOf(startOf(month)));
    await reply
      .header('content-disposition', `${disposition === 'inline' ? 'inline' : 'attachment'}; filename="${name}"`)
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

function startOf(month: unknown): Instant {
  const start = parseMonth(typeof month === 'string' ? month : '');
  if (!start.ok) throw new BadRequestException(`month: ${start.error}`);
  return start.value;
}
