import { assertNever } from '../../../kernel/assert.js';
import type { Instant } from '../../../kernel/time.js';
import { isEarnedLine, totalled, type BillingDocument } from './billing-document.js';
import { categoryOf } from './document-tax.js';
import type { Address, Party } from './party.js';

/** A document that was issued over an amount, between two parties whose addresses are known. */
export interface ElectronicDocument extends BillingDocument {
  readonly number: string;
  readonly issuedAt: Instant;
  readonly issuer: Party & { readonly address: Address };
  readonly customer: Party & { readonly address: Address };
}

/**
 * What the exchange sells. The page of a month's invoice has all that was charged and earned; for the
 * standard these are two invoices from two sellers, and what was earned is on the statement alone.
 */
export function billed(document: BillingDocument): BillingDocument {
  if (document.kind !== 'invoice' || !document.lines.some(isEarnedLine)) return document;
  return { ...document, ...totalled(document.lines.filter((line) => !isEarnedLine(line))) };
}

/** Why there is no e-invoice of a document: of nothing, or less, it would ask for nothing. */
export type NotElectronic = 'DRAFT' | 'NO_AMOUNT' | 'NO_ADDRESS' | 'NO_TAX_ID';

/** In the order in which it is looked for; null: there is one. */
export function notElectronic(document: BillingDocument): NotElectronic | null {
  const { kind, number, issuedAt, issuer, customer, totalCents } = document;
  if (number === null || issuedAt === null) return 'DRAFT';
  if (kind === 'invoice' ? totalCents <= 0n : totalCents >= 0n) return 'NO_AMOUNT';
  if (issuer.address === null || customer.address === null) return 'NO_ADDRESS';
  return isTaxNamed(document) ? null : 'NO_TAX_ID';
}

/** One of those whom a document names. */
export type Side = 'issuer' | 'customer';

/** Where each side says who it is: whom documents are from is said by those who run the exchange. */
export const SAID_BY: Readonly<Record<Side, string>> = {
  issuer: 'whoever runs the exchange says it by setExchangeProfile (Administration > Exchange profile)',
  customer: 'its organization says it by setBillingProfile (Finance > Billing profile)',
};

/** What is said of a document that has none, to whoever looks for it among the files. */
export function saidOf(why: NotElectronic, document: BillingDocument): string {
  switch (why) {
    case 'DRAFT':
      return 'it is a draft';
    case 'NO_AMOUNT':
      return 'what it charges comes to nothing or less, and an e-invoice asks for an amount';
    case 'NO_ADDRESS':
      return `it was issued without the address of ${lacking(SIDES.filter((side) => document[side].address === null), '')}`;
    case 'NO_TAX_ID': {
      const rule = ', which EN 16931 asks for with it (BR-S-02, BR-AE-02)';
      return `it has tax, and was issued without the tax id of ${lacking(unnamedOf(document), rule)}`;
    }
    default:
      return assertNever(why);
  }
}

const SIDES = ['issuer', 'customer'] as const satisfies readonly Side[];

const lacking = (sides: readonly Side[], rule: string): string =>
  `its ${sides.join(' and its ')}${rule}: for later ones ${sides.map((side) => SAID_BY[side]).join(', and ')}`;

/** Whether there is one. */
export function isElectronic(document: BillingDocument): document is ElectronicDocument {
  return notElectronic(document) === null;
}

/** Whoever charges tax says under which number, and whoever accounts for it, too (BR-S-02, BR-AE-02). */
export const isTaxNamed = (document: Pick<BillingDocument, 'tax' | Side>): boolean => unnamedOf(document).length === 0;

/** Those whose tax id is asked for and is not there. */
function unnamedOf({ tax, ...parties }: Pick<BillingDocument, 'tax' | Side>): readonly Side[] {
  const category = tax === null ? 'O' : categoryOf(tax);
  if (category === 'O') return [];
  return SIDES.filter((side) => (side === 'issuer' || category === 'AE') && parties[side].taxId === null);
}
