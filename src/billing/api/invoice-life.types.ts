import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { MicroUsd } from '../../kernel/money.js';
import { InvoiceHeadType, InvoiceLineType, InvoiceRejectionType, LINES_DESCRIPTION } from './invoice.types.js';

export const REASON_MAX = 500;

@ObjectType('InvoiceDocument', { description: 'An invoice as it was issued, also when it counts no more.' })
export class InvoiceDocumentType extends InvoiceHeadType {
  @Field(() => [InvoiceLineType], { description: LINES_DESCRIPTION })
  lines!: readonly InvoiceLineType[];

  @Field(() => String, { nullable: true, description: 'Why it was made void; null: it was not.' })
  voidReason!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Number of the invoice that its month has in its place; null: it is not void, or its month is open again.',
  })
  replacedBy!: string | null;
}

@InputType({ description: 'Which invoice is void, and why.' })
export class VoidInvoiceInput {
  @Field(() => ID, { description: 'Its number.' })
  number!: string;

  @Field({ description: `Why, in 1 to ${REASON_MAX} characters.` })
  reason!: string;
}

@ObjectType({ description: 'The invoice counts no more, and its month is open again.' })
export class VoidInvoiceSuccess {
  @Field(() => ID, { description: 'Its number, which is never given again.' })
  number!: string;
}

@InputType({ description: 'What an invoice charged too much for a reservation.' })
export class IssueCreditNoteInput {
  @Field(() => ID, { description: 'Number of the invoice.' })
  invoiceNumber!: string;

  @Field(() => ID, { description: 'A reservation that it charged for.' })
  reservationId!: string;

  @Field(() => MicroUsdScalar, { description: 'What is given back, above zero: with service credits and earlier credit notes at most what was charged.' })
  amount!: MicroUsd;

  @Field({ description: `Why, in 1 to ${REASON_MAX} characters; it is on the credit note.` })
  reason!: string;
}

@ObjectType({ description: 'The credit note never changes from now on; its amount goes to the wallet.' })
export class IssueCreditNoteSuccess {
  @Field(() => ID, { description: 'Its number.' })
  number!: string;
}

@ObjectType('CreditNote', { description: 'What an invoice charged too much, given back: by the exchange, or since a dispute about counts was conceded.' })
export class CreditNoteType {
  @Field(() => ID, { description: 'Its number, without gaps.' })
  number!: string;

  @Field(() => ID, { description: 'The invoice that it corrects.' })
  invoiceNumber!: string;

  @Field({ description: 'Month of that invoice, UTC.' })
  month!: string;

  @Field(() => ID, { description: 'The reservation that was charged for.' })
  reservationId!: string;

  @Field(() => MicroUsdScalar, { description: 'What was given back, above zero.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Tax that was given back beside it.' })
  tax!: bigint;

  @Field({ description: 'Why.' })
  reason!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The rated hour whose count was disputed and conceded: those who were paid too much give it back. Null: the exchange gives it back.',
  })
  settles!: string | null;

  @Field(() => InstantScalar, { description: 'When it was issued.' })
  issuedAt!: Date;
}

export const CreditNoteConnection = connectionOf(CreditNoteType, 'CreditNote', 'credit notes');
export const VoidInvoiceResult = resultUnion('voidInvoice', [VoidInvoiceSuccess, ValidationRejection, InvoiceRejectionType]);
export const IssueCreditNoteResult = resultUnion('issueCreditNote', [IssueCreditNoteSuccess, ValidationRejection, InvoiceRejectionType]);

@ObjectType('PreviewedEntry', { description: 'One line of books, as it would be posted.' })
class PreviewedEntryType {
  @Field({ description: 'wallet, payable, external, clearing, receivable, uncollected, taxes, reserved:<order>, escrow:<reservation>, refund:<refund> or payout:<payout>.' })
  account!: string;

  @Field(() => MicroUsdScalar, { description: 'Credits are above zero.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Of the account, after this line.' })
  balance!: bigint;
}

@ObjectType('PreviewedTransaction', { description: 'What one event would post: its amounts sum to zero.' })
class PreviewedTransactionType {
  @Field({ description: 'What would happen, such as CreditCharged.' })
  kind!: string;

  @Field(() => [PreviewedEntryType], { description: 'Line by line; none: it posts nothing.' })
  entries!: readonly PreviewedEntryType[];
}

@ObjectType('CreditNotePreview', { description: 'What a credit note would do, issued now.' })
class CreditNotePreviewType {
  @Field(() => ID, { description: 'The number it would have.' })
  number!: string;

  @Field(() => MicroUsdScalar, { description: 'What of the invoice’s tax would be given back beside it.' })
  tax!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What the customer gets at once.' })
  paid!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What the exchange cannot pay now and owes the customer.' })
  owed!: bigint;

  @Field(() => [PreviewedTransactionType], { description: 'In the books of the exchange.' })
  issuer!: readonly PreviewedTransactionType[];

  @Field(() => [PreviewedTransactionType], { description: 'In the books of the customer.' })
  customer!: readonly PreviewedTransactionType[];
}

@ObjectType('VoidInvoicePreview', { description: 'What making an invoice void would do now. It posts nothing but the tax that comes back.' })
class VoidInvoicePreviewType {
  @Field(() => ID, { description: 'Its number, which would never be given again.' })
  number!: string;

  @Field({ description: 'The month that would be open again, UTC.' })
  month!: string;

  @Field(() => MicroUsdScalar, { description: 'What of the credit line would be due with a later invoice instead.' })
  noLongerDue!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What of its tax would come back, or be owed no more.' })
  tax!: bigint;
}

export const CreditNotePreviewResult = resultUnion('creditNotePreview', [CreditNotePreviewType, ValidationRejection, InvoiceRejectionType]);
export const VoidInvoicePreviewResult = resultUnion('voidInvoicePreview', [VoidInvoicePreviewType, ValidationRejection, InvoiceRejectionType]);
