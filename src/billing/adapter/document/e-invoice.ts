import { InvoiceService, type Invoice } from '@e-invoice-eu/core';
import { assert } from '../../../kernel/assert.js';
import { marketOf } from '../../../kernel/ids.js';
import { formatInstant, type Instant } from '../../../kernel/time.js';
import { payableCents, termDaysOf, type DocumentLine } from '../../model/document/billing-document.js';
import { lineName, TEXTS } from '../../model/document/document.texts.js';
import type { ElectronicDocument } from '../../model/document/electronic-document.js';
import { languageOf } from '../../model/document/party.js';
import { classified, partyTax, taxCents, taxTotal } from './e-invoice.tax.js';
import { amount, CURRENCY, money } from './e-invoice.money.js';
import { withDate } from './pdf.dates.js';

export type ElectronicFormat = 'UBL' | 'Factur-X-EN16931';

/** UNTDID 1001: commercial invoice, self-billed invoice, credit note. */
const TYPE_CODES = { invoice: '380', statement: '389', credit_note: '381' } as const;
/** "One", of UN/ECE Recommendation 20. */
const UNIT = 'C62';
/** An e-mail address, of the Electronic Address Scheme list. */
const EMAIL_SCHEME = 'EM';

/** The library tells what it does; errors come as exceptions. */
const QUIET = {
  log: (): void => undefined,
  warn: (): void => undefined,
  error: (): void => undefined,
};

/** Reading the schema of the standard takes long: once. */
const SERVICE = new InvoiceService(QUIET);

/**
 * An EN 16931 invoice: UBL as XML, or Factur-X as a PDF with the XML inside. Every amount is in cents,
 * and what rounding leaves is the rounding amount (BT-114), so that the sums of the standard hold.
 *
 * @throws Error when the document breaks the standard's schema
 */
export async function renderElectronic(
  document: ElectronicDocument,
  format: ElectronicFormat,
  pdf: Buffer,
): Promise<Buffer> {
  const file = { buffer: new Uint8Array(pdf), filename: `${document.number}.pdf`, mimetype: 'application/pdf' };
  const made = await SERVICE.generate(toInvoice(document), {
    ...{ format, lang: languageOf(document.customer.locale), noWarnings: true },
    ...(format === 'UBL' ? {} : { pdf: file }),
  });
  if (typeof made === 'string') return Buffer.from(made, 'utf8');
  const { issuedAt, refersTo } = document;
  return Buffer.from(await withDate(made, issuedAt, refersTo === null ? null : (xml) => withReference(xml, refersTo)));
}

/** What the exchange pays is written from the seller's side: signs turn, and so do the parties. */
export function toInvoice(document: ElectronicDocument): Invoice {
  const { kind, number, issuedAt, dueAt, refersTo, lines } = document;
  const isTurned = kind === 'statement';
  const [seller, buyer] = isTurned
    ? [document.customer, document.issuer]
    : [document.issuer, document.customer];
  const sign = kind === 'invoice' ? 1n : -1n;
  const net = sign * (document.totalCents - document.roundingCents);
  const sum = amount(net);
  return {
    'ubl:Invoice': {
      'cbc:CustomizationID': 'urn:cen.eu:en16931:2017',
      'cbc:ID': number,
      'cbc:IssueDate': day(issuedAt),
      ...(dueAt === null || kind !== 'invoice' ? {} : { 'cbc:DueDate': day(dueAt) }),
      'cbc:InvoiceTypeCode': TYPE_CODES[kind],
      ...(document.reason === null ? {} : { 'cbc:Note': [document.reason] }),
      'cbc:DocumentCurrencyCode': CURRENCY,
      'cbc:BuyerReference': buyer.name,
      ...(refersTo === null
        ? {}
        : { 'cac:BillingReference': [{ 'cac:InvoiceDocumentReference': { 'cbc:ID': refersTo } }] }),
      // The standard takes several names of a seller (BT-29), and one of a buyer (BT-46).
      'cac:AccountingSupplierParty': {
        'cac:Party': { ...party(seller, document, 'seller'), 'cac:PartyIdentification': [{ 'cbc:ID': seller.id }] },
      },
      'cac:AccountingCustomerParty': {
        'cac:Party': { ...party(buyer, document, 'buyer'), 'cac:PartyIdentification': { 'cbc:ID': buyer.id } },
      },
      'cac:PaymentTerms': { 'cbc:Note': termsOf(document) },
      'cac:TaxTotal': [taxTotal(document, sign)],
      'cac:LegalMonetaryTotal': {
        ...money('LineExtensionAmount', sum),
        ...money('TaxExclusiveAmount', sum),
        ...money('TaxInclusiveAmount', amount(net + taxCents(document, sign))),
        ...money('PayableRoundingAmount', amount(sign * document.roundingCents)),
        ...money('PayableAmount', amount(sign * payableCents(document))),
      },
      'cac:InvoiceLine': lines.map((line, index) => lineOf(line, index, { document, sign })),
    },
  } as unknown as Invoice;
}

