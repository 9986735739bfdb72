import type { Purchase } from '../../src/allocation/contract.js';
import { focusRows as rowsInParts, type FocusCharge, type FocusPeriod } from '../../src/billing/model/export/focus-charge.js';
import type { Facts } from '../../src/billing/model/export/focus.columns.js';
import { INVOICE_LAYOUT } from '../../src/billing/model/invoice-register.events.js';
import type { OrganizationId, PoolId } from '../../src/kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import type { Instant } from '../../src/kernel/time.js';
import { reservation } from './ledger.js';

/** A month of a buyer, and one reservation of it, as FOCUS sees them. */
export const START = Date.parse('2026-11-01T00:00:00Z') as Instant;
export const END = Date.parse('2026-12-01T00:00:00Z') as Instant;
export const period = (invoiceNumber: string | null): FocusPeriod => ({
  ...{ month: '2026-11', status: invoiceNumber === null ? 'draft' : 'final', organizationId: 'o', organizationName: 'Buyer' },
  ...{ exchangeName: 'Headroom', issuerName: 'Headroom', window: { start: START, end: END }, invoiceNumber, draftTerms: null, layout: INVOICE_LAYOUT, asOf: END },
});
export const R = reservation('llama-3.3-70b@fp8~0198');
export const purchaseAt = (unitPrice: number, quantity: number): Purchase => ({
  ...{ reservationId: R, poolId: 'p' as PoolId, holderId: 'o' as OrganizationId, sellerId: 's' as OrganizationId },
  ...{ providerId: 's' as OrganizationId, window: { start: START, end: END }, quantity: BigInt(quantity) as Quantity },
  ...{ unitPrice: BigInt(unitPrice) as UnitPrice, amount: 1n as MicroUsd, overagePrice: 2_000_000n as MicroUsd, paidAt: START },
});

/** Rows by name: what is left out of all parts is not there. */
export const focusRows = (of: FocusPeriod, facts: FocusCharge): readonly Facts[] =>
  rowsInParts(of, facts).map((parts) => Object.assign({}, ...parts) as Facts);

/** A cell as a whole number; nothing is zero. */
export const big = (row: Facts, name: string): bigint => BigInt(row[name] ?? 0);
