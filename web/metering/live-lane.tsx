import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { HOUR_MS } from '../../src/kernel/time.js';
import type { Reservation } from '../allocation/allocation.documents.js';
import { useQuery } from '../api/use-query.js';
import type { Pool } from '../providers/providers.documents.js';
import { groupDigits } from '../ui/format.js';
import { Link } from '../ui/router.js';
import { ChartPlace, EmptyState, ErrorState, Skeleton } from '../ui/states.js';
import { Id } from '../ui/values.js';
import { HourTable } from './hour.table.js';
import { UPSTREAM_LOAD } from './metering.documents.js';
import { gridOf, summaryOf, type Stretch } from './serving.figures.js';
import { lookOf, useStretches, type Look, type Measured, type Range } from './use-stretches.js';

const RateChart = lazy(async () => ({ default: (await import('./serving.charts.js')).RateChart }));
const TtftChart = lazy(async () => ({ default: (await import('./serving.charts.js')).TtftChart }));
const SpeedChart = lazy(async () => ({ default: (await import('./serving.charts.js')).SpeedChart }));
const EndsChart = lazy(async () => ({ default: (await import('./serving.charts.js')).EndsChart }));

interface Shown {
  readonly lane: Reservation;
  readonly pool: Pool | null;
}

/** One lane over some time: figures in a line, then over time. */
export function LiveLane({ lane, pool, range, now }: Shown & { readonly range: Range; readonly now: string }): ReactNode {
  // A minute that has not begun changes nothing: the same look is the same object.
  const minute = Math.floor(Date.parse(now) / 60_000);
  const look = useMemo(() => lookOf(range, minute * 60_000), [range, minute]);
  const query = useStretches(lane.reservationId, look);
  switch (query.state) {
    case 'loading':
      return <div className="live-place"><Skeleton rows={12} /></div>;
    case 'failed':
      return <ErrorState failure={query.failure} />;
    case 'ready':
      return <Of {...{ lane, pool, look }} measured={query.data} />;
  }
}

function Of({ lane, pool, look, measured: { stretches, hours } }: Shown & { readonly look: Look; readonly measured: Measured }): ReactNode {
  const grid = useMemo(() => gridOf(stretches, look), [stretches, look]);
  const isHourly = look.step === HOUR_MS;
  const held = heldOf(lane);
  const promise = pool?.serviceLevel ?? null;
  return (
    <>
      <Figures {...{ lane, pool, stretches, isHourly, held }} />
      {stretches.length === 0 && <Quiet lane={lane} isHourly={isHourly} />}
      {stretches.length > 0 && promise !== null && (
        <div className="chart-grid">
          <Panel title="Tokens a second" note={`weighted, of ${groupDigits(String(held))} held`}><RateChart {...{ grid, isHourly, held }} /></Panel>
          <Panel title="Time to first token" note={`p95 promised: ${groupDigits(String(promise.ttftP95Ms))} ms`}><TtftChart {...{ grid, isHourly }} promised={promise.ttftP95Ms} /></Panel>
          <Panel title="Requests and errors" note="what counts against the promise is red"><EndsChart {...{ grid, isHourly }} /></Panel>
          <Panel title="Speed of one stream" note={`tokens/s after the first; promised: ${groupDigits(String(promise.streamTokensPerSecondMin))}`}><SpeedChart {...{ grid, isHourly }} promised={promise.streamTokensPerSecondMin} /></Panel>
        </div>
      )}
      {hours.length > 0 && <HourTable hours={hours} />}
      {lane.status === 'ACTIVE' && <Load reservationId={lane.reservationId} />}
    </>
  );
}

/** The most it holds at any time from now on; once it is over, what was bought. */
function heldOf({ entitlement, quantity }: Reservation): number {
  return entitlement.length === 0 ? Number(quantity) : Math.max(...entitlement.map((one) => Number(one.quantity)));
}

function Panel({ title, note, children }: { readonly title: string; readonly note: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="card chart-card" aria-label={title}>
      <h2 className="card-title">{title}<span className="quiet-note">{note}</span></h2>
      <Suspense fallback={<ChartPlace />}>{children}</Suspense>
    </section>
  );
}

