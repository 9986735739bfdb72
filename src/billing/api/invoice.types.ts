import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { Rejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { ChargeKind } from '../model/charge.js';
import type { InvoiceStatus } from '../model/invoice-register.state.js';
import { OveragePartType, PARTS_DESCRIPTION } from './overage.types.js';
import { TAX_WAITS, type TaxWait } from '../model/tax/invoice-tax.js';

export const CHARGE_KIND_NAMES = {
  DELIVERY: 'delivery',
  CANCELLATION: 'cancellation',
  OVERAGE: 'overage',
  PROCEEDS: 'proceeds',
  ROYALTY: 'royalty',
  FEE: 'fee',
  PENALTY: 'penalty',
  CREDIT: 'credit',
} as const satisfies Record<string, ChargeKind>;
registerEnumType(CHARGE_KIND_NAMES, {
  name: 'ChargeKind',
  description: 'What a line of an invoice is for.',
  valuesMap: {
    DELIVERY: { description: 'Reserved capacity that was served.' },
    CANCELLATION: { description: 'Fee for a reservation that was given back, or a part in one.' },
    OVERAGE: { description: 'Use above a reservation, or a part in it.' },
    PROCEEDS: { description: 'Your part of capacity that you sold.' },
    ROYALTY: { description: 'Your part, as its provider, of capacity that others resold.' },
    FEE: { description: 'The exchange’s part.' },
    PENALTY: { description: 'For sold capacity that its provider took back, or what you got for it.' },
    CREDIT: { description: 'For an hour below the promised service level or one that was charged too much, given or got.' },
  },
});

export const INVOICE_STATUS_NAMES = {
  ISSUED: 'issued',
  PAID: 'paid',
  VOID: 'void',
} as const satisfies Record<string, InvoiceStatus>;
registerEnumType(INVOICE_STATUS_NAMES, {
  name: 'InvoiceStatus',
  description: 'What became of an invoice after it was issued.',
  valuesMap: {
    ISSUED: { description: 'Something may still be owed.' },
    PAID: { description: 'Nothing is owed any more.' },
    VOID: { description: 'It was wrong and counts no more; its month is open again.' },
  },
});

/** What the field that tells all lines tells at most; `invoiceLines` has any number, by pages. */
export const LINES_AT_ONCE = 10_000;
export const LINES_DESCRIPTION = `Every charge and credit, oldest first. Of more than ${LINES_AT_ONCE} lines none is told here, and the request says so: invoiceLines has them by pages.`;

@ObjectType('ServedTime', { description: 'When capacity was served.' })
export class ServedTimeType {
  @Field(() => InstantScalar, { description: 'From.' })
  start!: number;

  @Field(() => InstantScalar, { nullable: true, description: 'To; null for a single hour of overage.' })
  end!: number | null;
}

@ObjectType('InvoiceLine', { description: 'One charge or credit.' })
export class InvoiceLineType {
  @Field(() => CHARGE_KIND_NAMES, { description: 'What it is for.' })
  kind!: string;

  @Field(() => ID, { description: 'The reservation it is about.' })
  reservationId!: string;

  @Field(() => MicroUsdScalar, { description: 'Charges are above zero, credits below.' })
  amount!: bigint;

  @Field(() => ServedTimeType, { nullable: true, description: 'When capacity was served.' })
  served!: ServedTimeType | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of overage and credits: the hour of use or of service it follows from, as its evidenceId shows it.',
  })
  evidence!: string | null;

  @Field(() => InstantScalar, { description: 'When it was booked.' })
  postedAt!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Its place in your books; null on invoices from before lines said so.',
  })
  version!: number | null;

  @Field(() => [OveragePartType], { description: PARTS_DESCRIPTION })
  parts!: readonly OveragePartType[];
}

@ObjectType('InvoiceKindTotal', { description: 'What the lines of one kind come to.' })
export class InvoiceKindTotalType {
  @Field(() => CHARGE_KIND_NAMES, { description: 'What they are for.' })
  kind!: string;

  @Field(() => Int, { description: 'How many there are.' })
  count!: number;

  @Field(() => MicroUsdScalar, { description: 'Their sum: charges are above zero, credits below.' })
  amount!: bigint;
}

export const TAX_WAIT_NAMES = Object.fromEntries(TAX_WAITS.map((wait) => [wait, wait])) as { readonly [Wait in TaxWait]: Wait };
registerEnumType(TAX_WAIT_NAMES, {
  name: 'TaxWait',
  description: 'Why an invoice waits for its tax.',
  valuesMap: {
    NO_ADDRESS: { description: 'There is no billing profile, and so no address.' },
    ADDRESS_REFUSED: { description: 'Stripe Tax does not know the address of the billing profile.' },
    TAX_ID_REFUSED: { description: 'Stripe Tax does not take the tax id of the billing profile.' },
    NO_ANSWER: { description: 'Stripe Tax has not answered yet, and is asked again.' },
    NEEDS_REVIEW: { description: 'Stripe Tax did not answer for long: those who run the exchange look at it.' },
    DRAFT_CHANGED: { description: 'The month changed meanwhile: ask again.' },
  },
});

@ObjectType('InvoiceTax', { description: 'The tax of one authority at one rate.' })
export class InvoiceTaxType {
  @Field({ description: 'The authority’s place, such as Germany or New York.' })
  jurisdiction!: string;

  @Field({ description: 'Its country, ISO 3166-1.' })
  country!: string;

