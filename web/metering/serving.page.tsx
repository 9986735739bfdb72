import { useMemo, type ReactNode } from 'react';
import { useAllPages } from '../api/use-all-pages.js';
import { RESERVATIONS, type Reservation } from '../allocation/allocation.documents.js';
import { useClock } from '../platform/clock.context.js';
import { usePools } from '../providers/use-pools.js';
import type { MemberPageProps } from '../routes.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { useSearchParams } from '../ui/router.js';
import { Segments } from '../ui/segments.js';
import { Skeleton } from '../ui/states.js';
import { LanePicker } from './lane.picker.js';
import { LiveLane } from './live-lane.js';
import { BOUGHT, lanesOf, NoLane, reservationsOf } from './served-lanes.js';
import { ServingTabs } from './serving.tabs.js';
import { RANGES, type Range } from './use-stretches.js';

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