/** What a p95 promises: so many of the first tokens in time. */
const IN_TIME_SHARE = 0.95;

const rounded = (value: number | null | undefined): string => (value === null || value === undefined ? '—' : groupDigits(Math.round(value).toString()));

function Figures({ lane, pool, stretches, isHourly, held }: Shown & { readonly stretches: readonly Stretch[]; readonly isHourly: boolean; readonly held: number }): ReactNode {
  const last = stretches.at(-1) ?? null;
  const { requests, failed, firstTokens, inTime } = summaryOf(stretches);
  const unit = isHourly ? 'hour' : 'minute';
  return (
    <dl className="figures live-figures">
      <div>
        <dt>{`Tokens/s, last busy ${unit}`}</dt>
        <dd>{rounded(last?.rate)}<span className="quiet-note">{`of ${groupDigits(String(held))} held`}</span></dd>
      </div>
      <LastTtft p95={last?.ttft.p95 ?? null} promised={pool?.serviceLevel.ttftP95Ms ?? null} unit={unit} />
      <InTime share={inTime} count={firstTokens} />
      <div data-bad={failed > 0}>
        <dt>Errors</dt>
        <dd>{groupDigits(String(failed))}<span className="quiet-note">{`of ${groupDigits(String(requests))} requests`}</span></dd>
      </div>
      <div>
        <dt>Lane</dt>
        <dd><Id id={lane.reservationId} name="this lane" /><span className="quiet-note"><Link to={`/app/capacity/${encodeURIComponent(lane.reservationId)}`}>Reservation</Link></span></dd>
      </div>
    </dl>
  );
}

function InTime({ share, count }: { readonly share: number | null; readonly count: number }): ReactNode {
  return (
    <div data-bad={share !== null && share < IN_TIME_SHARE}>
      <dt>First tokens in time</dt>
      <dd>{shareOf(share)}<span className="quiet-note">{`of ${groupDigits(String(count))}; 95 % are promised`}</span></dd>
    </div>
  );
}

const shareOf = (share: number | null): string => (share === null ? '—' : `${(share * 100).toFixed(1)} %`);

function LastTtft({ p95, promised, unit }: { readonly p95: number | null; readonly promised: number | null; readonly unit: string }): ReactNode {
  const isSlow = p95 !== null && promised !== null && p95 > promised;
  const said = promised === null ? '\u00a0' : `${isSlow ? 'above' : 'within'} the promised ${groupDigits(String(promised))} ms`;
  return (
    <div data-bad={isSlow}>
      <dt>{`TTFT p95, last busy ${unit}`}</dt>
      <dd>{rounded(p95)} ms<span className="quiet-note">{p95 === null ? '\u00a0' : said}</span></dd>
    </div>
  );
}

function Quiet({ lane, isHourly }: { readonly lane: Reservation; readonly isHourly: boolean }): ReactNode {
  const title = isHourly ? 'No hour with traffic was judged yet' : 'No traffic over this lane in that time';
  return (
    <EmptyState
      title={title}
      action={
        <>
          <Link className="button" to="/app/serving/keys">Make a key</Link>
          <Link className="button quiet" to={`/app/capacity/${encodeURIComponent(lane.reservationId)}`}>Base URL and snippets</Link>
        </>
      }
    >
      <p>{isHourly ? 'An hour is judged five minutes after its end; look at the last minutes until then.' : 'A request shows up here within seconds of its end.'}</p>
    </EmptyState>
  );
}

/** A server that publishes nothing has nothing to show. */
function Load({ reservationId }: { readonly reservationId: string }): ReactNode {
  const query = useQuery(UPSTREAM_LOAD, { reservationId });
  const load = query.state === 'ready' ? query.data.upstreamLoad : null;
  if (load === null) return null;
  const { running, waiting, cacheShare, vendor, evidence } = load;
  if (running === null && waiting === null) return null;
  return (
    <p className="quiet-note load-note">
      {`The server (${vendor}) says of itself, ${evidence}: ${running ?? '—'} requests running, ${waiting ?? '—'} waiting${cacheShare === null ? '' : `, cache ${(cacheShare / 100).toFixed(0)} % full`}.`}
    </p>
  );
}
