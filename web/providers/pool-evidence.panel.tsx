import type { ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import { duration, groupDigits } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Time } from '../ui/values.js';
import { LEVELS, levelOf } from './level.js';
import { POOL_ALARMS, POOL_EVIDENCE_WHOLE, type Pool, type PoolAlarm, type WholeEvidence } from './providers.documents.js';

const NOTHING = {};
const alarmsOf = ({ poolAlarms }: { readonly poolAlarms: Connection<PoolAlarm> }): Connection<PoolAlarm> => poolAlarms;
const rounded = (value: number | null): string => (value === null ? '—' : groupDigits(Math.round(value).toString()));
/** Fast lanes need less than a millisecond for a token: what is below 10 is told to two digits. */
const told = (value: number | null): string => (value !== null && value < 10 ? Number(value.toPrecision(2)).toString() : rounded(value));

/** How well it is known what a pool can do: by holders' requests, by our own, and whether it got slower. */
export function PoolEvidencePanel({ pool }: { readonly pool: Pool }): ReactNode {
  const query = useQuery(POOL_EVIDENCE_WHOLE, { poolId: pool.poolId });
  return (
    <section className="card" aria-label="Evidence">
      <h2 className="card-title">Evidence</h2>
      <Alarms poolId={pool.poolId} />
      <Loaded query={query} rows={5}>{({ poolEvidence }) => <Of pool={pool} evidence={poolEvidence} />}</Loaded>
    </section>
  );
}

function Alarms({ poolId }: { readonly poolId: string }): ReactNode {
  const query = useAllPages(POOL_ALARMS, NOTHING, alarmsOf);
  const alarms = query.state === 'ready' ? query.data.nodes.filter((one) => one.poolId === poolId) : [];
  return alarms.map(({ source, figure, recent, baseline, recentSamples, baselineSamples, raisedAt }) => (
    <p key={`${source} ${figure}`} className="notice alarm" role="alert">
      <strong>{figure === 'ttft' ? 'Slower to the first token' : 'Slower streams'} than in the seven days before</strong>
      <span>{`${figure === 'ttft' ? `p95 ${rounded(recent)} ms today, ${rounded(baseline)} ms before` : `p5 ${rounded(recent)} tokens/s today, ${rounded(baseline)} before`}; by ${source === 'probe' ? 'our own requests' : 'requests of holders'}, ${groupDigits(String(recentSamples))} against ${groupDigits(String(baselineSamples))}.`}</span>
      <span>Since <Time at={raisedAt} />. It ends when the pool is as fast as before, or with another serving profile.</span>
    </p>
  ));
}

function Of({ pool: { serviceLevel, profileVersion }, evidence }: { readonly pool: Pool; readonly evidence: WholeEvidence | null }): ReactNode {
  const level = levelOf(evidence);
  return (
    <>
      <p className="level-line"><span className="evidence-mark" data-level={level}>{level}</span>{LEVELS[level]}</p>
      {evidence === null && <p className="quiet-note">Nothing was measured yet under profile version {profileVersion}. Probes are sent while less than half of what is held is used, once an hour.</p>}
      <table className="schedule evidence-table">
        <thead><tr><th scope="col"><span className="visually-hidden">Figure</span></th><th scope="col" className="number">Promised</th><th scope="col" className="number">Holders</th><th scope="col" className="number">Probes</th></tr></thead>
        <tbody>{rowsOf(serviceLevel, evidence).map(([name = '', ...cells]) => <tr key={name}><th scope="row">{name}</th>{cells.map((cell, index) => <td key={`${name} ${index}`} className="number">{cell}</td>)}</tr>)}</tbody>
      </table>
      <Ages evidence={evidence} />
    </>
  );
}

type Figures = WholeEvidence['figures'];

/** A line for each figure: its name, what is promised, and how it is read off. */
function linesOf({ ttftP95Ms, streamTokensPerSecondMin }: Pool['serviceLevel']): readonly (readonly [string, string, (figures: Figures) => number | null])[] {
  return [
    ['TTFT p50, ms', '', ({ ttftMs }) => ttftMs.p50],
    ['TTFT p95, ms', `≤ ${groupDigits(String(ttftP95Ms))}`, ({ ttftMs }) => ttftMs.p95],
    ['TTFT p99, ms', '', ({ ttftMs }) => ttftMs.p99],
    ['Stream p5, tokens/s', `≥ ${groupDigits(String(streamTokensPerSecondMin))}`, ({ streamTokensPerSecond }) => streamTokensPerSecond.p5],
    ['Token to token p95, ms', '', ({ interTokenMs }) => interTokenMs.p95],
    ['Prompt p50, tokens', '', ({ promptTokens }) => promptTokens.p50],
    ['Requests at once p50', '', ({ concurrency }) => concurrency.p50],
  ];
}

/** Of holders, and of our own; nothing where there are none. */
function sourcesOf(evidence: WholeEvidence | null): readonly { readonly figures: Figures | null; readonly samples: number }[] {
  if (evidence === null) return [NONE, NONE];
  return [evidence, evidence.probes ?? NONE];
}

const NONE = { figures: null, samples: 0 };

function rowsOf(promise: Pool['serviceLevel'], evidence: WholeEvidence | null): readonly (readonly string[])[] {
  const sources = sourcesOf(evidence);
  const lines = linesOf(promise).map(([name, promised, of]) => [name, promised, ...sources.map(({ figures }) => (figures === null ? '—' : told(of(figures))))]);
  return [...lines, ['Samples', '', ...sources.map(({ samples }) => groupDigits(String(samples)))]];
}

function Ages({ evidence }: { readonly evidence: WholeEvidence | null }): ReactNode {
  const clock = useClock();
  if (evidence === null || clock === null) return null;
  const age = (at: string): string => `${duration(Date.parse(clock.now) - Date.parse(at))} ago`;
  const { samples, until, probes } = evidence;
  return (
    <p className="quiet-note">
      {samples > 0 && `Newest hour of holders’ requests: ${age(until)}. `}
      {probes !== null && `Newest probe: ${age(probes.newest)}. `}
      Of the last seven days, under the profile in force.
    </p>
  );
}
