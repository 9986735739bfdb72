import { useMemo, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState, NoPermission } from '../ui/states.js';
import { thisMinute } from '../ui/time.js';
import { Id, Time } from '../ui/values.js';
import { KeyForm } from './key.form.js';
import { mayManage } from './permissions.js';
import { API_KEYS, REVOKE_API_KEY, type ApiKey } from './settings.documents.js';
import { SettingsShell } from './settings.shell.js';

const ALL = {};
const keysOf = ({ apiKeys }: { readonly apiKeys: Connection<ApiKey> }): Connection<ApiKey> => apiKeys;

/** What programs act with: made here, shown once, revoked at once. */
export function KeysPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <SettingsShell viewer={viewer} title="API keys" lead="A key belongs to the organization, not to who made it. Its secret is shown once.">
      {mayManage(viewer) ? <><KeyForm /><Keys /></> : <NoPermission>Owners make and revoke keys.</NoPermission>}
    </SettingsShell>
  );
}

function Keys(): ReactNode {
  const query = useAllPages(API_KEYS, ALL, keysOf);
  const now = thisMinute();
  const columns = useMemo(() => columnsOf(now), [now]);
  return (
    <section className="section" aria-label="Keys">
      <h2>Keys</h2>
      <Loaded query={query} rows={4}>
        {({ nodes }) =>
          nodes.length === 0 ? (
            <EmptyState title="No key yet"><p>A key for inference is all that an application needs to use what you hold.</p></EmptyState>
          ) : (
            <DataTable caption="Keys" columns={columns} rows={nodes.toReversed()} keyOf={({ keyId }) => keyId} />
          )
        }
      </Loaded>
    </section>
  );
}

type State = 'LIVE' | 'EXPIRED' | 'REVOKED';

function stateOf({ revokedAt, expiresAt }: ApiKey, now: string): State {
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt <= now ? 'EXPIRED' : 'LIVE';
}

function columnsOf(now: string): readonly Column<ApiKey>[] {
  return [
    {
      ...{ id: 'name', title: 'Name', isRowHeader: true },
      sortBy: ({ name }) => name,
      cell: ({ name, keyId }) => <>{name}<span className="quiet-note"><Id id={keyId} name={name} /></span></>,
    },
    { id: 'scopes', title: 'May', cell: ({ scopes }) => scopes.map((scope) => words(scope)).join(', ') },
    { id: 'made', title: 'Made', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { id: 'expires', title: 'Expires', sortBy: ({ expiresAt }) => expiresAt, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    {
      ...{ id: 'state', title: 'State' },
      sortBy: (key) => stateOf(key, now),
      cell: (key) => <span className="state" data-state={stateOf(key, now)}>{words(stateOf(key, now))}</span>,
    },
    { id: 'revoke', title: 'Revoke', isTitleHidden: true, cell: (key) => (stateOf(key, now) === 'LIVE' ? <Revoke apiKey={key} /> : null) },
  ];
}

function Revoke({ apiKey: { keyId, name } }: { readonly apiKey: ApiKey }): ReactNode {
  const announce = useAnnounce();
  return (
    <ConfirmButton
      document={REVOKE_API_KEY}
      input={{ keyId }}
      title="Revoke this key"
      name={<>Revoke<span className="visually-hidden">{` ${name}`}</span></>}
      onAccepted={() => announce(`${name} is revoked`)}
    >
      <p>{`Whatever uses “${name}” is refused from now on. A key that was revoked does not come back.`}</p>
    </ConfirmButton>
  );
}
