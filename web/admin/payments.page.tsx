import { useState, type ReactNode } from 'react';
import { allOf } from '../api/all-of.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import { paymentMode } from '../billing/payment-mode.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { weightedTokens, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Id, Money, Time } from '../ui/values.js';
import { AdminShell, STAND_IN_PAGE } from './admin.shell.js';
import { CallReviews } from './call-reviews.section.js';
import { DifferenceDialog } from './difference.dialog.js';
import { ForeignEvents } from './foreign-events.section.js';
import { HangingMoney } from './hanging-money.section.js';
import { CALL_REVIEWS, DIFFERENCES, FOREIGN_EVENTS, HANGING, RECONCILIATIONS, type Difference, type Hanging, type Reconciled, type Review } from './payments.documents.js';
import { TakeBackForm } from './take-back.form.js';

const ALL = {};
const reviewsOf = ({ stripeCallReviews }: { readonly stripeCallReviews: Connection<Review> }): Connection<Review> => stripeCallReviews;
const differencesOf = ({ reconciliationDifferences }: { readonly reconciliationDifferences: Connection<Difference> }): Connection<Difference> => reconciliationDifferences;
const hangingOf = ({ hangingMoney }: { readonly hangingMoney: Connection<Hanging> }): Connection<Hanging> => hangingMoney;

/** What Stripe left open, whether its balance and the books say the same, money that is set aside for nothing, and webhooks about nothing of ours. */
export function PaymentsPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <AdminShell
      viewer={viewer}
      title="Payments"
      lead="What Stripe did not answer for too long, where its balance and the books differ, and money that hangs."
      {...(paymentMode() === 'simulated' ? { actions: <Link to={STAND_IN_PAGE.path} className="button quiet">Try what goes wrong (TEST)</Link> } : {})}
    >
      <Whole />
    </AdminShell>
  );
}

/** All of it at once: whatever came first would be moved by the rest. */
function Whole(): ReactNode {
  const reviews = useAllPages(CALL_REVIEWS, ALL, reviewsOf);
  const days = useQuery(RECONCILIATIONS, ALL);
  const differences = useAllPages(DIFFERENCES, ALL, differencesOf);
  const hanging = useAllPages(HANGING, ALL, hangingOf);
  const foreign = useQuery(FOREIGN_EVENTS, ALL);
  return (
    <Loaded query={allOf({ reviews, days, differences, hanging, foreign })} rows={10}>
      {({ reviews: open, days: { reconciliations }, differences: found, hanging: money, foreign: { foreignStripeEvents } }) => (
        <>
          <CallReviews reviews={open.nodes} />
          <Differences differences={found.nodes} />
          <HangingMoney found={money.nodes} />
          <ForeignEvents events={foreignStripeEvents.edges.map(({ node }) => node)} hasMore={foreignStripeEvents.pageInfo.hasNextPage} />
          <Days days={reconciliations.edges.map(({ node }) => node)} />
          <TakeBackForm />
        </>
      )}
    </Loaded>
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

/** Dollars, or else what it is. */
function quantityOf(quantity: string | null, unit: Difference['unit']): ReactNode {
  if (quantity === null) return 'nothing';
  return unit === 'MICRO_USD' ? <Amount amount={quantity} places={2} /> : weightedTokens(quantity);
}

function differenceColumns(open: (difference: Difference) => void): readonly Column<Difference>[] {
  return [
    { ...{ id: 'kind', title: 'What', isRowHeader: true }, sortBy: ({ kind }) => kind, cell: ({ kind, reference }) => <>{words(kind)}<span className="quiet-note"><Id id={reference} name="what differs" /></span></> },
    { id: 'ours', title: 'Books, USD', isNumber: true, cell: ({ ours, unit }) => quantityOf(ours, unit) },
    { id: 'theirs', title: 'Stripe, USD', isNumber: true, cell: ({ theirs, unit }) => quantityOf(theirs, unit) },
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