const SUMMARY_END = '</ram:SpecifiedTradeSettlementHeaderMonetarySummation>';

/**
 * With the invoice that a credit note corrects (BT-25), which the library leaves out of Factur-X: it looks for its number
 * where its own schema has none.
 */
function withReference(xml: string, number: string): string {
  const parts = xml.split(SUMMARY_END);
  assert(parts.length === 2 && !xml.includes('InvoiceReferencedDocument'), 'an invoice has one summary, and the library no reference');
  const reference = `<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>${number}</ram:IssuerAssignedID></ram:InvoiceReferencedDocument>`;
  return parts.join(`${SUMMARY_END}${reference}`);
}

/** What is earned, and what a credit note gives back, was paid into the wallet: nothing of it is due. */
function termsOf(document: ElectronicDocument): string {
  const texts = TEXTS[languageOf(document.customer.locale)];
  return document.kind === 'invoice' ? texts.terms(termDaysOf(document)) : texts.paidOut;
}

function party({ name, address, taxId, email }: ElectronicDocument['issuer'], document: ElectronicDocument, side: 'seller' | 'buyer'): object {
  return {
    ...(email === null
      ? {}
      : { 'cbc:EndpointID': email, 'cbc:EndpointID@schemeID': EMAIL_SCHEME }),
    'cac:PostalAddress': {
      'cbc:StreetName': address.street,
      'cbc:CityName': address.city,
      'cbc:PostalZone': address.postalCode,
      'cac:Country': { 'cbc:IdentificationCode': address.country },
    },
    ...partyTax(taxId, document, side),
    'cac:PartyLegalEntity': {
      'cbc:RegistrationName': name,
      ...(taxId === null ? {} : { 'cbc:CompanyID': taxId }),
    },
  };
}

/** One of it at its price: a price is never below zero (BR-27), a quantity may be. */
function lineOf(
  line: DocumentLine,
  index: number,
  { document, sign }: { readonly document: ElectronicDocument; readonly sign: bigint },
): object {
  const { kind, reservationId, exact, cents, from, to } = line;
  const net = sign * cents;
  const name = lineName(TEXTS[languageOf(document.customer.locale)], document.kind, line);
  const period =
    from === null || to === null
      ? {}
      : { 'cac:InvoicePeriod': { 'cbc:StartDate': day(from), 'cbc:EndDate': day(lastOf(from, to)) } };
  return {
    'cbc:ID': String(index + 1),
    'cbc:InvoicedQuantity': net < 0n ? '-1' : '1',
    'cbc:InvoicedQuantity@unitCode': UNIT,
    ...money('LineExtensionAmount', amount(net)),
    ...period,
    'cac:Item': {
      'cbc:Description': reservationId,
      'cbc:Name': `${name}, ${marketOf(reservationId) ?? 'Headroom'}`,
      'cac:ClassifiedTaxCategory': classified(document, { kind, exact }),
    },
    'cac:Price': money('PriceAmount', amount(net < 0n ? -net : net)),
  };
}

const lastOf = (from: Instant, to: Instant): Instant => Math.max(from, to - 1) as Instant;
const day = (instant: Instant): string => formatInstant(instant).slice(0, 10);

