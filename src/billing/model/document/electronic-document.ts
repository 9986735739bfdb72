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

/** What is said of it, to whoever looks for it among the files. */
export const NOT_ELECTRONIC: Readonly<Record<NotElectronic, string>> = {
  DRAFT: 'it is a draft',
  NO_AMOUNT: 'what it charges comes to nothing or less, and an e-invoice asks for an amount',
  NO_ADDRESS: 'it was issued without the address of one of its sides; setBillingProfile puts it on later ones',
  NO_TAX_ID: 'it has tax, and was issued without a tax id that EN 16931 asks for with it (BR-S-02, BR-AE-02): the issuer’s, and for reverse charge the customer’s; setBillingProfile puts it on later ones',
};

/** Whether there is one. */
export function isElectronic(document: BillingDocument): document is ElectronicDocument {
  return notElectronic(document) === null;
}

/** Whoever charges tax says under which number, and whoever accounts for it, too (BR-S-02, BR-AE-02). */
export function isTaxNamed({ tax, issuer, customer }: Pick<BillingDocument, 'tax' | 'issuer' | 'customer'>): boolean {
  if (tax === null) return true;
  const category = categoryOf(tax);
  if (category === 'O') return true;
  return issuer.taxId !== null && (category !== 'AE' || customer.taxId !== null);
}
