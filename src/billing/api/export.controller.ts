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
import { parseMonth } from '../../kernel/time.js';
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
    @Inject(RequestAuthenticator) private readonly authenticator: RequestAuthenticator,
  ) {}

  /** The invoice of a month as CSV; a draft while the month has no invoice. */
  @Get('invoice.csv')
  async invoice(
    @Query('month') month: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const principal = await this.authenticator.authenticate(request);
    if (principal.kind === 'anonymous') {
      throw new UnauthorizedException('sign in, or send an API key as a bearer token');
    }
    if (!isAllowed(READ_BOOKS, principal)) {
      throw new ForbiddenException('this needs an owner, finance, or a key with scope billing:read');
    }
    const start = parseMonth(typeof month === 'string' ? month : '');
    if (!start.ok) throw new BadRequestException(`month: ${start.error}`);
    const invoice = await this.invoices.find(principal.organizationId, start.value);
    const name = `headroom-${invoice.number ?? 'draft'}-${invoice.month}.csv`;
    await reply
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'no-store')
      .type('text/csv; charset=utf-8')
      .send(invoiceCsv(invoice));
  }
}
