import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { words } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Id, Money } from '../ui/values.js';
import { ACKNOWLEDGE, type Difference } from './payments.documents.js';

/** Says what a difference is; it stays listed until both sides say the same. */
export function DifferenceDialog({ difference, onClose }: { readonly difference: Difference; readonly onClose: () => void }): ReactNode {
  const { differenceId, kind, reference, organizationId, ours, theirs, note } = difference;
  const announce = useAnnounce();
  return (
    <Dialog title="What is this difference?" onClose={onClose}>
      <dl className="lines">
        <div><dt>{words(kind)}</dt><dd><Id id={reference} name="what differs" /></dd></div>
        {organizationId !== null && <div><dt>Whose</dt><dd><Id id={organizationId} name="the organization" /></dd></div>}
        <div><dt>In the books</dt><dd>{ours === null ? 'nothing' : <Money amount={ours} />}</dd></div>
        <div><dt>At Stripe</dt><dd>{theirs === null ? 'nothing' : <Money amount={theirs} />}</dd></div>
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
