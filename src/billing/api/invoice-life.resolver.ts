import { Args, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers, AllowPlatformAdmins } from '../../api/graphql/access.js';
import { connectionOf, PageArguments, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import { ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import type { MicroUsd } from '../../kernel/money.js';
import { Database } from '../../platform/database/prisma.js';
import { InvoiceLifeService } from '../application/invoice-life.service.js';
import { showInvoiceRejection } from './invoice.presentation.js';
import { InvoiceRejectionType } from './invoice.types.js';

const REASON_MAX = 500;

@InputType({ description: 'Which invoice is void, and why.' })
class VoidInvoiceInput {
  @Field(() => ID, { description: 'Its number.' })
  number!: string;

  @Field({ description: `Why, in 1 to ${REASON_MAX} characters.` })
  reason!: string;
}

@ObjectType({ description: 'The invoice counts no more, and its month is open again.' })
class VoidInvoiceSuccess {
  @Field(() => ID, { description: 'Its number, which is never given again.' })
  number!: string;
}

@InputType({ description: 'What an invoice charged too much for a reservation.' })
class IssueCreditNoteInput {
  @Field(() => ID, { description: 'Number of the invoice.' })
  invoiceNumber!: string;

  @Field(() => ID, { description: 'A reservation that it charged for.' })
  reservationId!: string;

  @Field(() => MicroUsdScalar, { description: 'What is given back, above zero.' })
  amount!: MicroUsd;

  @Field({ description: `Why, in 1 to ${REASON_MAX} characters; it is on the credit note.` })
  reason!: string;
}

@ObjectType({ description: 'The credit note never changes from now on; its amount goes to the wallet.' })
class IssueCreditNoteSuccess {
  @Field(() => ID, { description: 'Its number.' })
  number!: string;
}

@ObjectType('CreditNote', { description: 'What an invoice charged too much, given back.' })
class CreditNoteType {
  @Field(() => ID, { description: 'Its number, without gaps.' })
  number!: string;

  @Field(() => ID, { description: 'The invoice that it corrects.' })
  invoiceNumber!: string;

  @Field(() => ID, { description: 'The reservation that was charged for.' })
  reservationId!: string;

  @Field(() => MicroUsdScalar, { description: 'What was given back, above zero.' })
  amount!: bigint;

  @Field({ description: 'Why.' })
  reason!: string;

  @Field(() => InstantScalar, { description: 'When it was issued.' })
  issuedAt!: Date;
}

const CreditNoteConnection = connectionOf(CreditNoteType, 'CreditNote', 'credit notes');
const VoidInvoiceResult = resultUnion('voidInvoice', [
  VoidInvoiceSuccess,
  ValidationRejection,
  InvoiceRejectionType,
]);
const IssueCreditNoteResult = resultUnion('issueCreditNote', [
  IssueCreditNoteSuccess,
  ValidationRejection,
  InvoiceRejectionType,
]);

/** What the issuer does to invoices, and what their customers see of it. */
@Resolver()
export class InvoiceLifeResolver {
  constructor(
    private readonly service: InvoiceLifeService,
    private readonly database: Database,
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

  @Mutation(() => IssueCreditNoteResult, { description: 'Gives back what an invoice charged too much.' })
  @AllowPlatformAdmins()
  async issueCreditNote(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'How much, and why.' }) input: IssueCreditNoteInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = [...amountIssues(input.amount), ...reasonIssues(input.reason)];
    if (issues.length > 0) return invalidInput(issues);
    const request = { ...input, reservationId: input.reservationId as ReservationId };
    const outcome = await this.service.issueCreditNote(caller, request, idempotencyKey);
    if (!outcome.accepted) return showInvoiceRejection(outcome.rejection);
    return { __typename: 'IssueCreditNoteSuccess', ...outcome.answer };
  }

  @Query(() => CreditNoteConnection, { description: 'Credit notes for your invoices, oldest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async creditNotes(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<CreditNoteType>> {
    const page = readPage(pageArguments, 1);
    const [after] = page.after ?? [];
    const rows = await this.database.creditNote.findMany({
      where: { organizationId, ...(after && { number: { gt: after } }) },
      orderBy: { number: 'asc' },
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, ({ number }) => [number]);
  }
}

function reasonIssues(reason: string): readonly Issue[] {
  if (reason.trim() !== '' && reason.length <= REASON_MAX) return [];
  const accepted = `1 to ${REASON_MAX} characters`;
  return [{ field: 'reason', reason: 'is empty or too long', accepted }];
}

function amountIssues(amount: MicroUsd): readonly Issue[] {
  if (amount > 0n) return [];
  return [{ field: 'amount', reason: 'is not above zero', accepted: '1 micro-USD or more' }];
}
