import type { ReactNode } from 'react';
import { Dialog } from '../ui/dialog.js';
import { Link } from '../ui/router.js';
import { Money, Time } from '../ui/values.js';
import { netOf } from './amounts.js';
import type { InvoiceHead } from './finance.documents.js';

/** An invoice that counts no more: what it said, and where its month is now. */
export function VoidedInvoiceDialog({ head, onClose }: { readonly head: InvoiceHead; readonly onClose: () => void }): ReactNode {
  const { number, month, charges, credits, issuedAt, voidedAt } = head;
  return (
    <Dialog title={`${number} is void`} onClose={onClose}>
      <p>It was wrong and counts no more: nothing of it is owed, and its number is never given again. What it charged is on the invoice that {month} has instead, or in its draft.</p>
      <dl className="lines">
        <div><dt>Month</dt><dd>{month}</dd></div>
        <div><dt>Issued</dt><dd><Time at={issuedAt} /></dd></div>
        {voidedAt !== null && <div><dt>Void since</dt><dd><Time at={voidedAt} /></dd></div>}
        <div><dt>Charges</dt><dd><Money amount={charges} /></dd></div>
        <div><dt>Credits</dt><dd><Money amount={credits} /></dd></div>
        <div><dt>Net</dt><dd><Money amount={netOf(head)} /></dd></div>
      </dl>
      <div className="buttons"><Link className="button" to={`/app/finance/invoices/${month}`}>{`Invoice of ${month}`}</Link></div>
    </Dialog>
  );
}
