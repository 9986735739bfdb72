import { useMemo, type ReactNode } from 'react';
import type { Query } from '../api/query.js';
import { useAllPages, type Connection, type Whole } from '../api/use-all-pages.js';
import { Evidence } from '../providers/evidence.js';
import { levelOf, LEVELS } from '../providers/level.js';
import type { Pool, PoolEvidence } from '../providers/providers.documents.js';
import { useEvidence, usePoolQuery, type PoolsById } from '../providers/use-pools.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { groupDigits } from '../ui/format.js';
import { Loaded, Together } from '../ui/loaded.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import { POOL_ALARMS, type PoolAlarm } from './admin.documents.js';
import { AdminShell } from './admin.shell.js';

const ALL = {};
const alarmsOf = ({ poolAlarms }: { readonly poolAlarms: Connection<PoolAlarm> }): Connection<PoolAlarm> => poolAlarms;

/** What is promised beside what was measured: where the two part, somebody looks. */
export function EvidencePage({ viewer }: MemberPageProps): ReactNode {
  const alarms = useAllPages(POOL_ALARMS, ALL, alarmsOf);
  const pools = usePoolQuery();
  return (
    <AdminShell viewer={viewer} title="Evidence" lead="What each pool promises, beside what the gateway measured in the last seven days.">
      <Together queries={[alarms, pools]} rows={8}>
        <section aria-label="Slower than before">
          <h2>Slower than before</h2>
          <Alarms query={alarms} />
        </section>
        <section className="section" aria-label="Pools">
          <h2>Pools</h2>
          <Loaded query={pools}>{(known) => <Pools pools={known} />}</Loaded>
        </section>
      </Together>
    </AdminShell>
  );
}

function Alarms({ query }: { readonly query: Query<Whole<PoolAlarm>> }): ReactNode {
  return (
    <Loaded query={query} rows={2}>
      {({ nodes }) =>
        nodes.length === 0 ? (
          <p className="quiet-note">No pool is slower today than in the seven days before.</p>
        ) : (
          <DataTable caption="Slower than before" columns={ALARM_COLUMNS} rows={nodes} keyOf={({ poolId, figure, source, profileVersion }) => [poolId, figure, source, profileVersion].join(' ')} />
        )
      }
    </Loaded>
  );
}

const figureText = (value: number, figure: string): string => `${groupDigits(String(Math.round(value)))} ${figure === 'ttft' ? 'ms' : 'tokens/s'}`;

const ALARM_COLUMNS: readonly Column<PoolAlarm>[] = [
  { ...{ id: 'pool', title: 'Pool', isRowHeader: true }, cell: ({ poolId }) => <Id id={poolId} name="the pool" /> },
  { id: 'figure', title: 'What', cell: ({ figure, source }) => <>{figure === 'ttft' ? 'TTFT p95' : 'stream speed p5'}<span className="quiet-note">{`by ${source}`}</span></> },
  { id: 'before', title: 'Before', isNumber: true, cell: ({ baseline, baselineSamples, figure }) => <>{figureText(baseline, figure)}<span className="quiet-note">{`${baselineSamples} requests`}</span></> },
  { id: 'now', title: 'Now', isNumber: true, cell: ({ recent, recentSamples, figure }) => <>{figureText(recent, figure)}<span className="quiet-note">{`${recentSamples} requests`}</span></> },
  { id: 'since', title: 'Since', sortBy: ({ raisedAt }) => raisedAt, cell: ({ raisedAt }) => <Time at={raisedAt} /> },
];

interface Row {
  readonly pool: Pool;
  readonly evidence: PoolEvidence | null;
}

function Pools({ pools }: { readonly pools: PoolsById }): ReactNode {
  const evidence = useEvidence([...pools.keys()]);
  const rows = useMemo(() => [...pools.values()].map((pool): Row => ({ pool, evidence: evidence.get(pool.poolId) ?? null })), [pools, evidence]);
  if (rows.length === 0) return <EmptyState title="No pool yet"><p>A provider registers one under Pools.</p></EmptyState>;
  return <DataTable caption="Pools" columns={COLUMNS} rows={rows} keyOf={({ pool }) => pool.poolId} />;
}

/** Whether what was measured is worse than what is promised; null: nothing was measured. */
function missed(promised: number, measured: number | null | undefined, isMore: boolean): boolean {
  if (measured === null || measured === undefined) return false;
  return isMore ? measured > promised : measured < promised;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    ...{ id: 'pool', title: 'Pool', isRowHeader: true },
    sortBy: ({ pool }) => pool.name,
    cell: ({ pool }) => <><span className="long-name">{pool.name}</span><span className="quiet-note">{`${pool.marketId} · ${pool.platform} · ${pool.region}`}</span></>,
  },
  {
    ...{ id: 'level', title: 'Level' },
    sortBy: ({ evidence }) => levelOf(evidence),
    cell: ({ pool, evidence }) => <><Evidence pool={pool} evidence={evidence} /><span className="quiet-note">{LEVELS[levelOf(evidence)]}</span></>,
  },
  {
    ...{ id: 'ttft', title: 'TTFT p95, ms', isNumber: true },
    sortBy: ({ evidence }) => evidence?.figures.ttftMs.p95 ?? 0,
    cell: ({ pool, evidence }) => <Beside promised={`≤ ${pool.serviceLevel.ttftP95Ms}`} measured={evidence?.figures.ttftMs.p95} isBad={missed(pool.serviceLevel.ttftP95Ms, evidence?.figures.ttftMs.p95, true)} />,
  },
  {
    ...{ id: 'stream', title: 'Stream p5, tokens/s', isNumber: true },
    sortBy: ({ evidence }) => evidence?.figures.streamTokensPerSecond.p5 ?? 0,
    cell: ({ pool, evidence }) => <Beside promised={`≥ ${pool.serviceLevel.streamTokensPerSecondMin}`} measured={evidence?.figures.streamTokensPerSecond.p5} isBad={missed(pool.serviceLevel.streamTokensPerSecondMin, evidence?.figures.streamTokensPerSecond.p5, false)} />,
  },
  { id: 'samples', title: 'Requests', isNumber: true, sortBy: ({ evidence }) => evidence?.samples ?? 0, cell: ({ evidence }) => groupDigits(String(evidence?.samples ?? 0)) },
  { id: 'age', title: 'Newest', sortBy: ({ evidence }) => evidence?.until ?? '', cell: ({ evidence }) => (evidence === null ? '—' : <Time at={evidence.until} />) },
];

function Beside({ promised, measured, isBad }: { readonly promised: string; readonly measured: number | null | undefined; readonly isBad: boolean }): ReactNode {
  return (
    <>
      {measured === null || measured === undefined ? '—' : <span data-bad={isBad}>{groupDigits(String(Math.round(measured)))}</span>}
      <span className="quiet-note">{`promised ${promised}`}</span>
    </>
  );
}
