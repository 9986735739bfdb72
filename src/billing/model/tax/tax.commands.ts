import type { MicroUsd } from '../../../kernel/money.js';
import type { Timed } from '../timed.js';

/** What an invoice says of tax: once, under its number. */
export interface ChargeTax extends Timed {
  readonly type: 'ChargeTax';
  readonly invoiceNumber: string;
  readonly amount: MicroUsd;
}

/** What a credit note, or a void invoice, gives back of it; after it was charged. */
export interface ReturnTax extends Timed {
  readonly type: 'ReturnTax';
  readonly documentNumber: string;
  readonly invoiceNumber: string;
  readonly amount: MicroUsd;
}

export type TaxCommand = ChargeTax | ReturnTax;
