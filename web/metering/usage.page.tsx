import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useClock } from '../platform/clock.context.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { groupDigits } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link, useSearchParams } from '../ui/router.js';
import { Segments } from '../ui/segments.js';
import { ChartPlace, EmptyState, Skeleton } from '../ui/states.js';
import { Time } from '../ui/values.js';
import { USAGE_ROLLUPS, type UsageRollup } from './metering.documents.js';
import { ServingTabs } from './serving.tabs.js';
import { TOKEN_CLASSES, usedByModel, usedByStart, usedInAll, type TokenClass, type Used } from './usage.figures.js';

const UsageChart = lazy(async () => ({ default: (await import('./usage.chart.js')).UsageChart }));

const GRAINS = { MINUTE: 'By minute', HOUR: 'By hour', DAY: 'By day' } as const;
type Grain = keyof typeof GRAINS;
const STEPS: Readonly<Record<Grain, number>> = { MINUTE: MINUTE_MS, HOUR: HOUR_MS, DAY: DAY_MS };
const COUNTS: Readonly<Record<Grain, number>> = { MINUTE: 60, HOUR: 48, DAY: 32 };
const rollupsOf = ({ usageRollups }: { readonly usageRollups: Connection<UsageRollup> }): Connection<UsageRollup> => usageRollups;
const CLASSES = Object.keys(TOKEN_CLASSES) as TokenClass[];

/** What an organization used of all that it holds, by class of token. */
export function UsagePage(_: MemberPageProps): ReactNode {
  const [search, setSearch] = useSearchParams();
  const clock = useClock();
  const asked = search.get('grain');
  const grain: Grain = asked !== null && asked in GRAINS ? (asked as Grain) : 'HOUR';
  return (
    <Page
      title="Usage"
      lead="Every request once, by the best record there is of it. Reservations that were resold count for who held them."
      actions={<Segments label="How finely" options={GRAINS} value={grain} onChange={(next) => setSearch(new URLSearchParams({ grain: next }), { replace: true })} />}
    >
      <ServingTabs />
      {clock === null ? <Skeleton rows={12} /> : <Over grain={grain} now={Date.parse(clock.now)} />}
    </Page>
  );
}

function Over({ grain, now }: { readonly grain: Grain; readonly now: number }): ReactNode {
  const step = STEPS[grain];
  const until = (Math.floor(now / step) + 1) * step;
  const window = { start: new Date(until - COUNTS[grain] * step).toISOString(), end: new Date(until).toISOString() };
  const query = useAllPages(USAGE_ROLLUPS, { grain, side: 'HOLDER' as const, reservationId: null, window }, rollupsOf);
  return <Loaded query={query} rows={12}>{({ nodes }) => <Used rollups={nodes} grain={grain} />}</Loaded>;
}

function Used({ rollups, grain }: { readonly rollups: readonly UsageRollup[]; readonly grain: Grain }): ReactNode {
  const byStart = useMemo(() => usedByStart(rollups), [rollups]);
  const byModel = useMemo(() => [...usedByModel(rollups)], [rollups]);
  const { counts, events } = useMemo(() => usedInAll(rollups), [rollups]);
  if (rollups.length === 0) {
    return (
      <EmptyState title="Nothing was used in that time" action={<Link className="button" to="/app/serving/keys">Make a key</Link>}>
        <p>Requests are counted within seconds of their end, those that providers report as soon as they do.</p>
      </EmptyState>
    );
  }
  return (
    <>
      <dl className="figures">
        <div><dt>Requests</dt><dd>{groupDigits(String(events))}</dd></div>
        {CLASSES.map((one) => <div key={one}><dt>{`${TOKEN_CLASSES[one]} tokens`}</dt><dd>{groupDigits(String(counts[one]))}</dd></div>)}
      </dl>
      <section className="card chart-card" aria-label="Over time">
        <h2 className="card-title">Over time<span className="quiet-note">{`${GRAINS[grain].toLowerCase()}, UTC`}</span></h2>
        <Suspense fallback={<ChartPlace />}><UsageChart used={byStart} grain={grain.toLowerCase()} /></Suspense>
      </section>
      <section className="section" aria-label="By model">
        <h2>By model</h2>
        <DataTable caption="Tokens by model" columns={MODELS} rows={byModel} keyOf={([model]) => model} />
      </section>
      <section className="section" aria-label={GRAINS[grain]}>
        <h2>{GRAINS[grain]}</h2>
        <DataTable caption={`Tokens ${GRAINS[grain].toLowerCase()}`} columns={TIMES} rows={[...byStart].reverse()} keyOf={([start]) => start} />
      </section>
    </>
  );
}

type Row = readonly [name: string, used: Used];

const FIGURES: readonly Column<Row>[] = [
  {
    ...{ id: 'events', title: 'Requests', isNumber: true },
    sortBy: ([, { events }]) => events,
    cell: ([, { events }]) => groupDigits(String(events)),
  },
  ...CLASSES.map(
    (one): Column<Row> => ({
      ...{ id: one, title: TOKEN_CLASSES[one], isNumber: true },
      sortBy: ([, { counts }]) => counts[one],
      cell: ([, { counts }]) => groupDigits(String(counts[one])),
    }),
  ),
];

const MODELS: readonly Column<Row>[] = [
  { ...{ id: 'model', title: 'Model', isRowHeader: true }, sortBy: ([model]) => model, cell: ([model]) => <code>{model}</code> },
  ...FIGURES,
];

const TIMES: readonly Column<Row>[] = [
  {
    ...{ id: 'start', title: 'From (UTC)', isRowHeader: true },
    sortBy: ([start]) => start,
    cell: ([start]) => <Time at={start} isZoneSaid />,
  },
  ...FIGURES,
];
