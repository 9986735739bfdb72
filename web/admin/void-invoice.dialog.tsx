import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { usd } from '../ui/format.js';
import { VOID_INVOICE, VOID_PREVIEW, type IssuedInvoice, type VoidPreview } from './invoices.documents.js';
import { PreviewedForm } from './previewed.form.js';

/** An invoice that was wrong counts no more. */
export function VoidInvoiceDialog({ invoice, onClose }: { readonly invoice: IssuedInvoice; readonly onClose: () => void }): ReactNode {
  const { number } = invoice;
  const announce = useAnnounce();
  return (
    <Dialog title={`Make ${number} void`} onClose={onClose}>
      <PreviewedForm
        preview={VOID_PREVIEW}
        change={VOID_INVOICE}
        read={(form) => form.result({ number, reason: form.text('reason') })}
        show={(told) => <Effect invoice={invoice} told={told} />}
        submit={`Make ${number} void`}
        onAccepted={() => {
          announce(`${number} is void; ${invoice.month} is open again`);
          onClose();
        }}
      >
        <TextField {...{ label: 'Why', name: 'reason', autoComplete: 'off' }} hint="1 to 500 characters; is in the log for good" required data-begin />
      </PreviewedForm>
    </Dialog>
  );
}

function Effect({ invoice: { charges, credits, organizationName }, told: { number, month, noLongerDue, tax } }: { readonly invoice: IssuedInvoice; readonly told: VoidPreview }): ReactNode {
  return (
    <ul className="effects">
      <li>{`${month} is open again for ${organizationName}: ${usd(charges)} of charges and ${usd(credits)} of credits are a draft until they are invoiced anew.`}</li>
      {tax === '0' ? (
        <li>Nothing is posted: what was charged stays charged, in every account.</li>
      ) : (
        <li>{`What was charged stays charged, in every account; ${usd(tax)} of tax come back to ${organizationName}, or are owed no more.`}</li>
      )}
      {noLongerDue !== '0' && <li>{`${usd(noLongerDue)} of the credit line are due with a later invoice instead.`}</li>}
      <li>{`${number} is never given again, and this cannot be taken back.`}</li>
    </ul>
  );
}
