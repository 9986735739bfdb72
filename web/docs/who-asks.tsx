import { useState, type ReactNode } from 'react';
import type { Session } from '../identity/session.context.js';
import { TextField } from '../ui/field.js';
import { Link } from '../ui/router.js';
import { OPEN_TO_ALL } from './open-to-all.js';
import type { SchemaState } from './use-schema.js';

/** In whose name is asked: the session of this browser, or a key that is kept in memory and nowhere else. */
export function WhoAsks({
  session,
  hasKey,
  onKey,
  told,
}: {
  readonly session: Session;
  readonly hasKey: boolean;
  readonly onKey: (key: string | null) => void;
  readonly told: SchemaState;
}): ReactNode {
  const isStranger = session.state !== 'signed-in' && !hasKey;
  return (
    <details className="who-asks">
      <summary>{whoSaid(session, hasKey)}</summary>
      {hasKey ? <button type="button" className="quiet" onClick={() => onKey(null)}>Forget the key</button> : <KeyForm onKey={onKey} />}
      {isStranger && <OpenToAll />}
      {told.state === 'untold' && <p className="notice">{`No completion: ${told.message} Queries run all the same.`}</p>}
    </details>
  );
}

function whoSaid(session: Session, hasKey: boolean): string {
  if (hasKey) return 'Asked with the API key you pasted';
  switch (session.state) {
    case 'unknown':
      return 'Asked as whoever is signed in';
    case 'signed-out':
      return 'Asked by nobody: see what is open to all, or paste an API key';
    case 'signed-in':
      return `Asked as ${session.viewer.organization.name}`;
  }
}

function KeyForm({ onKey }: { readonly onKey: (key: string) => void }): ReactNode {
  const [text, setText] = useState('');
  return (
    <form
      className="in-line"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') onKey(text.trim());
      }}
    >
      <TextField
        {...{ label: 'API key instead', name: 'key', type: 'password', autoComplete: 'off', value: text }}
        hint="It stays in the memory of this page: gone when you leave or reload it."
        onChange={({ target }) => setText(target.value)}
      />
      <button type="submit" className="quiet">Use the key</button>
    </form>
  );
}

function OpenToAll(): ReactNode {
  const { Query, Mutation, Subscription } = OPEN_TO_ALL;
  return (
    <>
      <p>
        Everything about the market is open to all; for what is yours <Link to="/app/sign-in">sign in</Link>.
      </p>
      <dl className="lines">
        <div><dt>Queries</dt><dd>{Query.join(', ')}</dd></div>
        <div><dt>Subscriptions</dt><dd>{Subscription.join(', ')}</dd></div>
        <div><dt>Mutations</dt><dd>{Mutation.join(', ')}</dd></div>
      </dl>
    </>
  );
}
