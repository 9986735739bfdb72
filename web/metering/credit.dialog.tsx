import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { RESERVATION_OF, type Reservation } from '../allocation/allocation.documents.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayKeepBooks } from '../identity/permissions.js';
import { Dialog } from '../ui/dialog.js';
import { groupDigits, percent, utc } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Id, Money, Rate, Time } from '../ui/values.js';
import { workedCredit } from './credit.formula.js';
import type { Side } from './credit.list.js';
import { DisputeForms } from './dispute.forms.js';
import { EvidenceId, Verdict } from './hour.table.js';
import { marketOfReservation } from './market-of.js';
import type { ServiceHour } from './metering.documents.js';
import { Misses } from './misses.js';
import { countedOf } from './serving.figures.js';

/** What a credit rests on, how it is worked out, and what can be said against it. */
export function CreditDialog({
  hour,
  side,
  viewer,
  onClose,
}: {
  readonly hour: ServiceHour;
  readonly side: Side;
  readonly viewer: Viewer;
  readonly onClose: () => void;
}): ReactNode {
  const { reservationId } = hour;
  const query = useQuery(RESERVATION_OF, { reservationId });
  return (
    <Dialog title={`${marketOfReservation(reservationId)}, ${utc(hour.hour)} UTC`} onClose={onClose}>
      <dl className="lines">
        <div><dt>Verdict</dt><dd><Verdict verdict={hour.verdict} /></dd></div>
        <div><dt>Missed</dt><dd><Misses misses={hour.misses} /></dd></div>
        <div><dt>Judged</dt><dd><Time at={hour.judgedAt} /></dd></div>
      </dl>
      <h3>How it is worked out</h3>
      <Loaded query={query} rows={3}>
        {({ reservation }) => (reservation === null ? <Given hour={hour} /> : <Worked hour={hour} sale={reservation} />)}
      </Loaded>
      <h3>The evidence</h3>
      <Evidence hour={hour} />
      <h3>Dispute</h3>
      {mayKeepBooks(viewer) ? <DisputeForms {...{ hour, side, viewer }} /> : <p className="quiet-note">Owners and whoever keeps the books dispute credits and settle disputes.</p>}
    </Dialog>
  );
}

function Given({ hour: { credit, creditShare } }: { readonly hour: ServiceHour }): ReactNode {
  return <p>{percent(creditShare)} of the price of what was held and served in the hour: <strong><Money amount={credit} /></strong></p>;
}

function Worked({ hour: { credit, creditShare }, sale }: { readonly hour: ServiceHour; readonly sale: Reservation }): ReactNode {
  const { hours, priceOfHour, heldShare } = workedCredit(sale, { credit, share: creditShare });
  return (
    <ol className="formula">
      <li><span><Rate quantity={sale.quantity} /> for {hours} h cost</span><Money amount={sale.amount} /></li>
      <li><span>An hour of it costs</span><Money amount={priceOfHour} /></li>
      <li><span>Share of the worst miss, by the terms it was sold under</span><span>× {percent(creditShare)}</span></li>
      {heldShare !== null && <li><span>Part of it that was still held and served</span><span>× {percent(heldShare)}</span></li>}
      <li className="formula-sum"><span>Credit</span><Money amount={credit} /></li>
    </ol>
  );
}

const rounded = (value: number | null): string => (value === null ? '—' : groupDigits(Math.round(value).toString()));
const count = (value: number): string => groupDigits(String(value));

function Evidence({ hour }: { readonly hour: ServiceHour }): ReactNode {
  const { samples, figures: { ttftMs, streamTokensPerSecond: stream, promptTokens, outputTokens, concurrency }, sketchDigest, revision, termsVersion, profileVersion } = hour;
  const left = [
    ['over the limit', samples.overLimit],
    ['longer than the context', samples.tooLong],
    ['batch', samples.batch],
    ['client left', samples.aborted],
    ['refused', samples.refused],
  ].filter(([, number]) => number !== 0);
  return (
    <dl className="lines">
      <div><dt>Requests</dt><dd>{`${count(samples.requests)}, of which ${count(countedOf(samples))} count`}</dd></div>
      {left.length > 0 && <div><dt>Left out</dt><dd>{left.map(([name, number]) => `${count(Number(number))} ${name}`).join(', ')}</dd></div>}
      <div><dt>Answered whole</dt><dd>{`${count(samples.answered)} of ${count(countedOf(samples))}`}</dd></div>
      <div><dt>First tokens in time</dt><dd>{`${count(samples.ttftInTime)} of ${count(samples.ttft)}`}</dd></div>
      <div><dt>TTFT p50 / p95 / p99</dt><dd>{`${rounded(ttftMs.p50)} / ${rounded(ttftMs.p95)} / ${rounded(ttftMs.p99)} ms`}</dd></div>
      <div><dt>Streams fast enough</dt><dd>{`${count(samples.streamFastEnough)} of ${count(samples.streamSpeed)}`}</dd></div>
      <div><dt>Stream p5 / p50</dt><dd>{`${rounded(stream.p5)} / ${rounded(stream.p50)} tokens/s`}</dd></div>
      <div><dt>Median request</dt><dd>{`${rounded(promptTokens.p50)} tokens in, ${rounded(outputTokens.p50)} out, ${rounded(concurrency.p50)} at once`}</dd></div>
      <div><dt>By</dt><dd>{`terms version ${termsVersion}, ${profileVersion === null ? 'a profile that changed within the hour' : `profile version ${profileVersion}`}, revision ${revision}`}</dd></div>
      <div><dt>Evidence</dt><dd><EvidenceId hour={hour} /></dd></div>
      <div><dt>SHA-256 of its sketches</dt><dd><Id id={sketchDigest} name="its hash" /></dd></div>
    </dl>
  );
}
