import { useMemo, useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayTrade } from '../identity/permissions.js';
import { ServingTabs } from '../metering/serving.tabs.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { EmptyState, NoPermission } from '../ui/states.js';
import { thisMinute } from '../ui/time.js';
import { Id, Time } from '../ui/values.js';
import { GUARDRAILS, SERVING_KEYS, type Guardrails, type ServingKey } from './gateway.documents.js';
import { GuardrailDialog, guardrailLines, NO_GUARDRAILS } from './guardrail.dialog.js';
import { CreateKeyDialog, RevokeDialog } from './serving-key.dialogs.js';

const NOTHING = {};
const keysOf = ({ apiKeys }: { readonly apiKeys: Connection<ServingKey> }): Connection<ServingKey> => apiKeys;
const guardrailsOf = ({ guardrails }: { readonly guardrails: Connection<Guardrails> }): Connection<Guardrails> => guardrails;

/** Keys that may send requests, and what each may ask for. */
export function ServingKeysPage({ viewer }: MemberPageProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const rules = useAllPages(GUARDRAILS, NOTHING, guardrailsOf);
  const isOwner = viewer.role === 'OWNER';
  return (
    <Page
      title="Serving keys"
      lead="A key with the scope inference:use sends requests over what you hold, and can do nothing else."
      actions={isOwner && <button type="button" onClick={() => setOpen(true)}>Create a key…</button>}
    >
      <ServingTabs />
      <Loaded query={rules} rows={8}>
        {({ nodes }) => (
          <>
            <Everybody viewer={viewer} own={nodes.find(({ keyId }) => keyId === null) ?? NO_GUARDRAILS} />
            {isOwner ? <Keys viewer={viewer} rules={nodes} onCreate={() => setOpen(true)} /> : <NoPermission>Owners of your organization make, see and revoke keys.</NoPermission>}
          </>
        )}
      </Loaded>
      {isOpen && <CreateKeyDialog onClose={() => setOpen(false)} />}
    </Page>
  );
}

/** Guardrails for all keys that have none of their own. */
function Everybody({ viewer, own }: { readonly viewer: Viewer; readonly own: Guardrails }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="card guardrail-card" aria-label="Guardrails of every key">
      <div>
        <h2 className="card-title">Guardrails of every key</h2>
        <Lines guardrails={own} none="None: keys may ask for whatever fits into what you hold." />
      </div>
      {mayTrade(viewer) && <button type="button" className="quiet" onClick={() => setOpen(true)}>Change…</button>}
      {isOpen && <GuardrailDialog guardrails={own} name="every key" onClose={() => setOpen(false)} />}
    </section>
  );
}

function Lines({ guardrails, none }: { readonly guardrails: Guardrails; readonly none: string }): ReactNode {
  const lines = guardrailLines(guardrails);
  if (lines.length === 0) return <span className="quiet-note">{none}</span>;
  return <ul className="plain-lines">{lines.map((line) => <li key={line}>{line}</li>)}</ul>;
}

type Open = { readonly what: 'guardrails' | 'revoke'; readonly key: ServingKey };

function Keys({ viewer, rules, onCreate }: { readonly viewer: Viewer; readonly rules: readonly Guardrails[]; readonly onCreate: () => void }): ReactNode {
  const query = useAllPages(SERVING_KEYS, NOTHING, keysOf);
  const [open, setOpen] = useState<Open | null>(null);
  const byKey = useMemo(() => new Map(rules.map((one) => [one.keyId, one])), [rules]);
  const columns = columnsOf({ byKey, now: thisMinute(), mayEdit: mayTrade(viewer), open: setOpen });
  return (
    <section className="section" aria-label="Keys">
      <h2>Keys</h2>
      <Loaded query={query} rows={4}>
        {({ nodes }) => {
          const keys = nodes.filter(({ scopes }) => scopes.includes('INFERENCE_USE'));
          if (keys.length > 0) return <DataTable caption="Keys that may send requests" columns={columns} rows={keys} keyOf={({ keyId }) => keyId} />;
          return (
            <EmptyState title="No key may send requests yet" action={<button type="button" onClick={onCreate}>Create a key…</button>}>
              <p>Its secret is shown once. Give every application a key of its own: each can be capped and revoked alone, and they share fairly.</p>
            </EmptyState>
          );
        }}
      </Loaded>
      {open?.what === 'guardrails' && <GuardrailDialog guardrails={byKey.get(open.key.keyId) ?? { ...NO_GUARDRAILS, keyId: open.key.keyId }} name={open.key.name} onClose={() => setOpen(null)} />}
      {open?.what === 'revoke' && <RevokeDialog apiKey={open.key} onClose={() => setOpen(null)} />}
    </section>
  );
}

function columnsOf({
  byKey,
  now,
  mayEdit,
  open,
}: {
  readonly byKey: ReadonlyMap<string | null, Guardrails>;
  readonly now: string;
  readonly mayEdit: boolean;
  readonly open: (open: Open) => void;
}): readonly Column<ServingKey>[] {
  return [
    {
      ...{ id: 'name', title: 'Key', isRowHeader: true },
      sortBy: ({ name }) => name,
      cell: ({ name, keyId }) => <><span className="market-name">{name}</span><span className="quiet-note"><Id id={keyId} name={`key ${name}`} /></span></>,
    },
    { ...{ id: 'state', title: 'State' }, sortBy: (key) => stateOf(key, now), cell: (key) => <span className="state" data-state={stateOf(key, now).toUpperCase()}>{stateOf(key, now)}</span> },
    { ...{ id: 'created', title: 'Created' }, sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { ...{ id: 'expires', title: 'Expires' }, sortBy: ({ expiresAt }) => expiresAt, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    {
      ...{ id: 'guardrails', title: 'Guardrails' },
      cell: ({ keyId }) => <Lines guardrails={byKey.get(keyId) ?? NO_GUARDRAILS} none={byKey.has(keyId) ? 'None' : 'As every key'} />,
    },
    {
      ...{ id: 'action', title: 'Actions', isTitleHidden: true },
      cell: (key) =>
        stateOf(key, now) === 'Active' && (
          <span className="row-actions">
            {mayEdit && <button type="button" className="quiet" onClick={() => open({ what: 'guardrails', key })}>Guardrails<span className="visually-hidden">{` of ${key.name}`}</span></button>}
            <button type="button" className="quiet" onClick={() => open({ what: 'revoke', key })}>Revoke<span className="visually-hidden">{` ${key.name}`}</span></button>
          </span>
        ),
    },
  ];
}

function stateOf({ revokedAt, expiresAt }: ServingKey, now: string): 'Active' | 'Revoked' | 'Expired' {
  if (revokedAt !== null) return 'Revoked';
  return expiresAt <= now ? 'Expired' : 'Active';
}
