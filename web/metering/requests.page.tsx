import { X } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { RESERVATIONS, type Reservation } from '../allocation/allocation.documents.js';
import { useAllPages } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import { usePools } from '../providers/use-pools.js';
import type { MemberPageProps } from '../routes.js';
import { FilterField } from '../ui/filter-field.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Pager, usePaging } from '../ui/pager.js';
import { Segments } from '../ui/segments.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { useFilter } from '../ui/use-filter.js';
import { LanePicker } from './lane.picker.js';
import { REQUEST_RECORDS, USAGE_RECORDS } from './metering.documents.js';
import { RecordTable } from './record.table.js';
import { BOUGHT, lanesOf, NoLane, reservationsOf } from './served-lanes.js';
import { ServingTabs } from './serving.tabs.js';

const NAMES = ['request', 'lane', 'which'] as const;
const WHICH = { all: 'All', differing: 'Counts that differ' } as const;

/** Request by request, what the gateway wrote down; what one looks for is in the address. */
export function RequestsPage(_: MemberPageProps): ReactNode {
  const { filter, set, clear, isSet } = useFilter(NAMES);
  const query = useAllPages(RESERVATIONS, BOUGHT, reservationsOf);
  const request = filter.request.trim();
  const which = filter.which === 'differing' ? 'differing' : 'all';
  return (
    <Page
      title="Requests"
      lead="What our gateway wrote down of each, kept for 37 days. Prompts and answers are kept by nobody here."
      actions={<Segments label="Which requests" options={WHICH} value={which} onChange={set('which')} />}
    >
      <ServingTabs />
      <search className="filter-bar few" aria-label="Filters">
        <FilterField label="Request" placeholder="its x-request-id" value={filter.request} onChange={set('request')} />
        {isSet && <button type="button" className="quiet clear" onClick={clear}><X aria-hidden />Clear</button>}
      </search>
      {request === '' ? (
        <Loaded query={query} rows={12}>
          {({ nodes }) => <Lanes reservations={nodes} chosen={filter.lane} onChoose={set('lane')} which={which} />}
        </Loaded>
      ) : (
        <section className="section" aria-label="The request">
          <Found requestId={request} />
        </section>
      )}
    </Page>
  );
}

/** One request, with the lanes that were given up for it. */
function Found({ requestId }: { readonly requestId: string }): ReactNode {
  const query = useQuery(REQUEST_RECORDS, { requestId });
  return (
    <Loaded query={query} rows={4}>
      {({ requestRecords }) =>
        requestRecords === null || requestRecords === undefined ? (
          <EmptyState title="No such request of yours">
            <p>An answer has its request’s name in the header <code>x-request-id</code>. Records are kept for 37 days, and are there when an answer ends.</p>
          </EmptyState>
        ) : <RecordTable caption="The request, and lanes that were given up for it" records={requestRecords} isOfLanes />
      }
    </Loaded>
  );
}

type Which = keyof typeof WHICH;

function Lanes({ reservations, chosen, onChoose, which }: {
  readonly reservations: readonly Reservation[];
  readonly chosen: string;
  readonly onChoose: (reservationId: string) => void;
  readonly which: Which;
}): ReactNode {
  const pools = usePools();
  const lanes = useMemo(() => lanesOf(reservations), [reservations]);
  const lane = lanes.find(({ reservationId }) => reservationId === chosen) ?? lanes[0];
  if (lane === undefined) return <NoLane hasSome={reservations.length > 0} />;
  if (pools.size === 0) return <Skeleton rows={12} />;
  return (
    <>
      <section className="section" aria-label="Which lane">
        <LanePicker {...{ lanes, pools }} chosen={lane.reservationId} onChoose={onChoose} />
      </section>
      <section className="section" aria-label="Requests of the lane">
        <Records reservationId={lane.reservationId} which={which} />
      </section>
    </>
  );
}

function Records({ reservationId, which }: { readonly reservationId: string; readonly which: Which }): ReactNode {
  const paging = usePaging(`${reservationId} ${which}`);
  const query = useQuery(USAGE_RECORDS, { reservationId, onlyDisagreeing: which === 'differing', after: paging.after });
  return (
    <Loaded query={query} rows={12}>
      {({ usageRecords: { edges, pageInfo } }) => (
        <>
          {edges.length === 0 ? (
            <EmptyState title={which === 'all' ? 'No request yet' : 'All counts agree'}>
              <p>{which === 'all' ? 'Requests are here when their answers end.' : 'No request of this lane has counts that differ beyond the tolerance.'}</p>
            </EmptyState>
          ) : <RecordTable caption="Requests of the lane, newest first" records={edges.map(({ node }) => node)} />}
          <Pager paging={paging} page={pageInfo} of="requests" />
        </>
      )}
    </Loaded>
  );
}
