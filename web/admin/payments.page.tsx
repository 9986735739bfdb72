import { useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Id, Money, Time } from '../ui/values.js';
import { AdminShell } from './admin.shell.js';
import { DifferenceDialog } from './difference.dialog.js';
import { DIFFERENCES, PAYOUT_REVIEWS, RECONCILIATIONS, RESOLVE_PAYOUT, type Difference, type Reconciled, type Review } from './payments.documents.js';
import { TakeBackForm } from './take-back.form.js';

const ALL = {};
const reviewsOf = ({ payoutReviews }: { readonly payoutReviews: Connection<Review> }): Connection<Review> => payoutReviews;
const differencesOf = ({ reconciliationDifferences }: { readonly reconciliationDifferences: Connection<Difference> }): Connection<Difference> => reconciliationDifferences;

/** What Stripe left open, and whether its balance and the books say the same. */
export function PaymentsPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <AdminShell viewer={viewer} title="Payments" lead="What Stripe did not answer for too long, and where its balance and the books differ.">
      <Whole />
    </AdminShell>
  );
}

/** All of it at once: whatever came first would be moved by the rest. */
function Whole(): ReactNode {
  const reviews = useAllPages(PAYOUT_REVIEWS, ALL, reviewsOf);
  const days = useQuery(RECONCILIATIONS, ALL);
  const differences = useAllPages(DIFFERENCES, ALL, differencesOf);
  return (
    <Loaded query={reviews} rows={10}>
      {(open) => (
        <Loaded query={days} rows={10}>
          {({ reconciliations }) => (
            <Loaded query={differences} rows={10}>
              {(found) => (
                <>
                  <Reviews reviews={open.nodes} />
                  <Differences differences={found.nodes} />
                  <Days days={reconciliations.edges.map(({ node }) => node)} />
                  <TakeBackForm />
                </>
              )}
            </Loaded>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function Reviews({ reviews }: { readonly reviews: readonly Review[] }): ReactNode {
  return (
    <section aria-label="To be looked at">
      <h2>To be looked at</h2>
      {reviews.length === 0 ? (
        <EmptyState title="Stripe answered everything"><p>A call that gets no answer for an hour waits here for a person.</p></EmptyState>
      ) : (
        <DataTable caption="Calls that need a person, oldest first" columns={REVIEW_COLUMNS} rows={reviews} keyOf={({ about, subject }) => `${about} ${subject}`} />
      )}
    </section>
  );
}

const REVIEW_COLUMNS: readonly Column<Review>[] = [
  { ...{ id: 'about', title: 'What', isRowHeader: true }, sortBy: ({ about }) => about, cell: ({ about, subject }) => <>{words(about)}<span className="quiet-note"><Id id={subject} name={about} /></span></> },
  { id: 'whose', title: 'Whose', cell: ({ organizationId }) => <Id id={organizationId} name="the organization" /> },
  { id: 'why', title: 'Stripe said last', cell: ({ lastError }) => <span className="long-name">{lastError ?? 'nothing'}</span> },
  { id: 'since', title: 'Since', sortBy: ({ since }) => since, cell: ({ since }) => <Time at={since} /> },
  { id: 'retry', title: 'Ask again', isTitleHidden: true, cell: (review) => <AskAgain review={review} /> },
];

/** Only of a transfer there is something to ask; the others end by what a person finds at Stripe. */
function AskAgain({ review: { about, subject } }: { readonly review: Review }): ReactNode {
  const announce = useAnnounce();
  if (about !== 'transfer') return <span className="quiet-note">look at Stripe’s dashboard</span>;
  return (
    <MutationButton
      document={RESOLVE_PAYOUT}
      input={{ payoutId: subject }}
      className="quiet"
      onAccepted={({ isKnown, lastError }) => announce(isKnown ? 'It is known now' : `Still not known: ${lastError ?? 'Stripe does not answer'}`)}
    >
      Ask Stripe again<span className="visually-hidden">{` about ${subject}`}</span>
    </MutationButton>
  );
}

function Differences({ differences }: { readonly differences: readonly Difference[] }): ReactNode {
  const [opened, setOpened] = useState<Difference | null>(null);
  return (
    <section className="section" aria-label="Differences">
      <h2>Differences</h2>
      {differences.length === 0 ? (
        <EmptyState title="Stripe and the books say the same"><p>Each day is compared two hours after its end, UTC.</p></EmptyState>
      ) : (
        <DataTable caption="Differences, oldest first" columns={differenceColumns(setOpened)} rows={differences} keyOf={({ differenceId }) => differenceId} />
      )}
      {opened !== null && <DifferenceDialog difference={opened} onClose={() => setOpened(null)} />}
    </section>
  );
}

const amountOf = (amount: string | null): ReactNode => (amount === null ? 'nothing' : <Amount amount={amount} places={2} />);

function differenceColumns(open: (difference: Difference) => void): readonly Column<Difference>[] {
  return [
    { ...{ id: 'kind', title: 'What', isRowHeader: true }, sortBy: ({ kind }) => kind, cell: ({ kind, reference }) => <>{words(kind)}<span className="quiet-note"><Id id={reference} name="what differs" /></span></> },
    { id: 'ours', title: 'Books, USD', isNumber: true, cell: ({ ours }) => amountOf(ours) },
    { id: 'theirs', title: 'Stripe, USD', isNumber: true, cell: ({ theirs }) => amountOf(theirs) },
    { id: 'at', title: 'Happened', sortBy: ({ happenedAt }) => happenedAt, cell: ({ happenedAt, ageDays }) => <><Time at={happenedAt} /><span className="quiet-note">{`${ageDays} d ago`}</span></> },
    { id: 'note', title: 'What it is', cell: ({ note, acknowledgedAt }) => (note === null ? '—' : <span className="long-name">{note}{acknowledgedAt !== null && <span className="quiet-note"><Time at={acknowledgedAt} /></span>}</span>) },
    { id: 'say', title: 'Note', isTitleHidden: true, cell: (one) => <button type="button" className="quiet" onClick={() => open(one)}>Note what it is<span className="visually-hidden">{`: ${one.reference}`}</span></button> },
  ];
}

function Days({ days }: { readonly days: readonly Reconciled[] }): ReactNode {
  return (
    <section className="section" aria-label="Days">
      <h2>The last 31 days</h2>
      {days.length === 0 ? (
        <EmptyState title="No day was compared yet"><p>The first is compared two hours after midnight UTC.</p></EmptyState>
      ) : (
        <DataTable caption="Reconciled days, newest first" columns={DAY_COLUMNS} rows={days} keyOf={({ day }) => day} />
      )}
    </section>
  );
}

const DAY_COLUMNS: readonly Column<Reconciled>[] = [
  { ...{ id: 'day', title: 'Day (UTC)', isRowHeader: true }, sortBy: ({ day }) => day, cell: ({ day }) => day },
  { id: 'state', title: 'State', cell: ({ status, finishedAt }) => <>{words(status.toUpperCase())}{finishedAt !== null && <span className="quiet-note"><Time at={finishedAt} /></span>}</> },
  { id: 'lines', title: 'Lines', isNumber: true, sortBy: ({ lines }) => lines, cell: ({ lines }) => lines },
  { id: 'matched', title: 'The same', isNumber: true, sortBy: ({ matched }) => matched, cell: ({ matched }) => matched },
  { id: 'differences', title: 'Differ', isNumber: true, sortBy: ({ differences }) => differences, cell: ({ differences }) => <span data-bad={differences > 0}>{differences}</span> },
  { id: 'fees', title: 'Stripe’s fees', isNumber: true, cell: ({ fees }) => <Money amount={fees} /> },
  { id: 'unbooked', title: 'In no books', isNumber: true, cell: ({ unbooked }) => <Money amount={unbooked} /> },
];
