import { useState, type ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import { MEANING } from './call.meaning.js';
import { JudgeCallDialog } from './judge-call.dialog.js';
import { RETRY_CALL, type Retried, type Review } from './payments.documents.js';

/** What Stripe did not answer for too long, of whatever kind: it is asked again, or somebody says what became of it. */
export function CallReviews({ reviews }: { readonly reviews: readonly Review[] }): ReactNode {
  const [opened, setOpened] = useState<Review | null>(null);
  return (
    <section className="section" aria-label="To be looked at">
      <h2>To be looked at</h2>
      {reviews.length === 0 ? (
        <EmptyState title="Stripe answered everything"><p>A call that gets no answer for two hours waits here for a person.</p></EmptyState>
      ) : (
        <DataTable caption="Calls that need a person, oldest first" columns={columns(setOpened)} rows={reviews} keyOf={({ callId }) => callId} />
      )}
      {opened !== null && <JudgeCallDialog review={opened} onClose={() => setOpened(null)} />}
    </section>
  );
}

function columns(open: (review: Review) => void): readonly Column<Review>[] {
  return [
    {
      ...{ id: 'what', title: 'What', isRowHeader: true },
      sortBy: ({ kind }) => kind,
      cell: ({ kind, subject }) => <>{words(kind)}<span className="quiet-note"><Id id={subject} name={MEANING[kind].subject} /></span></>,
    },
    { id: 'for', title: 'What for', isLong: true, cell: ({ kind }) => <span className="long-name">{MEANING[kind].purpose}</span> },
    { id: 'whose', title: 'Whose', cell: ({ organizationId }) => <Id id={organizationId} name="the organization" /> },
    { id: 'why', title: 'Stripe said last', cell: ({ failureCode, attempts }) => <span className="long-name">{failureCode ?? 'nothing'}<span className="quiet-note">{attempts === 1 ? 'asked once' : `asked ${attempts} times`}</span></span> },
    { id: 'since', title: 'Since', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { id: 'retry', title: 'Ask again', isTitleHidden: true, cell: (review) => <AskAgain review={review} /> },
    {
      ...{ id: 'judge', title: 'Say what became of it', isTitleHidden: true },
      cell: (review) => <button type="button" className="quiet" onClick={() => open(review)}>Say what became of it<span className="visually-hidden">{`: ${MEANING[review.kind].subject} ${review.subject}`}</span></button>,
    },
  ];
}

const told = ({ status, failureCode }: Retried): string => {
  switch (status) {
    case 'SUCCEEDED':
      return 'Stripe did it';
    case 'FAILED':
      return `Stripe refused it: ${failureCode ?? 'without a reason'}`;
    case 'PENDING':
    case 'NEEDS_REVIEW':
      return `Still not known: ${failureCode ?? 'Stripe does not answer'}. What must not be done twice is looked for at Stripe and not asked again: look at its dashboard, and say what became of it`;
  }
};

/** Never so that it could be done twice: the exchange sees to that. */
function AskAgain({ review: { callId, kind, subject } }: { readonly review: Review }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton document={RETRY_CALL} input={{ callId }} className="quiet" onAccepted={({ call }) => announce(told(call))}>
      Ask Stripe again<span className="visually-hidden">{` about ${MEANING[kind].subject} ${subject}`}</span>
    </MutationButton>
  );
}
