import type { ReactNode } from 'react';
import type { Viewer } from '../identity/identity.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { TextField } from '../ui/field.js';
import { words } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Time } from '../ui/values.js';
import type { Side } from './credit.list.js';
import { DISPUTE_CREDIT, RESOLVE_DISPUTE } from './dispute.documents.js';
import type { ServiceHour } from './metering.documents.js';

interface Shown {
  readonly hour: ServiceHour;
  readonly side: Side;
  readonly viewer: Viewer;
}

/** Where a dispute stands, and what this organization has to say in it. */
export function DisputeForms({ hour, side, viewer }: Shown): ReactNode {
  const { dispute } = hour;
  if (dispute === null) {
    if (side === 'RECEIVED') return <p className="quiet-note">Nobody disputes it. Seller and provider may for seven days after it was judged.</p>;
    return <Open hour={hour} />;
  }
  return (
    <>
      <dl className="lines">
        <div><dt>State</dt><dd><span className="state" data-state={dispute.state}>{words(dispute.state)}</span></dd></div>
        <div><dt>Opened</dt><dd><Time at={dispute.openedAt} /></dd></div>
        <div><dt>Reason</dt><dd>{dispute.reason}</dd></div>
        {dispute.resolvedAt !== null && <div><dt>Resolved</dt><dd><Time at={dispute.resolvedAt} /></dd></div>}
        {dispute.note !== null && dispute.note !== '' && <div><dt>Note</dt><dd>{dispute.note}</dd></div>}
      </dl>
      {dispute.state === 'OPEN' && <Say hour={hour} isOpener={dispute.openedBy === viewer.organization.organizationId} />}
    </>
  );
}

function Open({ hour: { reservationId, hour } }: Pick<Shown, 'hour'>): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationForm
      document={DISPUTE_CREDIT}
      read={(form) => form.result({ reservationId, hour, reason: form.text('reason') })}
      onAccepted={() => announce('Disputed: the credit stays until it is settled')}
      submit="Dispute this credit"
    >
      <p className="quiet-note">Say what is wrong with the evidence. The holder can agree, or the exchange decides; the credit stays until then.</p>
      <TextField {...{ label: 'Why it is wrong', name: 'reason', maxLength: 1_000, autoComplete: 'off' }} />
    </MutationForm>
  );
}

function Say({ hour: { reservationId, hour }, isOpener }: { readonly hour: ServiceHour; readonly isOpener: boolean }): ReactNode {
  const announce = useAnnounce();
  const outcome = isOpener ? ('WITHDRAWN' as const) : ('ACCEPTED' as const);
  return (
    <MutationForm
      document={RESOLVE_DISPUTE}
      read={(form) => form.result({ reservationId, hour, outcome, note: form.text('note') })}
      onAccepted={() => announce(isOpener ? 'Withdrawn: the credit stays, for good' : 'Conceded: the credit is posted back, for good')}
      submit={isOpener ? 'Withdraw the dispute' : 'Concede: give the credit back'}
    >
      <p className="quiet-note">
        {isOpener ? 'An hour is disputed once: what is withdrawn cannot be opened again.' : 'If you do not agree, do nothing: the credit stays yours, and the exchange decides on the evidence above.'}
      </p>
      <TextField {...{ label: 'Note (optional)', name: 'note', maxLength: 1_000, autoComplete: 'off' }} />
    </MutationForm>
  );
}
