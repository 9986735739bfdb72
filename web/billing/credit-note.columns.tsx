import type { Column } from '../ui/data-table.js';
import { Link } from '../ui/router.js';
import { Amount, Id, Time } from '../ui/values.js';
import type { CreditNote } from './finance.documents.js';

/** What there is to say of a credit note beside its invoice. */
export const OWN_COLUMNS: readonly Column<CreditNote>[] = [
  { ...{ id: 'number', title: 'Number', isRowHeader: true }, sortBy: ({ number }) => number, cell: ({ number }) => number },
  { id: 'reservation', title: 'Reservation', cell: ({ reservationId }) => <Id id={reservationId} name="the reservation" /> },
  { id: 'reason', title: 'Why', cell: ({ reason }) => <span className="long-name">{reason}</span> },
  { id: 'issued', title: 'Issued', sortBy: ({ issuedAt }) => issuedAt, cell: ({ issuedAt }) => <Time at={issuedAt} /> },
  { id: 'amount', title: 'Given back, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount, tax }) => <><Amount amount={amount} places={6} />{tax !== '0' && <span>{' and '}<Amount amount={tax} places={2} />{' tax'}</span>}</> },
];

const [FIRST, ...REST] = OWN_COLUMNS;
const INVOICE: Column<CreditNote> = {
  ...{ id: 'invoice', title: 'Corrects' },
  sortBy: ({ invoiceNumber }) => invoiceNumber,
  cell: ({ invoiceNumber, month }) => <Link to={`/app/finance/invoices/${month}`}>{invoiceNumber}</Link>,
};

/** With the way to the invoice that it corrects. */
export const NOTE_COLUMNS: readonly Column<CreditNote>[] = [...(FIRST === undefined ? [] : [FIRST]), INVOICE, ...REST];
