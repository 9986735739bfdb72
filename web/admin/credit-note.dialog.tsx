import type { ResultOf } from 'gql.tada';
import type { ReactNode } from 'react';
import type { Issue } from '../api/refusal.documents.js';
import { TransactionLines } from '../billing/ledger.lines.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { SelectField, TextField } from '../ui/field.js';
import { shortId, usd, words } from '../ui/format.js';
import { CREDIT_NOTE_PREVIEW, ISSUE_CREDIT_NOTE, type Invoiced, type IssuedInvoice, type NotePreview } from './invoices.documents.js';
import { PreviewedForm } from './previewed.form.js';

/** What an invoice charged too much for a reservation is given back. */
export function CreditNoteDialog({
  invoice: { number: invoiceNumber, reservations, organizationName },
  chosen,
  onClose,
}: {
  readonly invoice: IssuedInvoice;
  readonly chosen: Invoiced;
  readonly onClose: () => void;
}): ReactNode {
  const announce = useAnnounce();
  const choices = reservations.map(({ reservationId, available }) => ({ value: reservationId, text: `…${shortId(reservationId)}: ${usd(available)} left` }));
  return (
    <Dialog title={`Credit note for ${invoiceNumber}`} onClose={onClose} className="wide">
      <PreviewedForm
        preview={CREDIT_NOTE_PREVIEW}
        change={ISSUE_CREDIT_NOTE}
        read={(form) => form.result({ invoiceNumber, reservationId: form.text('reservationId'), amount: form.usd('amount'), reason: form.text('reason') })}
        issueOf={tooHigh}
        show={(told) => <Effect told={told} name={organizationName} />}
        submit="Issue the credit note"
        onAccepted={({ number }) => {
          announce(`${number} is issued; its amount is on its way to the wallet`);
          onClose();
        }}
      >
        <SelectField {...{ label: 'Reservation', name: 'reservationId', choices, defaultValue: chosen.reservationId }} />
        <div className="columns">
          <TextField {...{ label: 'Amount (USD)', name: 'amount', inputMode: 'decimal', autoComplete: 'off' }} hint="What was charged too much" required data-begin />
          <TextField {...{ label: 'Why', name: 'reason', autoComplete: 'off' }} hint="1 to 500 characters; is on the credit note" required />
        </div>
      </PreviewedForm>
    </Dialog>
  );
}

/** The one refusal that another amount would mend. */
function tooHigh(told: Exclude<ResultOf<typeof CREDIT_NOTE_PREVIEW>['answer'], NotePreview>): Issue | null {
  if (told.__typename !== 'InvoiceRejection' || told.left === null) return null;
  const accepted = told.left === '0' ? 'nothing: service credits and credit notes gave all of it back' : `at most ${usd(told.left)}`;
  return { field: 'amount', reason: 'is more than is left of what was charged', accepted };
}

function Effect({ told: { number, paid, owed, issuer, customer }, name }: { readonly told: NotePreview; readonly name: string }): ReactNode {
  return (
    <>
      <ul className="effects">
        <li>{`${number} is issued. It never changes, and the invoice stays as it is.`}</li>
        <li>{`${usd(paid)} go to ${name} at once.`}</li>
        {owed !== '0' && <li data-bad>{`${usd(owed)} the exchange does not have now: it owes them, and pays as money comes in.`}</li>}
      </ul>
      <Books title="Books of the exchange" transactions={issuer} />
      <Books title={`Books of ${name}`} transactions={customer} />
    </>
  );
}

function Books({ title, transactions }: { readonly title: string; readonly transactions: NotePreview['issuer'] }): ReactNode {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {transactions.length === 0 && <p className="quiet-note">Nothing yet.</p>}
      {transactions.map(({ kind, entries }) => (
        <div key={kind}>
          <p className="quiet-note">{words(kind)}{entries.length === 0 && ': posts nothing'}</p>
          {entries.length > 0 && <TransactionLines entries={entries.map((entry, line) => ({ ...entry, line }))} />}
        </div>
      ))}
    </section>
  );
}
