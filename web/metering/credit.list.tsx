import { useState, type ReactNode } from 'react';
import type { VariablesOf } from 'gql.tada';
import { useQuery } from '../api/use-query.js';
import type { Viewer } from '../identity/identity.documents.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { percent, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Pager, usePaging } from '../ui/pager.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Time } from '../ui/values.js';
import { marketOfReservation } from './market-of.js';
import { Misses } from './misses.js';
import { CreditDialog } from './credit.dialog.js';
import { SERVICE_CREDITS, type ServiceHour } from './metering.documents.js';

export type Side = VariablesOf<typeof SERVICE_CREDITS>['side'];

const NOTHING: Readonly<Record<Side, { readonly title: string; readonly text: string }>> = {
  RECEIVED: { title: 'No credit yet', text: 'An hour that misses its promise gives back part of its price by itself, five minutes after its end. Nobody has to ask.' },
  GIVEN: { title: 'No credit was given', text: 'When an hour that you sold or provide misses its promise, its holder gets part of the price back. It is shown here with why, and can be disputed for seven days.' },
};

/** Credits of one side, each with what it follows from. */
export function CreditList({
  side,
  viewer,
  children,
}: {
  readonly side: Side;
  readonly viewer: Viewer;
  /** Comes when the list is there, so that nothing moves. */
  readonly children: ReactNode;
}): ReactNode {
  const paging = usePaging(side);
  const query = useQuery(SERVICE_CREDITS, { side, after: paging.after });
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Loaded query={query} rows={6}>
      {({ serviceCredits: { edges, pageInfo } }) => {
        const hours = edges.map(({ node }) => node);
        const chosen = hours.find(({ reservationId, hour }) => open === keyOf({ reservationId, hour }));
        return (
          <>
            {hours.length === 0 ? (
              <EmptyState title={NOTHING[side].title}><p>{NOTHING[side].text}</p></EmptyState>
            ) : (
              <DataTable caption="Credits, newest hour first" columns={columnsOf(setOpen)} rows={hours} keyOf={keyOf} />
            )}
            <Pager paging={paging} page={pageInfo} of="credits" />
            {chosen !== undefined && <CreditDialog {...{ viewer, side }} hour={chosen} onClose={() => setOpen(null)} />}
            {children}
          </>
        );
      }}
    </Loaded>
  );
}

const keyOf = ({ reservationId, hour }: Pick<ServiceHour, 'reservationId' | 'hour'>): string => `${reservationId} ${hour}`;

function columnsOf(open: (key: string) => void): readonly Column<ServiceHour>[] {
  return [
    {
      ...{ id: 'market', title: 'Market', isRowHeader: true },
      sortBy: ({ reservationId }) => marketOfReservation(reservationId),
      cell: ({ reservationId }) => <span className="market-name">{marketOfReservation(reservationId)}</span>,
    },
    {
      ...{ id: 'hour', title: 'Hour' },
      sortBy: ({ hour }) => hour,
      cell: ({ hour, revision }) => <><Time at={hour} />{revision > 1 && <span className="quiet-note">{`revision ${revision}`}</span>}</>,
    },
    { ...{ id: 'why', title: 'What was missed' }, cell: ({ misses }) => <Misses misses={misses} /> },
    {
      ...{ id: 'credit', title: 'Credit, USD', isNumber: true },
      sortBy: ({ credit }) => BigInt(credit),
      cell: ({ credit, creditShare }) => <><Amount amount={credit} places={6} /><span className="quiet-note">{`${percent(creditShare)} of the hour`}</span></>,
    },
    { ...{ id: 'dispute', title: 'Dispute' }, cell: ({ dispute }) => (dispute === null ? '—' : <span className="state" data-state={dispute.state}>{words(dispute.state)}</span>) },
    {
      ...{ id: 'action', title: 'Action', isTitleHidden: true },
      cell: (hour) => (
        <button type="button" className="quiet" onClick={() => open(keyOf(hour))}>
          Evidence<span className="visually-hidden">{` of ${marketOfReservation(hour.reservationId)}, ${hour.hour}`}</span>
        </button>
      ),
    },
  ];
}
