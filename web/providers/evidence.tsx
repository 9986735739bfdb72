import { PreviewCard } from '@base-ui/react/preview-card';
import { useId, type ReactNode } from 'react';
import { useClock } from '../platform/clock.context.js';
import { duration, groupDigits, tokensPerSecond } from '../ui/format.js';
import { Time } from '../ui/values.js';
import { LEVELS, levelOf } from './level.js';
import type { Pool, PoolEvidence } from './providers.documents.js';

interface Shown {
  readonly pool: Pool;
  readonly evidence: PoolEvidence | null | undefined;
}

/** One card for every place that evidence is told in: a list has hundreds. */
const CARD = PreviewCard.createHandle<Shown>();

/** How well is known what is promised; on hover, focus or touch {@link EvidenceCard} says from what. */
export function Evidence(shown: Shown): ReactNode {
  const id = useId();
  const level = levelOf(shown.evidence);
  return (
    <PreviewCard.Trigger
      id={id}
      handle={CARD}
      payload={shown}
      className="evidence"
      data-level={level}
      render={<button type="button" aria-label={`Evidence ${level}: ${LEVELS[level]}`} onClick={() => CARD.open(id)} />}
      delay={150}
    >
      {level}
    </PreviewCard.Trigger>
  );
}

/** Stands once beside the pages. */
export function EvidenceCard(): ReactNode {
  return (
    <PreviewCard.Root handle={CARD}>
      {({ payload }) => (
        <PreviewCard.Portal>
          <PreviewCard.Positioner sideOffset={6}>
            <PreviewCard.Popup className="preview">{payload !== undefined && <Told {...payload} />}</PreviewCard.Popup>
          </PreviewCard.Positioner>
        </PreviewCard.Portal>
      )}
    </PreviewCard.Root>
  );
}

function Told({ pool: { serviceLevel, profileVersion }, evidence }: Shown): ReactNode {
  const level = levelOf(evidence);
  return (
    <>
      <p><strong>{level}</strong>{` · ${LEVELS[level]}`}</p>
      <dl>
        <div>
          <dt>Promised</dt>
          <dd>{`TTFT p95 ≤ ${serviceLevel.ttftP95Ms} ms, ≥ ${tokensPerSecond(String(serviceLevel.streamTokensPerSecondMin))} a stream`}</dd>
        </div>
        {evidence === null || evidence === undefined ? (
          <div>
            <dt>Measured</dt>
            <dd>{`Nothing yet of profile version ${profileVersion}`}</dd>
          </div>
        ) : (
          <Measured evidence={evidence} />
        )}
      </dl>
    </>
  );
}

/** Of holders' requests; and of our own, which are all there is of a pool that nobody uses yet. */
function Measured({ evidence: { figures, samples, until, probes } }: { readonly evidence: PoolEvidence }): ReactNode {
  return (
    <>
      {(samples > 0 || probes === null) && <Source figures={figures} from={`${groupDigits(String(samples))} requests of holders`} newest={until} />}
      {probes !== null && <Source figures={probes.figures} from={`${groupDigits(String(probes.samples))} requests of our own`} newest={probes.newest} />}
    </>
  );
}

function Source({ figures: { ttftMs, streamTokensPerSecond: stream }, from, newest }: { readonly figures: PoolEvidence['figures']; readonly from: string; readonly newest: string }): ReactNode {
  const clock = useClock();
  const said = (value: number | null): string => (value === null ? '—' : groupDigits(Math.round(value).toString()));
  const ageMs = clock === null ? null : Date.parse(clock.now) - Date.parse(newest);
  return (
    <>
      <div>
        <dt>TTFT p50 / p95 / p99</dt>
        <dd>{`${said(ttftMs.p50)} / ${said(ttftMs.p95)} / ${said(ttftMs.p99)} ms`}</dd>
      </div>
      <div>
        <dt>Stream p5 / p50</dt>
        <dd>{`${said(stream.p5)} / ${said(stream.p50)} tokens/s`}</dd>
      </div>
      <div>
        <dt>From</dt>
        <dd>
          {`${from}, the last `}
          {ageMs === null || ageMs < 60_000 ? <Time at={newest} /> : `${duration(ageMs)} ago`}
        </dd>
      </div>
    </>
  );
}
