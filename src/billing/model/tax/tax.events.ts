import type { MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';
import type { Posted } from '../posting.js';

/** The tax of an invoice; `collected` is what seller payable and the wallet could cover. */
export interface TaxCharged extends Posted {
  readonly type: 'TaxCharged';
  readonly invoiceNumber: string;
  readonly chargedAt: Instant;
  readonly amount: MicroUsd;
  readonly collected: MicroUsd;
}

/** Tax that was owed is paid from money that came in. */
export interface TaxCollected extends Posted {
  readonly type: 'TaxCollected';
  readonly invoiceNumber: string;
  readonly amount: MicroUsd;
}

/** A document takes back an invoice, or a part of it, and so its tax. */
export interface TaxReturned extends Posted {
  readonly type: 'TaxReturned';
  /** The credit note, or the invoice itself where it was made void. */
  readonly documentNumber: string;
  readonly invoiceNumber: string;
  readonly amount: MicroUsd;
  /** What of it was owed, and is not any more; the rest is back in the wallet. */
  readonly forgiven: MicroUsd;
}

export type TaxEvent = TaxCharged | TaxCollected | TaxReturned;
