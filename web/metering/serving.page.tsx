import { useMemo, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { RESERVATIONS, type Reservation } from '../allocation/allocation.documents.js';
import { useClock } from '../platform/clock.context.js';
import { usePools } from '../providers/use-pools.js';
import type { MemberPageProps } from '../routes.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link, useSearchParams } from '../ui/router.js';
import { Segments } from '../ui/segments.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { LanePicker } from './lane.picker.js';
import { LiveLane } from './live-lane.js';
import { ServingTabs } from './serving.tabs.js';
import { RANGES, type Range } from './use-stretches.js';

const reservationsOf = ({ reservations }: { readonly reservations: Connection<Reservation> }): Connection<Reservation> => reservations;
const BOUGHT = { side: 'BOUGHT' as const };
/** What can have served something. */
const SERVED: readonly Reservation['status'][] = ['ACTIVE', 'COMPLETED', 'CURTAILED'];

/** What our gateway measures of the lanes of an organization, as it comes in. */
export function ServingPage(_: MemberPageProps): ReactNode {
  const [search, setSearch] = useSearchParams();
  const query = useAllPages(RESERVATIONS, BOUGHT, reservationsOf);
  const range = rangeOf(search.get('range'));
  const set = (changes: Readonly<Record<string, string>>): void =>
    setSearch(new URLSearchParams({ ...Object.fromEntries(search), ...changes }), { replace: true });
  return (
    <Page
      title="Serving"
      lead="Measured at our gateway, from the last byte of a request to the first content token handed on."
      actions={<Segments label="How far back" options={RANGES} value={range} onChange={(next) => set({ range: next })} />}
    >
      <ServingTabs />
      <Loaded query={query} rows={12}>
        {({ nodes }) => <Lanes {...{ reservations: nodes, range }} chosen={search.get('lane')} onChoose={(lane) => set({ lane })} />}
      </Loaded>
    </Page>
  );
}

function rangeOf(text: string | null): Range {
  return text !== null && text in RANGES ? (text as Range) : 'hour';
}

function Lanes({
  reservations,
  range,
  chosen,
  onChoose,
}: {
  readonly reservations: readonly Reservation[];
  readonly range: Range;
  readonly chosen: string | null;
  readonly onChoose: (reservationId: string) => void;
}): ReactNode {
  const clock = useClock();
  const pools = usePools();
  const lanes = useMemo(() => lanesOf(reservations), [reservations]);
  const lane = lanes.find(({ reservationId }) => reservationId === chosen) ?? lanes[0];
  if (lane === undefined) return <NoLane hasSome={reservations.length > 0} />;
  if (clock === null || pools.size === 0) return <Skeleton rows={12} />;
  return (
    <>
      <LanePicker {...{ lanes, pools }} chosen={lane.reservationId} onChoose={onChoose} />
      <LiveLane key={lane.reservationId} {...{ lane, range }} pool={pools.get(lane.poolId) ?? null} now={clock.now} />
    </>
  );
}

/** Those that serve first, the largest before others. */
function lanesOf(reservations: readonly Reservation[]): readonly Reservation[] {
  const rank = ({ status }: Reservation): number => (status === 'ACTIVE' ? 0 : 1);
  return reservations
    .filter(({ status }) => SERVED.includes(status))
    .sort((a, b) => rank(a) - rank(b) || Number(b.quantity) - Number(a.quantity) || b.window.start.localeCompare(a.window.start));
}

function NoLane({ hasSome }: { readonly hasSome: boolean }): ReactNode {
  if (hasSome) {
    return (
      <EmptyState title="Nothing serves you yet" action={<Link className="button" to="/app/capacity">My capacity</Link>}>
        <p>What you reserved is a lane from its first instant on. Until then requests have nowhere to go.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="You hold no capacity yet"
      action={
        <>
          <Link className="button" to="/">See what is offered</Link>
          <Link className="button quiet" to="/docs">Quick start</Link>
        </>
      }
    >
      <p>Reserve a slice, make a key, and point any OpenAI client at it: what it measures shows up here within seconds.</p>
    </EmptyState>
  );
}
