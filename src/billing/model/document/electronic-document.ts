import type { Instant } from '../../../kernel/time.js';
import type { BillingDocument } from './billing-document.js';
import { categoryOf } from './document-tax.js';
import type { Address, Party } from './party.js';

/** A document that was issued, between two parties whose addresses are known. */
export interface ElectronicDocument extends BillingDocument {
  readonly number: string;
  readonly issuedAt: Instant;
  readonly issuer: Party & { readonly address: Address };
  readonly customer: Party & { readonly address: Address };
}

export function isElectronic(document: BillingDocument): document is ElectronicDocument {
  const { number, issuedAt, issuer, customer, lines } = document;
  const isIssued = number !== null && issuedAt !== null && lines.length > 0;
  return isIssued && issuer.address !== null && customer.address !== null && isTaxNamed(document);
}

/** Whoever charges tax says under which number, and whoever accounts for it, too (BR-S-02, BR-AE-02). */
export function isTaxNamed({ tax, issuer, customer }: Pick<BillingDocument, 'tax' | 'issuer' | 'customer'>): boolean {
  if (tax === null) return true;
  const category = categoryOf(tax);
  if (category === 'O') return true;
  return issuer.taxId !== null && (category !== 'AE' || customer.taxId !== null);
}
