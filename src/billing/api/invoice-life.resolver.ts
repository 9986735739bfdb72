import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers, AllowPlatformAdmins } from '../../api/graphql/access.js';
import { PageArguments, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import type { MicroUsd } from '../../kernel/money.js';
import { CreditNoteService } from '../application/credit-note.service.js';
import { InvoiceLifeService } from '../application/invoice-life.service.js';
import { InvoicePreviewService } from '../application/invoice-preview.service.js';
import { InvoiceQueries, type CreditNoteRow, type InvoiceDocument } from '../projection/invoice.queries.js';
import {
  CreditNoteConnection,
  CreditNotePreviewResult,
  InvoiceDocumentType,
  IssueCreditNoteInput,
  IssueCreditNoteResult,
  VoidInvoiceInput,
  VoidInvoicePreviewResult,
  VoidInvoiceResult,
} from './invoice-life.types.js';
import { reasonIssues } from './reason.js';
import { showInvoiceRejection } from './invoice.presentation.js';

/** What the issuer does to invoices, and what their customers see of it. */
@Resolver()
export class InvoiceLifeResolver {
  constructor(
    @Inject(InvoiceLifeService) private readonly service: InvoiceLifeService,
    @Inject(CreditNoteService) private readonly notes: CreditNoteService,
    @Inject(InvoicePreviewService) private readonly previews: InvoicePreviewService,
    @Inject(InvoiceQueries) private readonly queries: InvoiceQueries,
  ) {}

  @Mutation(() => VoidInvoiceResult, {
    description: 'Makes an invoice void that is not paid, as long as its customer has no later one.',
  })
  @AllowPlatformAdmins()
  async voidInvoice(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which, and why.' }) { number, reason }: VoidInvoiceInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = reasonIssues(reason);
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await this.service.voidInvoice(caller, { number, reason }, idempotencyKey);
    if (!outcome.accepted) return showInvoiceRejection(outcome.rejection);
    return { __typename: 'VoidInvoiceSuccess', ...outcome.answer };
  }

  @Query(() => VoidInvoicePreviewResult, { description: 'What making an invoice void would do now, or why it cannot be.' })
  @AllowPlatformAdmins()
  async voidInvoicePreview(
    @Args('input', { description: 'Which, and why.' }) { number, reason }: VoidInvoiceInput,
  ): Promise<object> {
    const issues = reasonIssues(reason);
    if (issues.length > 0) return invalidInput(issues);
    const told = await this.previews.voiding(number);
    if (!told.accepted) return showInvoiceRejection(told.rejection);
    return { __typename: 'VoidInvoicePreview', ...told.preview };
  }

  @Mutation(() => IssueCreditNoteResult, { description: 'Gives back what an invoice charged too much.' })
  @AllowPlatformAdmins()
  async issueCreditNote(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'How much, and why.' }) input: IssueCreditNoteInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = noteIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await this.notes.issue(caller, requestOf(input), idempotencyKey);
    if (!outcome.accepted) return showInvoiceRejection(outcome.rejection);
    return { __typename: 'IssueCreditNoteSuccess', ...outcome.answer };
  }

  @Query(() => CreditNotePreviewResult, { description: 'What a credit note would do to the books now, or why it cannot be.' })
  @AllowPlatformAdmins()
  async creditNotePreview(
    @Args('input', { description: 'How much, and why.' }) input: IssueCreditNoteInput,
  ): Promise<object> {
    const issues = noteIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const told = await this.previews.creditNote(requestOf(input));
    if (!told.accepted) return showInvoiceRejection(told.rejection);
    return { __typename: 'CreditNotePreview', ...told.preview };
  }

  @Query(() => InvoiceDocumentType, {
    nullable: true,
    description: 'One of your invoices by its number, also one that is void; null when you have none of that number.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async invoiceDocument(
    @Args('number', { type: () => ID, description: 'Its number.' }) number: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<InvoiceDocument | null> {
    return this.queries.document(organizationId, number);
  }

  @Query(() => CreditNoteConnection, { description: 'Credit notes for your invoices, oldest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async creditNotes(
    @Args() pageArguments: PageArguments,
    @Args('invoiceNumber', { type: () => ID, nullable: true, description: 'Only those that correct this invoice.' })
    invoiceNumber: string | null,
    @Args('reservationId', { type: () => ID, nullable: true, description: 'Only those about this reservation.' })
    reservationId: string | null,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<CreditNoteRow>> {
    const page = readPage(pageArguments, 1);
    const [after = null] = page.after ?? [];
    const rows = await this.queries.creditNotes({ organizationId, invoiceNumber, reservationId, after, first: page.first });
    return toConnection(rows, page, (row) => row, ({ number }) => [number]);
  }
}

const requestOf = (input: IssueCreditNoteInput): Parameters<InvoicePreviewService['creditNote']>[0] => ({
  ...input,
  reservationId: input.reservationId as ReservationId,
});

const noteIssues = ({ amount, reason }: IssueCreditNoteInput): readonly Issue[] => [
  ...amountIssues(amount),
  ...reasonIssues(reason),
];

function amountIssues(amount: MicroUsd): readonly Issue[] {
  if (amount > 0n) return [];
  return [{ field: 'amount', reason: 'is not above zero', accepted: '1 micro-USD or more' }];
}
