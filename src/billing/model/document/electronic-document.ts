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

/** Of nothing, or less, there is none: it would ask for nothing. */
export function isElectronic(document: BillingDocument): document is ElectronicDocument {
  const { kind, number, issuedAt, issuer, customer, totalCents } = document;
  if (number === null || issuedAt === null || !isTaxNamed(document)) return false;
  const isOverAnAmount = kind === 'invoice' ? totalCents > 0n : totalCents < 0n;
  return isOverAnAmount && issuer.address !== null && customer.address !== null;
}

/** Whoever charges tax says under which number, and whoever accounts for it, too (BR-S-02, BR-AE-02). */
export function isTaxNamed({ tax, issuer, customer }: Pick<BillingDocument, 'tax' | 'issuer' | 'customer'>): boolean {
  if (tax === null) return true;
  const category = categoryOf(tax);
  if (category === 'O') return true;
  return issuer.taxId !== null && (category !== 'AE' || customer.taxId !== null);
}
