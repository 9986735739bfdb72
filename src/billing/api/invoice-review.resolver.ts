import { Inject } from '@nestjs/common';
import { Args, Field, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowPlatformAdmins } from '../../api/graphql/access.js';
import { connectionOf, PageArguments, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { MicroUsdScalar } from '../../api/graphql/scalars.js';
import { InvoiceQueries, type InvoiceFile, type IssuedInvoiceRow } from '../projection/invoice.queries.js';
import { CreditNoteType } from './invoice-life.types.js';
import { InvoiceHeadType } from './invoice.types.js';

@ObjectType('IssuedInvoiceHead', { description: 'An invoice of any organization, for those who run this exchange.' })
class IssuedInvoiceHeadType extends InvoiceHeadType {
  @Field(() => ID, { description: 'Whose it is.' })
  organizationId!: string;

  @Field({ description: 'What they are called now.' })
  organizationName!: string;

  @Field(() => String, { nullable: true, description: 'Why it was made void; null: it was not.' })
  voidReason!: string | null;
}

@ObjectType('InvoicedReservation', { description: 'What an invoice charged for a reservation.' })
class InvoicedReservationType {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => MicroUsdScalar, { description: 'Sum of what the invoice charged for it.' })
  charged!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What service credits, and corrections of counts, gave back of that, on whichever invoice they stand.' })
  serviceCredits!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What credit notes gave back of that.' })
  givenBack!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What a credit note may still give back: what was charged, less service credits and credit notes; never below zero.' })
  available!: bigint;
}

@ObjectType('IssuedInvoice', { description: 'An invoice of any organization, with what can be corrected of it.' })
class IssuedInvoiceType extends IssuedInvoiceHeadType {
  @Field(() => [InvoicedReservationType], { description: 'What it charged, in the order of its lines.' })
  reservations!: readonly InvoicedReservationType[];

  @Field(() => [CreditNoteType], { description: 'Credit notes that correct it, oldest first.' })
  creditNotes!: readonly CreditNoteType[];
}

const IssuedInvoiceConnection = connectionOf(IssuedInvoiceHeadType, 'IssuedInvoiceHead', 'invoices of any organization');

/** Invoices of everybody, for whoever corrects them. */
@Resolver()
export class InvoiceReviewResolver {
  constructor(@Inject(InvoiceQueries) private readonly queries: InvoiceQueries) {}

  @Query(() => IssuedInvoiceConnection, { description: 'Invoices of every organization, newest first.' })
  @AllowPlatformAdmins()
  async issuedInvoices(
    @Args() pageArguments: PageArguments,
    @Args('organizationId', { type: () => ID, nullable: true, description: 'Only theirs.' })
    organizationId: string | null,
  ): Promise<Connection<IssuedInvoiceRow>> {
    const page = readPage(pageArguments, 1);
    const [after = null] = page.after ?? [];
    const rows = await this.queries.issued({ organizationId, after, first: page.first });
    return toConnection(rows, page, (row) => row, ({ number }) => [number]);
  }

  @Query(() => IssuedInvoiceType, { nullable: true, description: 'An invoice of any organization; null when there is none of that number.' })
  @AllowPlatformAdmins()
  async issuedInvoice(
    @Args('number', { type: () => ID, description: 'Its number.' }) number: string,
  ): Promise<InvoiceFile | null> {
    return this.queries.file(number);
  }
}
