import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Pager, usePaging } from '../ui/pager.js';
import { Link } from '../ui/router.js';
import { RESERVATIONS } from './allocation.documents.js';
import { ReservationCard } from './reservation.card.js';

const SIDES = [
  { side: 'BOUGHT', name: 'Bought', nothing: 'You have bought nothing yet.' },
  { side: 'SOLD', name: 'Sold', nothing: 'You have sold nothing yet.' },
] as const;

/** What this organization bought, and what it sold to others. */
export function ReservationsPage(): ReactNode {
  const [shown, setShown] = useState<(typeof SIDES)[number]>(SIDES[0]);
  const { side, nothing } = shown;
  const paging = usePaging(side);
  const query = useQuery(RESERVATIONS, { side, after: paging.after });
  return (
    <Page title="Reservations">
      <div className="choice" role="group" aria-label="Side of the sale">
        {SIDES.map((one) => (
          <button
            key={one.side}
            type="button"
            aria-pressed={one.side === side}
            onClick={() => setShown(one)}
          >
            {one.name}
          </button>
        ))}
      </div>
      <Loaded query={query}>
        {({ reservations: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 && <p>{nothing} <Link to="/">See what is offered</Link>.</p>}
            <ul className="cards">
              {edges.map(({ node }) => (
                <li key={node.reservationId} className="card">
                  <ReservationCard reservation={node} isBought={side === 'BOUGHT'} />
                </li>
              ))}
            </ul>
            <Pager paging={paging} page={pageInfo} of="reservations" />
          </>
        )}
      </Loaded>
    </Page>
  );
}
