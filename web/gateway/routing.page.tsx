import { useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayTrade } from '../identity/permissions.js';
import type { Reservation } from '../allocation/allocation.documents.js';
import { ServingTabs } from '../metering/serving.tabs.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { percent } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Skeleton } from '../ui/states.js';
import { Id } from '../ui/values.js';
import { ROUTINGS, type Routing, type ServingKey } from './gateway.documents.js';
import { LaneStandingsSection, WithStandings } from './lane-standings.section.js';
import { POLICIES, RoutingDialog } from './routing.dialog.js';
import { SpotRules } from './spot-rules.section.js';
import { useKeyNames, useLanes } from './use-lanes.js';

const NOTHING = {};
const routingsOf = ({ routings }: { readonly routings: Connection<Routing> }): Connection<Routing> => routings;
/** What holds where nothing was set: docs/SERVING.md. */
const USUAL: Routing = { keyId: null, policy: 'LOWEST_TTFT', reservationId: null, share: null, fallback: null };

/** Which lane a request goes to, and where when none has room. */
export function RoutingPage({ viewer }: MemberPageProps): ReactNode {
  const query = useAllPages(ROUTINGS, NOTHING, routingsOf);
  return (
    <Page title="Routing" lead="Which lane comes first, and where a request goes when none has room. A key without a routing of its own follows the organization’s.">
      <ServingTabs />
      <Loaded query={query} rows={5}>{({ nodes }) => <Routings routings={nodes} viewer={viewer} />}</Loaded>
    </Page>
  );
}

function Routings({ routings, viewer }: { readonly routings: readonly Routing[]; readonly viewer: Viewer }): ReactNode {
  const keys = useKeyNames(viewer.role === 'OWNER');
  const lanes = useLanes();
  const [edited, setEdited] = useState<Routing | null>(null);
  if (keys === null || lanes === null) return <Skeleton rows={5} />;
  const own = routings.find(({ keyId }) => keyId === null) ?? USUAL;
  const rows = [own, ...routings.filter(({ keyId }) => keyId !== null)];
  const mayEdit = mayTrade(viewer);
  const others = [...keys.values()].filter(({ keyId, scopes, revokedAt }) => revokedAt === null && scopes.includes('INFERENCE_USE') && !rows.some((one) => one.keyId === keyId));
  return (
    <WithStandings routings={rows.filter(({ keyId, policy }) => keyId === null || policy === 'CANARY')}>
      {(standings) => (
        <>
          <DataTable caption="Routing by key" columns={columnsOf({ keys, lanes, edit: mayEdit ? setEdited : null })} rows={rows} keyOf={({ keyId }) => keyId ?? 'every'} />
          {mayEdit && others.length > 0 && (
            <div className="buttons">
              {others.slice(0, 3).map(({ keyId, name }) => (
                <button key={keyId} type="button" className="quiet clipped" onClick={() => setEdited({ ...own, keyId })}>{`Route “${name}” otherwise…`}</button>
              ))}
            </div>
          )}
          {standings.map((standing) => <LaneStandingsSection key={standing.routing.keyId ?? 'every'} standing={standing} name={nameOf(standing.routing.keyId, keys)} />)}
          {edited !== null && <RoutingDialog routing={edited} lanes={lanes} keyName={nameOf(edited.keyId, keys)} onClose={() => setEdited(null)} />}
          <SpotRules viewer={viewer} />
        </>
      )}
    </WithStandings>
  );
}

function nameOf(keyId: string | null, keys: ReadonlyMap<string, ServingKey>): string {
  if (keyId === null) return 'Every key';
  return keys.get(keyId)?.name ?? `Key …${keyId.slice(-8)}`;
}

function columnsOf({
  keys,
  lanes,
  edit,
}: {
  readonly keys: ReadonlyMap<string, ServingKey>;
  readonly lanes: readonly Reservation[];
  readonly edit: ((routing: Routing) => void) | null;
}): readonly Column<Routing>[] {
  const laneOf = (id: string): string => lanes.find(({ reservationId }) => reservationId === id)?.marketId ?? 'a reservation that is over';
  return [
    { ...{ id: 'key', title: 'For', isRowHeader: true }, cell: ({ keyId }) => <span className="market-name">{nameOf(keyId, keys)}</span> },
    { ...{ id: 'policy', title: 'Policy' }, cell: ({ policy }) => <>{POLICIES[policy].name}<span className="quiet-note">{POLICIES[policy].meaning}</span></> },
    {
      ...{ id: 'lane', title: 'Lane' },
      cell: ({ reservationId, share }) =>
        reservationId === null ? '—' : <>{laneOf(reservationId)} <Id id={reservationId} name="this lane" />{share !== null && <span className="quiet-note">{`${percent(share)} of requests try it first`}</span>}</>,
    },
    {
      ...{ id: 'fallback', title: 'When no lane has room' },
      cell: ({ fallback }) =>
        fallback === null ? 'It waits at the first lane, then 429' : <><code className="wrapped">{fallback.url}</code><span className="quiet-note">{`${fallback.model ?? 'the model as asked for'}, ${fallback.hasCredential ? 'with a credential' : 'without a credential'}`}</span></>,
    },
    ...(edit === null
      ? []
      : [
          {
            ...{ id: 'action', title: 'Action', isTitleHidden: true },
            cell: (routing: Routing) => (
              <button type="button" className="quiet" onClick={() => edit(routing)}>
                Change<span className="visually-hidden">{` the routing for ${nameOf(routing.keyId, keys)}`}</span>
              </button>
            ),
          },
        ]),
  ];
}