  @Field(() => String, { nullable: true, description: 'Its state, where it is of one.' })
  state!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is called, such as vat or sales_tax; null where there is none.' })
  taxType!: string | null;

  @Field(() => String, { nullable: true, description: 'Per cent, as decimal text; null where there is no rate.' })
  percentage!: string | null;

  @Field(() => MicroUsdScalar, { description: 'What it is charged on.' })
  taxable!: bigint;

  @Field(() => MicroUsdScalar, { description: 'The tax, in whole cents.' })
  amount!: bigint;

  @Field({ description: 'Why, in the words of Stripe Tax, such as standard_rated, reverse_charge or not_collecting.' })
  reason!: string;
}

@ObjectType('WaitingForTax', { description: 'A month that is not closed before its tax is known.' })
export class WaitingForTaxType {
  @Field(() => TAX_WAIT_NAMES, { description: 'Why.' })
  reason!: string;

  @Field({ description: 'What can be done about it.' })
  message!: string;
}

@ObjectType('Invoice', { description: 'What a month cost your organization, and what it brought.' })
export class InvoiceType {
  @Field(() => ID, { nullable: true, description: 'Its number, without gaps; null for a draft, and of a month that was closed without an invoice.' })
  number!: string | null;

  @Field({ description: 'Which month, UTC, such as 2026-11.' })
  month!: string;

  @Field(() => MicroUsdScalar, { description: 'Sum of the charges.' })
  charges!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Sum of the credits, above zero.' })
  credits!: bigint;

  @Field(() => [InvoiceLineType], { description: LINES_DESCRIPTION })
  lines!: readonly InvoiceLineType[];

  @Field(() => InstantScalar, { nullable: true, description: 'When it was issued; null for a draft.' })
  issuedAt!: number | null;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'When the month was closed without an invoice, as nothing was charged in it and nothing can be any more; null: it has an invoice, or is open.',
  })
  closedAt!: number | null;

  @Field(() => InstantScalar, { nullable: true, description: 'Until when it is to be paid; null for a draft.' })
  dueAt!: number | null;

  @Field(() => MicroUsdScalar, { description: 'What of it was drawn on your credit line, and is to be repaid until then.' })
  onCreditLine!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Sum of the taxes, on top of charges and credits; of a draft none is determined yet.' })
  taxAmount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Charges less credits, and the tax.' })
  total!: bigint;

  @Field(() => [InvoiceTaxType], { description: 'By authority and rate; none where no tax was determined.' })
  taxes!: readonly InvoiceTaxType[];

  @Field(() => String, { nullable: true, description: 'What Stripe Tax calls the calculation that the taxes are from.' })
  taxCalculationId!: string | null;

  @Field(() => WaitingForTaxType, { nullable: true, description: 'Of a draft: why it is not issued yet; null: it does not wait.' })
  waitingForTax!: WaitingForTaxType | null;
}

@ObjectType('InvoiceHead', { description: 'An invoice that was issued, without its lines.' })
export class InvoiceHeadType {
  @Field(() => ID, { description: 'Its number.' })
  number!: string;

  @Field({ description: 'Which month, UTC.' })
  month!: string;

  @Field(() => MicroUsdScalar, { description: 'Sum of the charges.' })
  charges!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Sum of the credits, above zero.' })
  credits!: bigint;

  @Field(() => InstantScalar, { description: 'When it was issued.' })
  issuedAt!: Date;

  @Field(() => INVOICE_STATUS_NAMES, { description: 'What became of it.' })
  status!: string;

  @Field(() => InstantScalar, { nullable: true, description: 'Until when it is to be paid.' })
  dueAt!: Date | null;

  @Field(() => MicroUsdScalar, { description: 'What of it was drawn on your credit line.' })
  onCreditLine!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Its tax, on top of charges and credits.' })
  tax!: bigint;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was found overdue; null: it was not.' })
  overdueAt!: Date | null;

  @Field(() => InstantScalar, { nullable: true, description: 'Since when nothing of it is owed.' })
  paidAt!: Date | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was made void.' })
  voidedAt!: Date | null;
}

export const InvoiceConnection = connectionOf(InvoiceHeadType, 'InvoiceHead', 'invoices');

@InputType({ description: 'Which month to close.' })
export class IssueInvoiceInput {
  @Field({ description: 'A month that is over, UTC, such as 2026-11.' })
  month!: string;
}

@ObjectType({ description: 'The invoice never changes from now on.' })
export class IssueInvoiceSuccess {
  @Field(() => ID, { description: 'Its number.' })
  number!: string;
}

@ObjectType('InvoiceRejection', {
  implements: () => [Rejection],
  description: 'What an invoice is, or its month, does not allow what was asked.',
})
export class InvoiceRejectionType extends Rejection {
  @Field(() => ID, { nullable: true, description: 'Number of the invoice there is.' })
  number!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When the month is over.' })
  endsAt!: number | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When the month was closed without an invoice.' })
  closedAt!: number | null;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'What a credit note may still give back for the reservation: what was charged, less service credits and credit notes.',
  })
  available!: bigint | null;

  @Field(() => TAX_WAIT_NAMES, { nullable: true, description: 'Why its tax is not known yet.' })
  taxWait!: string | null;
}

export const IssueInvoiceResult = resultUnion('issueInvoice', [
  IssueInvoiceSuccess,
  ValidationRejection,
  InvoiceRejectionType,
]);
