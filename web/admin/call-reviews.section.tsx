import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import { RETRY_CALL, type Retried, type Review } from './payments.documents.js';

/** What Stripe did not answer for too long, of whatever kind, and asking it again. */
export function CallReviews({ reviews }: { readonly reviews: readonly Review[] }): ReactNode {
  return (
    <section className="section" aria-label="To be looked at">
      <h2>To be looked at</h2>
      {reviews.length === 0 ? (
        <EmptyState title="Stripe answered everything"><p>A call that gets no answer for two hours waits here for a person.</p></EmptyState>
      ) : (
        <DataTable caption="Calls that need a person, oldest first" columns={COLUMNS} rows={reviews} keyOf={({ callId }) => callId} />
      )}
    </section>
  );
}

interface Meaning {
  readonly purpose: string;
  /** What the call names its subject by. */
  readonly subject: string;
}

const MEANING: Readonly<Record<string, Meaning>> = {
  charge_top_up: { purpose: 'A buyer’s top-up: whether the card was charged decides whether the wallet grows', subject: 'the top-up' },
  create_customer: { purpose: 'The customer that an organization’s cards belong to', subject: 'the organization' },
  set_up_payment_method: { purpose: 'A buyer’s card, to be saved for later charges', subject: 'the setup' },
  detach_payment_method: { purpose: 'A buyer’s card that was removed: here it is not charged any more', subject: 'the payment method' },
  refund_top_up: { purpose: 'Money back to a buyer’s card: it is set aside from the wallet until then', subject: 'the refund' },
  create_payout_account: { purpose: 'A seller’s account for payouts', subject: 'the organization' },
  create_transfer: { purpose: 'A seller’s payout: the money stays on its way until Stripe says what became of it', subject: 'the payout' },
  reverse_transfer: { purpose: 'Money taken back from a seller’s account', subject: 'the reversal' },
  create_invoice: { purpose: 'A copy of a buyer’s invoice', subject: 'the invoice' },
  pay_invoice: { purpose: 'The copy of an invoice, marked as paid', subject: 'the invoice' },
  void_invoice: { purpose: 'The copy of an invoice, made void', subject: 'the invoice' },
  create_credit_note: { purpose: 'A copy of a credit note', subject: 'the credit note' },
  create_meter: { purpose: 'The meter that counts overage at Stripe', subject: 'the meter' },
  send_meter_event: { purpose: 'Overage, counted at Stripe: nothing is charged by it', subject: 'the rated hour' },
};

/** A kind that a newer exchange has says its own name. */
const meaningOf = (kind: string): Meaning => MEANING[kind] ?? { purpose: '', subject: 'what it is about' };

const COLUMNS: readonly Column<Review>[] = [
  {
    ...{ id: 'what', title: 'What', isRowHeader: true },
    sortBy: ({ kind }) => kind,
    cell: ({ kind, subject }) => <>{words(kind.toUpperCase())}<span className="quiet-note"><Id id={subject} name={meaningOf(kind).subject} /></span></>,
  },
  { id: 'for', title: 'What for', isLong: true, cell: ({ kind }) => <span className="long-name">{meaningOf(kind).purpose}</span> },
  { id: 'whose', title: 'Whose', cell: ({ organizationId }) => <Id id={organizationId} name="the organization" /> },
  { id: 'why', title: 'Stripe said last', cell: ({ failureCode, attempts }) => <span className="long-name">{failureCode ?? 'nothing'}<span className="quiet-note">{attempts === 1 ? 'asked once' : `asked ${attempts} times`}</span></span> },
  { id: 'since', title: 'Since', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'retry', title: 'Ask again', isTitleHidden: true, cell: (review) => <AskAgain review={review} /> },
];

const told = ({ status, failureCode }: Retried): string => {
  switch (status) {
    case 'SUCCEEDED':
      return 'Stripe did it';
    case 'FAILED':
      return `Stripe refused it: ${failureCode ?? 'without a reason'}`;
    case 'PENDING':
    case 'NEEDS_REVIEW':
      return `Still not known: ${failureCode ?? 'Stripe does not answer'}. What must not be done twice is looked for at Stripe and not asked again: look at its dashboard`;
  }
};

/** Never so that it could be done twice: the exchange sees to that. */
function AskAgain({ review: { callId, kind, subject } }: { readonly review: Review }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton document={RETRY_CALL} input={{ callId }} className="quiet" onAccepted={({ call }) => announce(told(call))}>
      Ask Stripe again<span className="visually-hidden">{` about ${meaningOf(kind).subject} ${subject}`}</span>
    </MutationButton>
  );
}
