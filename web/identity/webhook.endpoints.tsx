import { useMemo, useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useAnnounce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import {
  DELETE_WEBHOOK_ENDPOINT,
  ROTATE_WEBHOOK_SECRET,
  SEND_TEST_EVENT,
  UPDATE_WEBHOOK_ENDPOINT,
  WEBHOOK_ENDPOINTS,
  type WebhookEndpoint,
} from './webhook.documents.js';
import { SecretOnce } from './webhook.form.js';
import { WEBHOOK_KINDS } from './webhook.kinds.js';

const NOTHING = {};

/** Where events are posted, and how that goes; what stands below comes with it, and is not pushed away. */
export function WebhookEndpoints({ isManaging, children }: { readonly isManaging: boolean; readonly children: ReactNode }): ReactNode {
  const query = useQuery(WEBHOOK_ENDPOINTS, NOTHING);
  const [secret, setSecret] = useState<string | null>(null);
  const columns = useMemo(() => columnsOf(isManaging ? setSecret : null), [isManaging]);
  return (
    <>
      <section className="section" aria-label="Endpoints">
        <h2>Endpoints</h2>
        {secret !== null && <SecretOnce secret={secret} />}
        <Loaded query={query} rows={3}>
          {({ webhookEndpoints: { edges } }) =>
            edges.length === 0 ? (
              <EmptyState title="No endpoint yet"><p>An endpoint of yours hears of invoices, budgets, orders and payouts as they happen.</p></EmptyState>
            ) : (
              <DataTable caption="Endpoints" columns={columns} rows={edges.map(({ node }) => node)} keyOf={({ endpointId }) => endpointId} />
            )
          }
        </Loaded>
      </section>
      {query.state !== 'loading' && children}
    </>
  );
}

type State = 'ENABLED' | 'FAILING' | 'DISABLED';

function stateOf({ disabledAt, failingSince }: WebhookEndpoint): State {
  if (disabledAt !== null) return 'DISABLED';
  return failingSince === null ? 'ENABLED' : 'FAILING';
}

const STATE_TEXTS: Readonly<Record<State, string>> = { ENABLED: 'Enabled', FAILING: 'Failing', DISABLED: 'Disabled' };

function columnsOf(onSecret: ((secret: string | null) => void) | null): readonly Column<WebhookEndpoint>[] {
  const columns: Column<WebhookEndpoint>[] = [
    {
      ...{ id: 'url', title: 'URL', isRowHeader: true },
      sortBy: ({ url }) => url,
      cell: ({ url, description, endpointId }) => <><code>{url}</code><span className="quiet-note long-name">{description} <Id id={endpointId} name={`of ${url}`} /></span></>,
    },
    { id: 'kinds', title: 'Told of', cell: ({ kinds }) => WEBHOOK_KINDS.filter(({ value }) => kinds.includes(value)).map(({ text }) => text).join(', ') },
    {
      ...{ id: 'state', title: 'State' },
      sortBy: stateOf,
      cell: (endpoint) => <StateOf endpoint={endpoint} />,
    },
  ];
  if (onSecret === null) return columns;
  return [...columns, { ...{ id: 'actions', title: 'Actions', isTitleHidden: true }, cell: (endpoint) => <Actions {...{ endpoint, onSecret }} /> }];
}

function StateOf({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { failingSince, disabledBecause, previousSecretUntil } = endpoint;
  const state = stateOf(endpoint);
  return (
    <>
      <span className="state" data-state={state}>{STATE_TEXTS[state]}</span>
      {state === 'FAILING' && failingSince !== null && <span className="quiet-note">since <Time at={failingSince} /></span>}
      {disabledBecause === 'FAILURES' && <span className="quiet-note">Nothing arrived for almost three days</span>}
      {previousSecretUntil !== null && <span className="quiet-note">Two secrets until <Time at={previousSecretUntil} /></span>}
    </>
  );
}

function Actions({ endpoint, onSecret }: {
  readonly endpoint: WebhookEndpoint;
  readonly onSecret: (secret: string | null) => void;
}): ReactNode {
  const announce = useAnnounce();
  const { endpointId, url, disabledAt } = endpoint;
  const isEnabled = disabledAt === null;
  const named = (what: string): ReactNode => <>{what}<span className="visually-hidden">{` ${url}`}</span></>;
  return (
    <div className="buttons">
      {isEnabled && (
        <MutationButton document={SEND_TEST_EVENT} input={{ endpointId }} className="quiet" onAccepted={() => announce('A test event is on its way')}>
          {named('Send a test')}
        </MutationButton>
      )}
      <MutationButton
        {...{ document: UPDATE_WEBHOOK_ENDPOINT, input: { endpointId, isEnabled: !isEnabled }, className: 'quiet' }}
        onAccepted={() => announce(isEnabled ? `${url} is disabled` : `${url} is enabled`)}
      >
        {named(isEnabled ? 'Disable' : 'Enable')}
      </MutationButton>
      <ConfirmButton
        {...{ document: ROTATE_WEBHOOK_SECRET, input: { endpointId }, title: 'Make a new secret', name: named('New secret') }}
        onAccepted={({ secret }) => onSecret(secret)}
      >
        <p>For a day events are signed with the new secret and the one before. After that, only the new one counts.</p>
      </ConfirmButton>
      <ConfirmButton
        {...{ document: DELETE_WEBHOOK_ENDPOINT, input: { endpointId }, title: 'Delete this endpoint', name: named('Delete') }}
        onAccepted={() => announce(`${url} is deleted`)}
      >
        <p>{`Nothing is sent to ${url} any more, and its deliveries are forgotten.`}</p>
      </ConfirmButton>
    </div>
  );
}
