import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayTrade } from '../identity/permissions.js';
import { ServingTabs } from '../metering/serving.tabs.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { groupDigits, percent, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { Segments } from '../ui/segments.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import { mirrorName } from './mirror.name.js';
import { PILOT_REPORT, STOP_PILOT, type Pilot, type PilotReport } from './pilot.documents.js';
import { PilotTable } from './pilot.table.js';

/** Both sides of a pilot, on the same requests. */
export function PilotPage({ params, viewer }: MemberPageProps): ReactNode {
  const pilotId = params['pilotId'] ?? '';
  const query = useQuery(PILOT_REPORT, { pilotId });
  return (
    <Loaded query={query} rows={12} title="Pilot">
      {({ pilotReport }) =>
        pilotReport === null ? (
          <Page title="Pilot"><EmptyState title="You have no such pilot" action={<Link className="button" to="/app/pilots">All pilots</Link>} /></Page>
        ) : (
          <Report report={pilotReport} viewer={viewer} />
        )
      }
    </Loaded>
  );
}

const STARTS = { ALL: 'All requests', COLD: 'Cold starts', WARM: 'Warm' } as const;
type Start = keyof typeof STARTS;

function Report({ report, viewer }: { readonly report: PilotReport; readonly viewer: Viewer }): ReactNode {
  const [start, setStart] = useState<Start>('ALL');
  const { pilot } = report;
  const lead = (
    <>
      <span className="state" data-state={pilot.state}>{words(pilot.state)}</span>
      <Id id={pilot.pilotId} name="this pilot" />
    </>
  );
  return (
    <Page title={`Pilot on ${mirrorName(pilot.mirrorReservationId)}`} lead={lead} actions={<Actions pilot={pilot} viewer={viewer} />}>
      <ServingTabs />
      <Facts pilot={pilot} />
      <div className="card-head spread report-head">
        <h2>Side by side</h2>
        <Segments label="Which requests" options={STARTS} value={start} onChange={setStart} />
      </div>
      <PilotTable report={report} start={start} />
      <p className="quiet-note">
        Pairs of which both records are stored, so both sides had the same requests. A percentile is what so many of a hundred were at least as good as, off by 1 % at the most.
        Time to first token counts from asking the lane. Cold: the endpoint had not answered for five minutes. Cost is at full use: capacity that lies idle is not in it.
      </p>
    </Page>
  );
}

function Actions({ pilot: { pilotId, state }, viewer }: { readonly pilot: Pilot; readonly viewer: Viewer }): ReactNode {
  const announce = useAnnounce();
  const file = `pilot=${encodeURIComponent(pilotId)}`;
  return (
    <>
      <a className="button quiet" href={`/exports/pilot.csv?${file}`} download>CSV</a>
      <a className="button quiet" href={`/exports/pilot.json?${file}`} download>JSON</a>
      {state === 'RUNNING' && mayTrade(viewer) && (
        <MutationButton document={STOP_PILOT} input={{ pilotId }} className="danger" onAccepted={() => announce('Stopped: nothing more is repeated')}>Stop the pilot</MutationButton>
      )}
    </>
  );
}

function Facts({ pilot }: { readonly pilot: Pilot }): ReactNode {
  const { share, requests, requestsMax, tokens, tokensMax, startedAt, endsAt, stoppedAt, primaryReservationIds: primaries } = pilot;
  return (
    <dl className="facts strip">
      <div><dt>Share</dt><dd>{percent(share)}</dd></div>
      <div><dt>Served by</dt><dd>{primaries.length === 0 ? 'any lane' : primaries.map((id) => <Id key={id} id={id} name="this lane" />)}</dd></div>
      <div><dt>Requests repeated</dt><dd>{`${groupDigits(String(requests))} of ${groupDigits(String(requestsMax))}`}</dd></div>
      <div><dt>Tokens used</dt><dd>{`${groupDigits(tokens)} of ${groupDigits(tokensMax)}`}</dd></div>
      <div><dt>Started</dt><dd><Time at={startedAt} /></dd></div>
      <div><dt>{stoppedAt === null ? 'Ends at the latest' : 'Stopped'}</dt><dd><Time at={stoppedAt ?? endsAt} /></dd></div>
    </dl>
  );
}
