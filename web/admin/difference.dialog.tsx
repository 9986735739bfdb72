import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { weightedTokens, words } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Id, Money } from '../ui/values.js';
import { ACKNOWLEDGE, type Difference } from './payments.documents.js';

function said(quantity: string | null, unit: Difference['unit']): ReactNode {
  if (quantity === null) return 'nothing';
  return unit === 'MICRO_USD' ? <Money amount={quantity} /> : weightedTokens(quantity);
}

/** Says what a difference is; it stays listed until both sides say the same. */
export function DifferenceDialog({ difference, onClose }: { readonly difference: Difference; readonly onClose: () => void }): ReactNode {
  const { differenceId, kind, reference, organizationId, unit, ours, theirs, note } = difference;
  const announce = useAnnounce();
  return (
    <Dialog title="What is this difference?" onClose={onClose}>
      <dl className="lines">
        <div><dt>{words(kind)}</dt><dd><Id id={reference} name="what differs" /></dd></div>
        {organizationId !== null && <div><dt>Whose</dt><dd><Id id={organizationId} name="the organization" /></dd></div>}
        <div><dt>In the books</dt><dd>{said(ours, unit)}</dd></div>
        <div><dt>At Stripe</dt><dd>{said(theirs, unit)}</dd></div>
      </dl>
      <MutationForm
        document={ACKNOWLEDGE}
        read={(form) => form.result({ differenceId, note: form.text('note') })}
        onAccepted={() => {
          announce('Noted; it stays here until both sides say the same');
          onClose();
        }}
        submit="Note it"
      >
        <TextField {...{ label: 'What it is', name: 'note', defaultValue: note ?? '', autoComplete: 'off' }} hint="1 to 500 characters; kept with your name" required data-begin />
      </MutationForm>
    </Dialog>
  );
}
