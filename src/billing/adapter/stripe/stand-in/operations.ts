import { ACCOUNT_OPERATIONS } from './account.operations.js';
import { BALANCE_TRANSACTION_OPERATIONS } from './balance-transaction.operations.js';
import { CHECKOUT_OPERATIONS } from './checkout.operations.js';
import { CORE_EVENT_OPERATIONS } from './core-event.operations.js';
import { CREDIT_NOTE_OPERATIONS } from './credit-note.operations.js';
import { CUSTOMER_OPERATIONS } from './customer.operations.js';
import { DISPUTE_OPERATIONS } from './dispute.operations.js';
import { EVENT_OPERATIONS } from './event.operations.js';
import { INVOICE_ITEM_OPERATIONS } from './invoice-item.operations.js';
import { INVOICE_OPERATIONS } from './invoice.operations.js';
import { METER_EVENT_OPERATIONS } from './meter-event.operations.js';
import { METER_OPERATIONS } from './meter.operations.js';
import type { Operation, OperationTable } from './operation.js';
import { PAYMENT_INTENT_OPERATIONS } from './payment-intent.operations.js';
import { PAYMENT_METHOD_OPERATIONS } from './payment-method.operations.js';
import { REFUND_OPERATIONS } from './refund.operations.js';
import { SETUP_INTENT_OPERATIONS } from './setup-intent.operations.js';
import { TAX_CALCULATION_OPERATIONS } from './tax-calculation.operations.js';
import { TAX_TRANSACTION_OPERATIONS } from './tax-transaction.operations.js';
import { TRANSFER_OPERATIONS } from './transfer.operations.js';
import { TRANSFER_REVERSAL_OPERATIONS } from './transfer-reversal.operations.js';

/** One table for each resource, in a file of its own. */
const TABLES: readonly OperationTable[] = [
  ACCOUNT_OPERATIONS,
  BALANCE_TRANSACTION_OPERATIONS,
  CHECKOUT_OPERATIONS,
  CORE_EVENT_OPERATIONS,
  CREDIT_NOTE_OPERATIONS,
  CUSTOMER_OPERATIONS,
  DISPUTE_OPERATIONS,
  EVENT_OPERATIONS,
  INVOICE_ITEM_OPERATIONS,
  INVOICE_OPERATIONS,
  METER_EVENT_OPERATIONS,
  METER_OPERATIONS,
  PAYMENT_INTENT_OPERATIONS,
  PAYMENT_METHOD_OPERATIONS,
  REFUND_OPERATIONS,
  SETUP_INTENT_OPERATIONS,
  TAX_CALCULATION_OPERATIONS,
  TAX_TRANSACTION_OPERATIONS,
  TRANSFER_OPERATIONS,
  TRANSFER_REVERSAL_OPERATIONS,
];

/**
 * What answers each route of data/stripe/routes.json. The parameters were checked against the
 * schema of the operation before, which was derived from the type that its handler names.
 */
export const OPERATIONS: ReadonlyMap<string, Operation<never>> = new Map(
  TABLES.flatMap((table) => Object.entries(table)),
);
