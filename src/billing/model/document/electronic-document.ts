import type { Instant } from '../../../kernel/time.js';
import { isEarnedLine, totalled, type BillingDocument } from './billing-document.js';
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
  if (number === null || issuedAt === null) return false;
  const isOverAnAmount = kind === 'invoice' ? totalCents > 0n : totalCents < 0n;
  return isOverAnAmount && issuer.address !== null && customer.address !== null;
}
