import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../../api/graphql/access.js';
import {
  PageArguments,
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../../api/graphql/connection.js';
import { Caller } from '../../../api/graphql/current.js';
import { IdempotencyKey } from '../../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../../identity/contract.js';
import { present } from '../../../kernel/assert.js';
import { Database } from '../../../platform/database/prisma.js';
import type { Export } from '../../../platform/prisma/generated/client.js';
import { ExportService, OPEN_EXPORTS_MAX, type ExportOutcome } from '../../application/export/export.service.js';
import { SAID_BY } from '../../model/document/electronic-document.js';
import { ExportLinks } from './export-links.js';
import {
  ExportConnection,
  ExportType,
  RequestExportInput,
  RequestExportResult,
} from './export.types.js';

@Resolver()
export class ExportResolver {
  constructor(
    private readonly service: ExportService,
    private readonly links: ExportLinks,
    private readonly database: Database,
  ) {}

  @Mutation(() => RequestExportResult, { description: 'Has a file made of a month, or of one document.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async requestExport(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which file.' }) { dataset, format, month = null, number = null }: RequestExportInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.service.request(caller, { dataset, format, month, number }, idempotencyKey);
    if (outcome.kind !== 'accepted') return showRefusal(outcome, month ?? `${number}`);
    const row = await this.service.find(caller.organizationId, outcome.exportId);
    return { __typename: 'RequestExportSuccess', export: this.show(present(row, 'export')) };
  }

  @Query(() => ExportType, { nullable: true, description: 'An export of yours; null when there is none.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async export(
    @Args('exportId', { type: () => ID, description: 'Which.' }) exportId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<ExportType | null> {
    const row = await this.service.find(organizationId, exportId);
    return row === null ? null : this.show(row);
  }

  @Query(() => ExportConnection, { description: 'Your exports, newest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async exports(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<ExportType>> {
    const page = readPage(pageArguments, 2);
    const [at = '', id = ''] = page.after ?? [];
    const older = (requestedAt: Date): object => ({
      OR: [{ requestedAt: { lt: requestedAt } }, { requestedAt, exportId: { lt: id } }],
    });
    const rows = await this.database.export.findMany({
      where: { organizationId, ...(page.after && older(readInstantKey(at))) },
      orderBy: [{ requestedAt: 'desc' }, { exportId: 'desc' }],
      take: page.first + 1,
    });
    const keyOf = ({ requestedAt, exportId }: Export): string[] => [requestedAt.toISOString(), exportId];
    return toConnection(rows, page, (row) => this.show(row), keyOf);
  }

  private show(row: Export): ExportType {
    const { rowsDone, rowsExpected, bytes, invoiceNumber, closedAt, exportId } = row;
    return {
      ...row,
      isFinal: invoiceNumber !== null || closedAt !== null,
      rowsDone: rowsDone.toString(),
      rowsExpected: rowsExpected?.toString() ?? null,
      bytes: bytes?.toString() ?? null,
      download: row.status === 'ready' ? this.links.make(exportId) : null,
    };
  }
}

/** @param asked the month, or the invoice */
function showRefusal(outcome: Exclude<ExportOutcome, { kind: 'accepted' }>, asked: string): object {
  switch (outcome.kind) {
    case 'invalid':
      return invalidInput(outcome.issues);
    case 'not-found':
      return notFound('number', 'your organization has no invoice or credit note of that number');
    case 'not-invoiced': {
      const { month, isClosed } = outcome;
      const message = isClosed === true
        ? `${month} was closed without an invoice: nothing was charged in it`
        : `${month} has no invoice yet: issue it, or wait until its grace period is over`;
      return { __typename: 'NotInvoicedRejection', code: 'NOT_INVOICED', message, month };
    }
    case 'no-address': {
      const { whose } = outcome;
      const what = `the invoice of ${asked} was issued without the address of its ${whose.join(' and its ')}`;
      const message = `${what}: for later invoices ${whose.map((side) => SAID_BY[side]).join(', and ')}`;
      return { __typename: 'NoAddressRejection', code: 'NO_ADDRESS', message, whose };
    }
    case 'too-many': {
      const message = `${outcome.open} exports are under way: ask again, with a new key, when one is done`;
      const facts = { message, openMax: OPEN_EXPORTS_MAX };
      return { __typename: 'TooManyExportsRejection', code: 'TOO_MANY_EXPORTS', ...facts };
    }
  }
}
