import type { Review } from './payments.documents.js';

interface Meaning {
  readonly purpose: string;
  /** What the call names its subject by. */
  readonly subject: string;
}

/** What each kind of call is for: one that has no words here does not compile. */
export const MEANING: Readonly<Record<Review['kind'], Meaning>> = {
  CHARGE_TOP_UP: { purpose: 'A buyer’s top-up: whether the card was charged decides whether the wallet grows', subject: 'the top-up' },
  CREATE_CUSTOMER: { purpose: 'The customer that an organization’s cards belong to', subject: 'the organization' },
  SET_UP_PAYMENT_METHOD: { purpose: 'A buyer’s card, to be saved for later charges', subject: 'the setup' },
  DETACH_PAYMENT_METHOD: { purpose: 'A buyer’s card that was removed: here it is not charged any more', subject: 'the payment method' },
  REFUND_TOP_UP: { purpose: 'Money back to a buyer’s card: it is set aside from the wallet until then', subject: 'the refund' },
  CREATE_PAYOUT_ACCOUNT: { purpose: 'A seller’s account for payouts', subject: 'the organization' },
  CREATE_TRANSFER: { purpose: 'A seller’s payout: the money stays on its way until Stripe says what became of it', subject: 'the payout' },
  REVERSE_TRANSFER: { purpose: 'Money taken back from a seller’s account', subject: 'the reversal' },
  CREATE_INVOICE: { purpose: 'A copy of a buyer’s invoice', subject: 'the invoice' },
  PAY_INVOICE: { purpose: 'The copy of an invoice, marked as paid', subject: 'the invoice' },
  VOID_INVOICE: { purpose: 'The copy of an invoice, made void', subject: 'the invoice' },
  CREATE_CREDIT_NOTE: { purpose: 'A copy of a credit note', subject: 'the credit note' },
  CREATE_METER: { purpose: 'The meter that counts overage at Stripe', subject: 'the meter' },
  SEND_METER_EVENT: { purpose: 'Overage, counted at Stripe: nothing is charged by it', subject: 'the rated hour' },
  CALCULATE_TAX: { purpose: 'The tax of a month, which is not invoiced before it is known', subject: 'the month' },
  RECORD_TAX: { purpose: 'The tax of an invoice, for what Stripe reports to authorities', subject: 'the invoice' },
  REVERSE_TAX: { purpose: 'Tax that was recorded and is owed no more', subject: 'the document that takes it back' },
};
